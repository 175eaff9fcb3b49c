import { Failure } from '../../process/failure.ts';
import { printable } from '../../text/sanitize.ts';
import { lostTags, newerRevision } from '../decide/task-definition.ts';
import { ruleNames } from '../rules/all.ts';
import type { Finding } from '../rules/rule.ts';
import { type Check, checkCodes, notShown } from './check.ts';

/** The codes of all checks, for the input skip-checks. */
export const checkNames: readonly string[] = [...ruleNames, newerRevision, lostTags, ...checkCodes];

/**
 * Makes findings of what is missing or can't be used; what exists or can't be known yields none. A thing that already runs is no
 * reason to refuse.
 */
export function findingsOfChecks(
  checks: readonly (Omit<Check, 'detail'> & { readonly detail: string | null | undefined })[],
): readonly Finding[] {
  return checks.flatMap(({ check, what, name, state, detail, inUse }): readonly Finding[] =>
    // IAM's simulation is a hint; only the call itself tells.
    (state === 'missing' || state === 'wrong') && check !== 'permissions'
      ? [
          {
            rule: check,
            severity: inUse ? 'warning' : 'problem',
            place: what,
            message: messageOf(name, state),
            fix: detail ?? undefined,
          },
        ]
      : [],
  );
}

function messageOf(name: string, state: 'missing' | 'wrong'): string {
  if (name === notShown) {
    return 'There is no such secret or parameter. What it names is not shown, since it may be the secret itself.';
  }
  return state === 'missing' ? `There is no ${name}.` : `${name} can't be used.`;
}

/** A finding of one service. */
export interface ServiceFinding {
  /** Undefined: of all. */
  readonly service: string | undefined;
  readonly finding: Finding;
}

/**
 * Refuses what can't work, all problems together.
 * @throws Failure change-refused
 */
export function refuseProblems(findings: readonly ServiceFinding[]): void {
  const problems = findings.filter(({ finding }) => finding.severity === 'problem');
  if (problems.length === 0) return;
  const services = new Set(problems.map(({ service }) => service));
  const lines = problems.map(({ service, finding }) =>
    services.size > 1 && service !== undefined ? `${service}: ${findingLine(finding)}` : findingLine(finding),
  );
  throw new Failure({
    code: 'change-refused',
    fault: 'yours',
    message: `${problems.length === 1 ? 'This deployment cannot work' : `This deployment cannot work, for ${problems.length} reasons`}:\n${[...new Set(lines)].map((line) => `  - ${line}`).join('\n')}`,
    advice: 'Nothing was changed. The input skip-checks takes the codes in brackets, if a check is wrong.',
  });
}

/** A finding as one line. */
export function findingLine({ rule, place, message, fix }: Finding): string {
  const where = place === '' ? '' : `${place}: `;
  // Names in a document may hold anything.
  return printable(`${where}${message}${fix === undefined ? '' : ` ${fix}`} [${rule}]`);
}
