import type { Finding, Severity } from './finding.ts';

/** One thing that AWS demands of `Of`. */
export interface Rule<Of> {
  /** The code of its findings. */
  readonly name: string;
  /** Nothing when it holds. */
  readonly check: (of: Of) => readonly Violation[];
}

/** A finding but for the rule's name; a problem unless it says otherwise. */
export interface Violation {
  readonly severity?: Severity;
  readonly place: string;
  readonly message: string;
  readonly fix?: string;
}

export function findingsOf<Of>(rules: readonly Rule<Of>[], of: Of): readonly Finding[] {
  return rules.flatMap(({ name, check }) =>
    check(of).map(({ severity = 'problem', place, message, fix }) => ({
      rule: name,
      severity,
      place,
      message,
      fix,
    })),
  );
}
