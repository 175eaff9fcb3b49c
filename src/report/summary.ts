import type { Failure } from '../failure.ts';
import type { ProvidedImage } from '../image/provide.ts';
import type { Cause } from '../rollout/diagnose.ts';
import { isGood, type Result, type ServiceOutcome } from '../rollout/outcome.ts';
import { inWords, nameOf } from '../rollout/sentence.ts';
import { consoleUrl } from './console-url.ts';
import { plain } from './plain.ts';

/** What the job summary shows. */
export interface Summary {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  readonly durationSeconds: number;
}

/** The job summary in GitHub's Markdown: one headline, what changed, and for a failure the cause. */
export function summarize({ outcomes, image, durationSeconds }: Summary): string {
  return [
    ...outcomes.flatMap(serviceSection),
    `<sub>${[...(image === undefined ? [] : [`image ${code(image.uri)}`]), `took ${inWords(durationSeconds)}`].join(' · ')}</sub>`,
    '',
  ].join('\n');
}

/** A run that ended before any service was touched. */
export function summarizeFailure(
  title: string,
  failure: Pick<Failure, 'message' | 'advice' | 'detail'>,
): string {
  return [
    `### ❌ ${text(title)}`,
    '',
    ...failure.message.split('\n').map((line) => `> ${text(line)}`),
    '',
    ...(failure.advice === undefined ? [] : [text(failure.advice), '']),
    ...(failure.detail.length === 0 ? [] : fenced(failure.detail.map((line) => plain(line, 500)))),
  ].join('\n');
}

function serviceSection(outcome: ServiceOutcome): readonly string[] {
  const {
    service,
    result,
    message,
    taskDefinitionArn,
    previousTaskDefinitionArn,
    cause,
    mend,
    deploymentId,
  } = outcome;
  const url = consoleUrl(outcome);
  const rows = [
    ['Service', url === undefined ? text(service) : `<a href="${url}">${text(service)}</a>`],
    ['Deployed', code(nameOf(taskDefinitionArn ?? ''))],
    ['Before', code(nameOf(previousTaskDefinitionArn ?? ''))],
    ...(deploymentId === undefined ? [] : [['Deployment', code(deploymentId)]]),
    ['Reason', code(outcome.reason)],
  ];
  return [
    `### ${mark(result)} ${text(service)}: ${headline[result]}`,
    '',
    text(message),
    '',
    ...table(rows),
    ...(cause === undefined ? [] : causeSection(cause)),
    ...(mend.length === 0 ? [] : ['#### To see what runs, and to put it right', '', ...fenced(mend)]),
  ];
}

function causeSection({ likely, groups, targets, events, logs }: Cause): readonly string[] {
  return [
    ...(likely === undefined
      ? []
      : [`**Likely cause:** ${text(likely.says)}  `, `**What to do:** ${text(likely.advice)}`, '']),
    ...(groups.length === 0
      ? []
      : [
          '| Failed tasks | Stop code | Reason | Containers |',
          '| ---: | --- | --- | --- |',
          ...groups.map(
            ({ count, stopCode, stoppedReason, containers }) =>
              `| ${count} | ${cell(stopCode)} | ${cell(stoppedReason)} | ${containers.map(cell).join('<br>')} |`,
          ),
          '',
        ]),
    ...bullets('Load balancer', targets),
    ...bullets('ECS says', events),
    ...(logs === undefined
      ? []
      : [
          `**Last log lines of ${text(logs.container)}** (task ${code(logs.taskId)})`,
          '',
          ...(logs.note === undefined ? fenced(logs.lines) : [text(logs.note), '']),
        ]),
  ];
}

function bullets(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map((line) => `- ${text(line)}`), ''];
}

/** A table without a head row, which Markdown has not. */
function table(rows: readonly (readonly (string | undefined)[])[]): readonly string[] {
  return [
    '<table>',
    ...rows.map(([name = '', value = '']) => `<tr><td>${name}</td><td>${value}</td></tr>`),
    '</table>',
    '',
  ];
}

/** Texts from outside stand in a fence longer than any run of backticks in them. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}text`, ...lines, fence, ''];
}

/** Nothing of a text is taken as Markdown or HTML. */
function text(raw: string): string {
  return raw
    .replaceAll(/[&<>]/g, (character) => entities[character] ?? '')
    .replaceAll(/[\\`*_{}[\]()#+!|~@]/g, String.raw`\$&`);
}

function cell(raw: string): string {
  return text(raw).replaceAll('\n', ' ');
}

function code(raw: string): string {
  return `<code>${raw.replaceAll(/[&<>]/g, (character) => entities[character] ?? '')}</code>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function mark(result: Result): string {
  if (isGood(result)) return '✅';
  return result === 'rolled-back' ? '↩️' : '❌';
}

const headline: Readonly<Record<Result, string>> = {
  deployed: 'deployed',
  unchanged: 'nothing to do',
  started: 'deployment begun',
  'rolled-back': 'failed, rolled back',
  'rollback-failed': 'failed, and the rollback failed too',
  superseded: 'superseded by another deployment',
  'timed-out': 'not done in time',
  cancelled: 'cancelled',
  failed: 'failed',
};
