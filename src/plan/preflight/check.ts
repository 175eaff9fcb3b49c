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
  /** Whether what runs has it too: then nothing is refused. */
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
  'capacity-provider',
  'permissions',
] as const;

export type CheckCode = (typeof checkCodes)[number];

/** The answer about one thing. */
export type Answer = Pick<Check, 'state'> & { readonly detail?: string };

export const ok: Answer = { state: 'ok' };
