import { type Calling, pauseMilliseconds } from './call.ts';
import { kindOf, wordsOf } from './errors.ts';

/** A refusal that passes: AWS accepts the same request a little later. */
export interface PassingRefusal {
  /** Why it passes, for the log. */
  readonly why: string;
  /** How long it is worth waiting for. */
  readonly patienceSeconds: number;
}

/**
 * Whether a refusal passes by itself; nothing was done by the call, so it may be sent again. Pure.
 *
 * The wording is AWS's, seen in public reports: these have no error code of their own. A role is visible to ECS some
 * seconds after IAM has made it (IAM is eventually consistent, documented). Nothing in the answer says how old a role
 * is, so a missing permission looks the same, and the bound is short. `LimitExceededException` is a throttling error to
 * the SDK's own retries. STS asks GitHub for the keys that verify an identity token: IDPCommunicationError is "often a
 * transient error" (documented), and users see the same as InvalidIdentityToken when GitHub answers slowly.
 */
export function passingRefusal(error: unknown): PassingRefusal | undefined {
  const words = wordsOf(error);
  const kind = kindOf(error);
  if (kind !== 'refused' && kind !== 'denied') return undefined;
  if (/too many concurrent attempts to create a new revision/i.test(words)) {
    return { why: 'another run registers a revision of the same family', patienceSeconds: 180 };
  }
  if (/^(Service)?LimitExceeded(Exception)?\b/.test(words)) {
    return { why: 'a limit of the account is reached at the moment', patienceSeconds: 60 };
  }
  if (/^(IDPCommunicationError|InvalidIdentityToken.*retrieve verification key)/i.test(words)) {
    return { why: "AWS can't read GitHub's keys at the moment", patienceSeconds: 60 };
  }
  if (kind === 'denied') {
    return /\biam:PassRole\b/.test(words) ? { ...newRole, patienceSeconds: 30 } : undefined;
  }
  return /role is not valid|unable to assume (the )?(service linked )?role/i.test(words)
    ? newRole
    : undefined;
}

const newRole: PassingRefusal = {
  why: 'IAM may not have made a new role or policy known everywhere yet',
  patienceSeconds: 60,
};

/**
 * Does something that ends with a call to AWS, again and again while the refusal is one that passes. An aborted signal
 * ends the wait.
 *
 * @param what the API action, for the log
 * @throws whatever `send` throws last
 */
export async function patiently<T>(
  { clock, say, signal }: Calling,
  what: string,
  send: () => Promise<T>,
): Promise<T> {
  const since = clock.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const refusal = passingRefusal(error);
      if (refusal === undefined) throw error;
      const pause = pauseMilliseconds(2000, attempt, clock.random());
      const { why, patienceSeconds } = refusal;
      const waited = clock.now() - since;
      if (signal?.aborted || waited + pause > patienceSeconds * 1000) throw error;
      say(
        `${what}: ${wordsOf(error)} This can pass: ${why}. Trying again in ${(pause / 1000).toFixed(1)} s, for at most ${patienceSeconds} s.`,
      );
      await clock.sleep(pause, signal);
      if (signal?.aborted) throw error;
    }
  }
}
