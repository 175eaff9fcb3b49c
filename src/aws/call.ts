import { ExchangeError } from '../exchange/exchange-error.ts';
import { type Clock, systemClock } from '../process/clock.ts';
import { onceAborted, untilCancelled } from '../process/until-cancelled.ts';
import { isPassing, kindOf, wordsOf } from './errors.ts';

/** What a call needs besides the request: time, a way to be seen waiting, a way to be cut short. */
export interface Calling {
  readonly clock: Pick<Clock, 'now' | 'random' | 'sleep'>;
  readonly say: (line: string) => void;
  /** Ends the call and its request. */
  readonly signal?: AbortSignal;
  /** Once it is aborted, a read waits only briefly for its answer and then asks again. */
  readonly hurry?: AbortSignal;
  /** How long calls go on trying that don't say it themselves; 20 by default. */
  readonly checkLimitSeconds?: number;
}

/**
 * Sends a call that may be sent again (a read, or a write that does no harm twice) until it is answered. Passing
 * errors are waited out with jitter and shown; every other error is thrown as it is. An aborted signal ends the wait.
 * No request outlives the attempt that sent it.
 *
 * The SDK's own retries are off (see clients.ts): they wait unseen, and they would send UpdateService twice.
 *
 * @param what the API action, for the log, e.g. `ecs:DescribeServices`
 * @param send passes its signal to the request: nobody waits for the answer any more once it is aborted
 * @param patienceSeconds how long to go on trying
 */
export async function call<T>(
  calling: Calling,
  what: string,
  send: (over: AbortSignal) => Promise<T>,
  patienceSeconds = calling.checkLimitSeconds ?? 20,
): Promise<T> {
  const { clock, say, signal, hurry } = calling;
  const until = clock.now() + patienceSeconds * 1000;
  let hurried = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptOf(calling, what, attempt, send);
    } catch (error) {
      const kind = kindOf(error);
      const isSlow = kind === 'throttled';
      const pause = pauseMilliseconds(isSlow ? 1000 : 100, attempt, clock.random());
      if (hurry?.aborted && isRead(what)) hurried += isSlow || error === hurriedOver ? 2 : 1;
      const isOver = hurried >= mostHurried || clock.now() + pause > until;
      if (!isPassing(kind) || signal?.aborted || isOver) throw error;
      if (attempt > 0 || isSlow) {
        say(`${what}: ${wordsOf(error)}; trying again in ${(pause / 1000).toFixed(1)} s`);
      }
      await clock.sleep(pause, signal);
      if (signal?.aborted) throw error;
    }
  }
}

/** How long the answer to a read is waited for at first; at each further attempt it is twice as long. */
const patientMilliseconds = 8_000;
/** A cancelled process has seconds, and its rollback has to be requested within two, whichever read is not answered. */
const hurriedMilliseconds = 700;
/** Two attempts that cost much of that time, or four that fail at once. */
const mostHurried = 4;
const tooSlow = new ExchangeError('too-slow', 'no answer yet', true);
const hurriedOver = new ExchangeError('too-slow', 'no answer yet, and the run was cancelled', true);

/**
 * One attempt. A read whose answer doesn't come is asked again: it stalls alone, mostly. The limits are real time, on
 * whatever clock the run is. A write is left to the limits of its exchange, since it would be done twice.
 */
async function attemptOf<T>(
  { signal, hurry }: Calling,
  what: string,
  attempt: number,
  send: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new ExchangeError('cancelled', 'the run was cancelled', false);
  const over = new AbortController();
  const endAfter = async (milliseconds: number, error: ExchangeError): Promise<never> => {
    await systemClock.sleep(milliseconds, over.signal);
    throw error;
  };
  const ends = isRead(what) ? [endAfter(patientMilliseconds * 2 ** attempt, tooSlow)] : [];
  if (hurry !== undefined && isRead(what))
    ends.push(onceAborted(hurry, over.signal).then(() => endAfter(hurriedMilliseconds, hurriedOver)));
  try {
    const answered = Promise.race([send(over.signal), ...ends]);
    const answer = signal === undefined ? await answered : await untilCancelled(signal, answered);
    if (answer === 'cancelled') throw new ExchangeError('cancelled', 'the run was cancelled', true);
    return answer;
  } finally {
    over.abort();
  }
}

/** As AWS names the operations that change nothing. */
function isRead(what: string): boolean {
  return /:(List|Describe|Get|BatchGet)/.test(what);
}

/** Exponential back-off with jitter between half and the whole of base x 2^attempt, at most 10 s. */
export function pauseMilliseconds(base: number, attempt: number, random: number): number {
  return Math.min(10_000, base * 2 ** attempt) * (0.5 + random / 2);
}
