import type { Clock } from './clock.ts';

/** Says a line, unless one of the same subject was said within the last minute; the subject is the line when not given. */
export type Tell = (line: string, subject?: string) => void;

/**
 * Tells what comes at every look again only once a minute: what goes on for half an hour must not push the cause off the
 * screen.
 */
export function rateLimitedLog({ now }: Pick<Clock, 'now'>, say: (line: string) => void): Tell {
  const toldAt = new Map<string, number>();
  return (line, subject = line) => {
    if (now() - (toldAt.get(subject) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    toldAt.set(subject, now());
    say(line);
  };
}
