import type { ServiceName } from './service.ts';

/** What can go wrong with a call. */
export type Fault =
  | { readonly kind: 'throttle' }
  | { readonly kind: 'server-error' }
  /** The connection is reset before the work is done. */
  | { readonly kind: 'reset-before' }
  /** The work is done, then the connection is reset. */
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired' }
  /** Two calls register a revision of the same family at once. */
  | { readonly kind: 'concurrent-registration' }
  /** ECS does not know a role yet that IAM has just made. */
  | { readonly kind: 'new-role' }
  | { readonly kind: 'limit-exceeded' }
  /** A read answers what it answered that many seconds ago (0: the last time) to the same input. */
  | { readonly kind: 'stale'; readonly seconds?: number }
  /** No answer ever comes, and nothing is done. */
  | { readonly kind: 'hang' }
  /** The work is done, and no answer ever comes. */
  | { readonly kind: 'hang-after' }
  /** The work is done, and the answer stops in the middle. */
  | { readonly kind: 'cut' }
  /** The same, and the connection ends there. */
  | { readonly kind: 'break' }
  /** The work is done, and the answer comes byte by byte, too slowly for anybody to wait for its end. */
  | { readonly kind: 'trickle' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status?: number };

export interface FaultRule {
  readonly service?: ServiceName;
  /** Every operation when not given. */
  readonly operation?: string;
  /** How many calls it hits; 1 when not given. */
  readonly times?: number | 'always';
  /** How many calls are let pass before. */
  readonly after?: number;
  readonly fault: Fault;
}

export interface Faults {
  /** Adds a rule; the answer takes it away again. The first rule that matches a call decides. */
  add(rule: FaultRule): () => void;
  clear(): void;
}

export function faultList(): Faults & { next(service: ServiceName, operation: string): Fault | undefined } {
  let rules: { rule: FaultRule; toPass: number; left: number }[] = [];
  return {
    add: (rule) => {
      const left = rule.times === 'always' ? Number.POSITIVE_INFINITY : (rule.times ?? 1);
      const entry = { rule, toPass: rule.after ?? 0, left };
      rules.push(entry);
      return () => {
        rules = rules.filter((other) => other !== entry);
      };
    },
    clear: () => {
      rules = [];
    },
    next: (service, operation) => {
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.service !== undefined && rule.service !== service) continue;
        if (rule.operation !== undefined && rule.operation !== operation) continue;
        if (entry.toPass > 0) {
          entry.toPass--;
        } else if (entry.left > 0) {
          entry.left--;
          return rule.fault;
        }
      }
      return undefined;
    },
  };
}
