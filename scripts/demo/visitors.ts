import { get } from 'node:http';

/** What the visitors of a web page got so far. */
interface Visits {
  /** Answers with 200, by their text. */
  readonly answered: ReadonlyMap<string, number>;
  /** Failures, by their message. */
  readonly lost: ReadonlyMap<string, number>;
}

export interface Visitors {
  readonly visits: Visits;
  /** Stops asking, and waits for the last answer. */
  leave(): Promise<Visits>;
}

/** Requests a page twenty times a second, each time on a new connection, and counts the answers. */
export function sendVisitors(url: string): Visitors {
  const answered = new Map<string, number>();
  const lost = new Map<string, number>();
  const open = new Set<Promise<void>>();
  const count = (into: Map<string, number>, words: string): void => {
    into.set(words, (into.get(words) ?? 0) + 1);
  };
  const visit = (): void => {
    const visiting = ask(url)
      .then(
        ({ status, text }) => (status === 200 ? count(answered, text) : count(lost, `status ${status}`)),
        (error: unknown) => count(lost, error instanceof Error ? error.message : String(error)),
      )
      .finally(() => open.delete(visiting));
    open.add(visiting);
  };
  const timer = setInterval(visit, 50);
  return {
    visits: { answered, lost },
    leave: async () => {
      clearInterval(timer);
      await Promise.all(open);
      return { answered, lost };
    },
  };
}

/** How many requests were answered and lost so far. */
export function countVisits(visitors: Visitors | undefined): {
  readonly answered: number;
  readonly lost: number;
} {
  if (visitors === undefined) return { answered: 0, lost: 0 };
  const { answered, lost } = visitors.visits;
  return { answered: total(answered), lost: total(lost) };
}

export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, one) => sum + one, 0);
}

export function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 10_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: text.trim() }));
    });
    request.once('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.once('error', reject);
  });
}
