import type { Clock } from '../../src/clock.ts';
import { answersAsWanted } from '../../src/operations/health-check.ts';

type Answer = number | Error;

const url = 'https://web.example/health';

/** Asks with the given answers, the last one again and again, on a clock that only sleeping moves. */
async function ask(answers: readonly Answer[], abortAfterSleeps = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const asked: unknown[] = [];
  const said: string[] = [];
  let sleeps = 0;
  const clock: Clock = {
    now: () => 0,
    random: () => 0,
    sleep: async () => {
      sleeps++;
      if (sleeps >= abortAfterSleeps) controller.abort();
    },
  };
  const { fetch } = globalThis;
  globalThis.fetch = async (address, options) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? 0;
    asked.push([address, options?.redirect]);
    if (typeof answer !== 'number') throw answer;
    return new Response(null, { status: answer });
  };
  try {
    const run = { clock, signal: controller.signal };
    const result = await answersAsWanted({ url, status: 200, run, say: (line) => said.push(line) });
    return { result, said, asked, sleeps };
  } finally {
    globalThis.fetch = fetch;
  }
}

const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED\n127.0.0.1:1') });

describe('the health check of the address', () => {
  it.each<[string, Answer[], string[]]>([
    ['at once', [200], []],
    ['after a while', [503, refused, 200], ['status 503 instead of 200', 'connect ECONNREFUSED 127.0.0.1:1']],
  ])('is good when it answers as wanted %s', async (_what, answers, problems) => {
    await expect(ask(answers)).resolves.toEqual({
      result: { isGood: true },
      said: [...problems.map((said) => `health-check-url: ${said}`), 'health-check-url answers with 200'],
      asked: answers.map(() => [url, 'manual']),
      sleeps: answers.length - 1,
    });
  });

  it.each<[string, Answer, string]>([
    ['another status', 404, 'status 404 instead of 200'],
    ['a redirect', 302, 'status 302 instead of 200'],
    ['nothing', refused, 'connect ECONNREFUSED 127.0.0.1:1'],
    ['an error without a cause', new Error('odd'), 'odd'],
    ['an error without words', new DOMException('', 'TimeoutError'), 'TimeoutError'],
  ])('is bad after six times of %s', async (_what, answer, said) => {
    const seen = await ask([answer]);
    expect([seen.result, seen.asked.length, seen.sleeps]).toEqual([{ isGood: false, said }, 6, 5]);
  });

  it('ends with the cancel', async () => {
    const seen = await ask([503], 2);
    expect([seen.result, seen.asked.length]).toEqual([
      { isGood: false, said: 'status 503 instead of 200' },
      3,
    ]);
  });
});
