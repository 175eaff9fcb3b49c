import type { ContainerLog } from '../deployment/diagnose/container-log.ts';
import type { Cause } from '../deployment/diagnose/diagnose.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';

/**
 * The evidence of a failed rollout, for the log: failed tasks, load balancer, events, log lines. The annotation comes
 * right below it in the same view, so it says nothing that the annotation says.
 */
export function evidenceLines({ service, cause, currentState }: ServiceOutcome): readonly string[] {
  return [
    ...(cause === undefined ? [] : causeLines(service, cause)),
    ...section('Failed tasks of the rollback:', currentState?.failures ?? []),
  ];
}

/** The annotation of a failed rollout: what happened, the likely cause, what to do, and what runs if that is in doubt. */
export function annotationText({ message, advice, cause, currentState, recovery }: ServiceOutcome): string {
  const likely = cause?.likely;
  return [
    message,
    ...(likely === undefined ? [] : [`Likely cause: ${likely.says}`]),
    ...[advice, likely?.advice].filter((text) => text).map((text) => `What to do: ${text}`),
    ...paragraph('What runs now:', currentState?.runs ?? []),
    ...paragraph(`${recoveryTitle}:`, recovery),
  ].join('\n');
}

/** The title above the commands for a service that a person has to fix. */
export const recoveryTitle = 'To check the service and fix it';

function causeLines(
  service: string,
  { groups, targets, events, logs }: Omit<Cause, 'likely'>,
): readonly string[] {
  return [
    ...(groups.length === 0 ? [] : ['', `Failed tasks of ${service}:`]),
    ...groups.flatMap(({ count, example, stopCode, stoppedReason, containers }) => [
      `  ${count} x ${stopCode}: ${stoppedReason} (e.g. task ${example})`,
      ...containers.map((container) => `      ${container}`),
    ]),
    ...section('Load balancer:', targets),
    ...section('ECS events:', events),
    ...(logs === undefined
      ? []
      : ['', `Last log lines of ${logs.container} (task ${logs.taskId}${alsoIn(logs)}):`]),
    ...(logs?.lines ?? []).map((line) => `  | ${line}`),
    ...(logs?.note === undefined ? [] : [`  ${logs.note}`]),
  ];
}

/** `, same in 2 other tasks` */
export function alsoIn({ sameIn }: ContainerLog): string {
  return sameIn > 1 ? `, same in ${sameIn - 1} other task${sameIn === 2 ? '' : 's'}` : '';
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return paragraph(
    title,
    lines.map((line) => `  ${line}`),
  );
}

/** An annotation shows no indents. */
function paragraph(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
