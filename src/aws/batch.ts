import { setImmediate } from 'node:timers/promises';
import { ExchangeError } from '../exchange/exchange-error.ts';
import { untilCancelled } from '../process/until-cancelled.ts';

/**
 * Gathers single requests that are made together into calls that carry many, as AWS's Describe operations take them:
 * 50 services that are followed at once are three reads a tick and not fifty.
 *
 * @param most how many keys one call carries
 * @param load reads all keys of one call; a key that is not in its answer resolves to undefined. Its signal is aborted
 * once nobody waits for the answer any more.
 * @param begins when a call begins: `at-once` with what is asked in the same turn of the event loop, or `in-turn` when
 * the one before is answered, so that keys which come one by one are gathered while calls have to wait
 * @returns reads one key; whoever aborts the signal stops waiting, and the others still get their answer
 */
export function batched<T>(
  most: number,
  load: (keys: readonly string[], over: AbortSignal) => Promise<ReadonlyMap<string, T>>,
  begins: 'at-once' | 'in-turn' = 'at-once',
): (key: string, signal?: AbortSignal) => Promise<T | undefined> {
  let before: Promise<unknown> = Promise.resolve();
  let open: Batch<T> | undefined;

  return async (key, signal = new AbortController().signal) => {
    if (signal.aborted) throw cancelled();
    if (open === undefined || open.keys.size >= most || open.over.signal.aborted) {
      const keys = new Set<string>();
      const over = new AbortController();
      const batch: Batch<T> = {
        keys,
        over,
        waiting: 0,
        loaded: Promise.all([setImmediate(), before]).then(() => {
          if (open === batch) open = undefined;
          return load([...keys], over.signal);
        }),
      };
      open = batch;
      if (begins === 'in-turn') before = batch.loaded.catch(() => undefined);
    }
    const batch = open;
    batch.keys.add(key);
    batch.waiting++;
    try {
      const answer = await untilCancelled(signal, batch.loaded);
      if (answer === 'cancelled') throw cancelled();
      return answer.get(key);
    } finally {
      if (--batch.waiting === 0) batch.over.abort();
    }
  };
}

interface Batch<T> {
  readonly keys: Set<string>;
  readonly loaded: Promise<ReadonlyMap<string, T>>;
  readonly over: AbortController;
  /** How many still wait for the answer. */
  waiting: number;
}

function cancelled(): ExchangeError {
  return new ExchangeError('cancelled', 'nobody waits for the answer any more', true);
}
