import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';

/** The passwords of GetAuthorizationToken. */
export interface Authorization {
  /** A new password for the user `AWS`, valid for twelve hours (documented). */
  issue(): { readonly password: string; readonly expiresAt: number };
  /** Whether an Authorization header (`Basic ...`) has an issued password that is still valid. */
  accepts(header: string | undefined): boolean;
}

export function createAuthorization(clock: Pick<Clock, 'now'>): Authorization {
  const expiries = new Map<string, number>();
  return {
    issue: () => {
      const password = randomBytes(48).toString('base64url');
      const expiresAt = clock.now() + 12 * 3600 * 1000;
      expiries.set(password, expiresAt);
      return { password, expiresAt };
    },
    accepts: (header) => {
      const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1] ?? '';
      const decoded = Buffer.from(encoded, 'base64').toString();
      if (!decoded.startsWith('AWS:')) return false;
      return (expiries.get(decoded.slice('AWS:'.length)) ?? 0) > clock.now();
    },
  };
}
