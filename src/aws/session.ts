import type { Clock } from '../process/clock.ts';
import { inUtc } from '../text/time.ts';

/** Credentials of a role, for a time. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** By AWS's clock, to be shown. */
  readonly endsAt: Date;
}

/** The session that all clients share. */
export interface Sessions {
  /** The one that holds: the first time begun, later renewed before it ends. */
  current(): Promise<Session>;
  /** A new one, where AWS refuses the one that was thought to hold: the runner's clock may be wrong. */
  renew(refused: string): Promise<Session>;
}

/** More than the five minutes in which the SDK calls a session expired. */
const renewBeforeSeconds = 6 * 60;

/** How long an attempt that failed is not repeated while the old session still holds. */
const pauseSeconds = 20;

/**
 * Keeps one session and renews it before it ends, so that a rollout may take longer than a session does. While the old
 * session still holds, it serves on: a renewal that fails is tried again later, and counts only when the old one has
 * ended.
 *
 * @param begin begins a session
 */
export function keepSession({
  begin,
  durationSeconds,
  clock,
  say,
}: {
  readonly begin: () => Promise<Session>;
  /** How long one holds from its begin on; AWS never makes it shorter (documented for AssumeRole: it refuses). */
  readonly durationSeconds: number;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}): Sessions {
  let session: Session | undefined;
  let holdsUntil = 0;
  let pending: Promise<Session> | undefined;
  let notBefore = 0;

  const start = (): Promise<Session> => {
    if (pending !== undefined) return pending;
    const askedAt = clock.now();
    pending = begin()
      .then((begun) => {
        if (session !== undefined) say(`signed in again, until ${inUtc(begun.endsAt)}`);
        session = begun;
        holdsUntil = askedAt + durationSeconds * 1000;
        return begun;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };

  return {
    current: async () => {
      if (session === undefined) return start();
      const held = session;
      const leftSeconds = (holdsUntil - clock.now()) / 1000;
      if (leftSeconds > renewBeforeSeconds) return held;
      if (leftSeconds <= 0) return start();
      // Nobody waits for it while the old one holds: GitHub or AWS may take a minute, and a rollback must not.
      if (pending === undefined && clock.now() >= notBefore) {
        start().catch((error: unknown) => {
          notBefore = clock.now() + pauseSeconds * 1000;
          say(
            `The sign-in could not be renewed yet (${error instanceof Error ? error.message : 'unknown'}).`,
          );
        });
      }
      return held;
    },
    renew: async (refused) => {
      // The first of several calls that were refused at once renews for all.
      if (session !== undefined && session.accessKeyId !== refused) return session;
      say('AWS calls the session expired; signing in again');
      return start();
    },
  };
}
