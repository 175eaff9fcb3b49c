import { setImmediate } from 'node:timers/promises';

/**
 * Gathers single requests that are made together into calls that carry many, as AWS's Describe operations take them:
 * 50 services that are followed at once are three reads a tick and not fifty.
 *
 * @param most how many keys one call carries
 * @param load reads all keys of one call; a key that is not in its answer resolves to undefined
 * @param begins when a call begins: `at-once` with what is asked in the same turn of the event loop, or `in-turn` when
 * the one before is answered, so that keys which come one by one are gathered while calls have to wait
 */
export function batched<T>(
  most: number,
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  begins: 'at-once' | 'in-turn' = 'at-once',
): (key: string) => Promise<T | undefined> {
  let before: Promise<unknown> = Promise.resolve();
  let open: { keys: Set<string>; loaded: Promise<ReadonlyMap<string, T>> } | undefined;

  return async (key) => {
    if (open === undefined || open.keys.size >= most) {
      const keys = new Set<string>();
      const batch = {
        keys,
        loaded: Promise.all([setImmediate(), before]).then(() => {
          if (open === batch) open = undefined;
          return load([...keys]);
        }),
      };
      open = batch;
      if (begins === 'in-turn') before = batch.loaded.catch(() => undefined);
    }
    open.keys.add(key);
    return (await open.loaded).get(key);
  };
}
