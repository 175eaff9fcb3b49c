import type { Run } from '../run.ts';

/** Something that has to be there for a change to work, with what AWS says of it. */
export interface Check {
  /** A stable code, for skip-checks. */
  readonly check: CheckCode;
  /** e.g. `execution role` */
  readonly what: string;
  /** e.g. its ARN; `notShown` for what may be a secret's value. */
  readonly name: string;
  /**
   * `missing`: it is not there. `wrong`: it is, and can't be used. `unknown`: this job may not know, or AWS did not
   * answer.
   */
  readonly state: 'ok' | 'missing' | 'wrong' | 'unknown';
  /** Why, or what to do; one sentence. */
  readonly detail: string | undefined;
  /** What runs has it too: then it refuses nothing. */
  readonly inUse: boolean;
}

/** In place of a name that may be the secret itself. */
export const notShown = '(not shown)';

export const checkCodes = [
  'image',
  'roles',
  'secrets',
  'log-group',
  'target-group',
  'environment-file',
  'permissions',
] as const;

export type CheckCode = (typeof checkCodes)[number];

/** What a check is made with. */
export type Asking = Pick<Run, 'aws' | 'clock'>;

/** What was found out about one thing. */
export type Answer = Pick<Check, 'state'> & { readonly detail?: string };

export const ok: Answer = { state: 'ok' };

/** An answer of a service that is asked by raw requests, by its status and its error's code. */
export function refused(status: number, body: string, permission: string): Answer {
  const code =
    /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body)?.[1] ?? /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? '';
  if (/NotFound|NoSuchEntity|NoSuchKey|NoSuchBucket/.test(code)) return { state: 'missing' };
  if (status === 403 || /AccessDenied|Unauthorized/.test(code))
    return { state: 'unknown', detail: `${permission} is not permitted to this job.` };
  return { state: 'unknown', detail: `AWS answered ${code || `with status ${status}`}.` };
}
