import { findingLine } from '../plan/preflight/findings.ts';
import { type Plan, type PlanOfService, problemsOf } from '../plan/show/plan.ts';
import { describeStrategy } from '../plan/show/strategy.ts';
import { describeChanges, describeCost, describeImage, describeService } from '../plan/show/words.ts';
import { printable } from '../text/sanitize.ts';
import { code, fenced, text } from './markdown.ts';
import { fitParts, mostCharacters, type SummaryPart } from './summary.ts';

/** A plan as lines for the log. */
export function planLines(plan: Plan): readonly string[] {
  return [
    describeImage(plan),
    ...plan.services.flatMap((service) => [
      '',
      describeService(service),
      ...describeChanges(service).map((line) => `  ${line}`),
      ...strategyLines(service).map((line) => `  ${line}`),
      ...costLines(service).map((line) => `  ${line}`),
      ...service.findings.map((finding) => `  ${finding.severity}: ${findingLine(finding)}`),
    ]),
    ...(plan.checks.length === 0 ? [] : ['', checksSentence(plan.checks)]),
    ...listedChecks(plan.checks).map((check) => `  ${checkLine(check)}`),
    '',
    planSentence(plan),
  ].map(printable);
}

/**
 * A plan as Markdown for the job summary, or for a comment. What doesn't fit is left out, the changes of the last
 * services first, and a line says so.
 *
 * @param options.about lines below the headline
 */
export function planSummary(
  plan: Plan,
  { most = mostCharacters, about = [] }: { readonly most?: number; readonly about?: readonly string[] } = {},
): string {
  return fitParts(
    [
      {
        importance: 9,
        title: 'the result',
        lines: [
          `### ${plan.problems ? '❌' : plan.changes ? '📋' : '✅'} ${text(planSentence(plan))}`,
          '',
          ...about,
        ],
      },
      { importance: 8, title: 'the image', lines: [text(describeImage(plan)), ''] },
      ...plan.services.flatMap(serviceParts),
      { importance: 5, title: 'the checks', lines: checksSection(plan.checks) },
    ],
    most,
  );
}

function serviceParts(service: PlanOfService): readonly SummaryPart[] {
  const changes = describeChanges(service);
  const findings = service.findings.map(
    (finding) => `- ${severityIcons[finding.severity]} ${text(findingLine(finding))}`,
  );
  return [
    { importance: 7, title: 'services', lines: [`#### ${text(describeService(service))}`, ''] },
    { importance: 3, title: 'changes', lines: changes.length === 0 ? [] : fenced(changes, 'diff', 500) },
    {
      importance: 5,
      title: 'strategies',
      lines: strategyLines(service).flatMap((line, index, { length }) => [
        `- ${text(line)}`,
        ...(index === length - 1 ? [''] : []),
      ]),
    },
    { importance: 4, title: 'costs', lines: costLines(service).flatMap((line) => [text(line), '']) },
    { importance: 6, title: 'findings', lines: findings.length === 0 ? [] : [...findings, ''] },
  ];
}

function checksSection(checks: Plan['checks']): readonly string[] {
  if (checks.length === 0) return [];
  const rows = listedChecks(checks).map(
    ({ what, name, state, detail }) =>
      `| ${stateIcons[state]} ${state} | ${text(what)} | ${code(name)} | ${text(detail ?? '')} |`,
  );
  const sentence = checksSentence(checks);
  return rows.length === 0
    ? [sentence, '']
    : [`#### ${sentence}`, '', '| | | | |', '| --- | --- | --- | --- |', ...rows, ''];
}

/** A reader needs the checks that didn't pass, and notes on those that did; the output `plan` has them all. */
function listedChecks(checks: Plan['checks']): Plan['checks'] {
  return checks.filter(({ state, detail }) => state !== 'ok' || detail !== null);
}

function checksSentence(checks: Plan['checks']): string {
  const passed = checks.filter(({ state }) => state === 'ok').length;
  const others = checks.length - passed;
  const notes = listedChecks(checks).length - others;
  const words = `${passed} ${passed === 1 ? 'check' : 'checks'} passed`;
  if (others > 0) return `${words}; ${others} did not:`;
  return notes > 0 ? `${words}, ${notes} with a note:` : `${words}.`;
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
  const more = updated.length - mostNamed;
  const named = more > 1 ? `${updated.slice(0, mostNamed).join(', ')} and ${more} more` : updated.join(', ');
  return `Plan: ${named} would be updated. Nothing was changed.`;
}

/** A headline with more names is no headline. */
const mostNamed = 5;

/** The plan in one sentence with the reasons for a refusal, for the output `message`. */
export function planMessage(plan: Plan): string {
  const reasons = [...new Set(problemsOf(plan).map(findingLine))];
  const more = reasons.length - 1;
  return [planSentence(plan), ...reasons.slice(0, 1), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

const severityIcons = { problem: '❌', warning: '⚠️', notice: 'ℹ️' } as const;

function strategyLines({ deploys, strategy }: PlanOfService): readonly string[] {
  return deploys ? describeStrategy(strategy) : [];
}

function costLines({ cost }: PlanOfService): readonly string[] {
  const words = describeCost(cost);
  return words === undefined ? [] : [words];
}
