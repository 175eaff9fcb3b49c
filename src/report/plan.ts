import { findingLine } from '../plan/preflight/findings.ts';
import type { Plan, PlannedChange, PlanOfService } from '../plan/show/plan.ts';
import { describeChange, describeCost, describeImage, describeService } from '../plan/show/words.ts';
import { printable } from '../text/sanitize.ts';
import { code, fenced, text } from './markdown.ts';

/** A plan as lines for the log. */
export function planLines(plan: Plan): readonly string[] {
  return [
    describeImage(plan.image),
    ...plan.services.flatMap((service) => [
      '',
      describeService(service),
      ...changeLines(service).map((line) => `  ${line}`),
      ...costLines(service).map((line) => `  ${line}`),
      ...service.findings.map((finding) => `  ${finding.severity}: ${findingLine(finding)}`),
    ]),
    ...(plan.checks.length === 0 ? [] : ['', 'What has to be there:']),
    ...plan.checks.map((check) => `  ${checkLine(check)}`),
    '',
    planSentence(plan),
  ].map(printable);
}

/** A plan as Markdown for the job summary. */
export function planSummary(plan: Plan): string {
  return [
    `### ${plan.problems ? '❌' : plan.changes ? '📋' : '✅'} ${text(planSentence(plan))}`,
    '',
    text(describeImage(plan.image)),
    '',
    ...plan.services.flatMap((service) => {
      const changes = changeLines(service);
      return [
        `#### ${text(describeService(service))}`,
        '',
        ...(changes.length === 0 ? [] : fenced(changes, 'diff', 500)),
        ...costLines(service).flatMap((line) => [text(line), '']),
        ...service.findings.map(
          (finding) => `- ${severityIcons[finding.severity]} ${text(findingLine(finding))}`,
        ),
        ...(service.findings.length === 0 ? [] : ['']),
      ];
    }),
    ...checksSection(plan.checks),
  ].join('\n');
}

function checksSection(checks: Plan['checks']): readonly string[] {
  if (checks.length === 0) return [];
  const rows = checks.map(
    ({ what, name, state, detail }) =>
      `| ${stateIcons[state]} ${state} | ${text(what)} | ${code(name)} | ${text(detail ?? '')} |`,
  );
  return ['#### What has to be there', '', '| | | | |', '| --- | --- | --- | --- |', ...rows, ''];
}

function checkLine({ what, name, state, detail }: Plan['checks'][number]): string {
  return `${state.padEnd(7)} ${what}: ${name}${detail === null ? '' : ` (${detail})`}`;
}

const stateIcons = { ok: '✅', missing: '❌', wrong: '❌', unknown: '❔' } as const;

/** The plan in one sentence. */
export function planSentence({ changes, problems, services }: Plan): string {
  if (problems) return 'Plan: a deploy would be refused.';
  if (!changes) return 'Plan: nothing would change.';
  const updated = services.filter(({ action }) => action === 'update').map(({ service }) => service);
  return `Plan: ${updated.join(', ')} would be updated. Nothing was changed.`;
}

const severityIcons = { problem: '❌', warning: '⚠️', notice: 'ℹ️' } as const;

function changeLines({ taskDefinition, settings }: PlanOfService): readonly string[] {
  return [...taskDefinition.changes, ...settings].map((change: PlannedChange) => describeChange(change));
}

function costLines({ cost }: PlanOfService): readonly string[] {
  const words = describeCost(cost);
  return words === undefined ? [] : [words];
}
