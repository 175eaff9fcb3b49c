import type { Cancel, Clock } from './clock.ts';

/** A clock whose timers can be given up all at once, so that nothing happens and nothing waits after the end. */
export function withOwnTimers(clock: Clock): { readonly clock: Clock; readonly cancelAll: () => void } {
  const timers = new Set<Cancel>();
  return {
    clock: {
      now: () => clock.now(),
      realMillisecondsPerSecond: clock.realMillisecondsPerSecond,
      after: (seconds, action) => {
        const cancel = clock.after(seconds, () => {
          timers.delete(cancel);
          action();
        });
        timers.add(cancel);
        return () => {
          timers.delete(cancel);
          cancel();
        };
      },
    },
    cancelAll: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
