import type { ContainerLog } from '../deployment/diagnose/container-log.ts';
import type { Cause } from '../deployment/diagnose/diagnose.ts';
import type { CurrentState, ServiceOutcome } from '../deployment/outcome.ts';

/** The cause of a failed rollout as lines for the log: on one screen, most telling first. */
export function explain({ advice, cause, currentState, recovery }: ServiceOutcome): readonly string[] {
  return [
    ...(advice === undefined ? [] : ['', `What to do: ${advice}`]),
    ...(cause === undefined ? [] : linesOf(cause)),
    ...currentStateLines(currentState),
    ...recoveryLines(recovery),
  ];
}

/** The same in short, for the annotation. */
export function explainShortly({ message, advice, cause, currentState, recovery }: ServiceOutcome): string {
  const likely = cause?.likely;
  const group = cause?.groups[0];
  return [
    message,
    ...(advice === undefined ? [] : [advice]),
    ...(likely === undefined ? [] : [`Likely cause: ${likely.says} ${likely.advice}`]),
    ...(group === undefined ? [] : [`${group.count} x ${group.stoppedReason}`, ...group.containers]),
    ...(cause?.logs?.lines.slice(-3).map((line) => `| ${line}`) ?? []),
    ...currentStateLines(currentState),
    ...recoveryLines(recovery),
  ].join('\n');
}

function linesOf({ likely, groups, targets, events, logs }: Cause): readonly string[] {
  return [
    ...(likely === undefined ? [] : ['', `Likely cause: ${likely.says}`, `What to do:   ${likely.advice}`]),
    ...(groups.length === 0 ? [] : ['', 'Failed tasks:']),
    ...groups.flatMap(({ count, example, stopCode, stoppedReason, containers }) => [
      `  ${count} x ${stopCode}: ${stoppedReason} (e.g. task ${example})`,
      ...containers.map((container) => `      ${container}`),
    ]),
    ...section('Load balancer:', targets),
    ...section('ECS says:', events),
    ...(logs === undefined
      ? []
      : ['', `Last log lines of ${logs.container} (task ${logs.taskId}${alsoIn(logs)}):`]),
    ...(logs?.lines ?? []).map((line) => `  | ${line}`),
    ...(logs?.note === undefined ? [] : [`  ${logs.note}`]),
  ];
}

/** `, alike in 2 others` */
export function alsoIn({ sameIn }: ContainerLog): string {
  return sameIn > 1 ? `, alike in ${sameIn - 1} other${sameIn === 2 ? '' : 's'}` : '';
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function currentStateLines(currentState: CurrentState | undefined): readonly string[] {
  if (currentState === undefined) return [];
  return [
    ...section('Failed tasks of the rollback:', currentState.failures),
    ...section('What runs now:', currentState.runs),
  ];
}

function recoveryLines(recovery: readonly string[]): readonly string[] {
  return section('To see what runs, and to put it right:', recovery);
}
