import type { Failure } from '../failure.ts';
import type { ProvidedImage } from '../image/provide.ts';
import type { History } from '../rollback/past.ts';
import type { Cause } from '../rollout/diagnose.ts';
import { isGood, type Result, type ServiceOutcome } from '../rollout/outcome.ts';
import { inWords, nameOf } from '../rollout/sentence.ts';
import { buildSection } from './build-section.ts';
import { consoleUrl } from './console-url.ts';
import { alsoIn } from './explain.ts';
import { historySection } from './history.ts';
import { code, fenced, html, text } from './markdown.ts';

/** What the job summary shows. */
export interface Summary {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  readonly durationSeconds: number;
  /** What a rollback chose from. */
  readonly histories?: readonly History[] | undefined;
}

/**
 * The job summary in GitHub's Markdown: for each service one headline, what changed, and for a failure the cause.
 * GitHub refuses one of more than 1 MiB (documented): of very many services the later ones are told in short.
 */
export function summarize({ outcomes, image, durationSeconds, histories = [] }: Summary): string {
  let length = 0;
  const sections = outcomes.flatMap((outcome) => {
    const history = histories.find(({ service }) => service === outcome.service);
    const full = [
      ...serviceSection(outcome),
      ...(history === undefined ? [] : historySection(history, outcome)),
    ].join('\n');
    const section = length + full.length <= mostCharacters.inFull ? full : `${heading(outcome)}\n`;
    if (length + section.length > mostCharacters.inAll) return [];
    length += section.length;
    return section;
  });
  const untold = outcomes.length - sections.length;
  const facts = [
    ...(image === undefined ? [] : [`image <code>${text(image.uri)}</code>`]),
    `took ${inWords(durationSeconds)}`,
  ];
  return [
    ...sections,
    ...(untold === 0 ? [] : [`... and ${untold} more services.`, '']),
    ...buildSection(image?.build),
    `<sub>${facts.join(' · ')}</sub>`,
    '',
  ].join('\n');
}

/** In all a quarter of what GitHub takes, since a character can be four bytes. */
const mostCharacters = { inFull: 150_000, inAll: 250_000 };

/** A run that ended before any service was touched. */
export function summarizeFailure(
  title: string,
  failure: Pick<Failure, 'message' | 'advice' | 'detail'>,
): string {
  return [
    `### ❌ ${text(title)}`,
    '',
    ...failure.message
      .split('\n')
      .slice(0, 100)
      .map((line) => `> ${text(line)}`),
    '',
    ...(failure.advice === undefined ? [] : [text(failure.advice), '']),
    ...(failure.detail.length === 0 ? [] : fenced(failure.detail)),
  ].join('\n');
}

function serviceSection(outcome: ServiceOutcome): readonly string[] {
  const {
    service,
    message,
    taskDefinitionArn,
    previousTaskDefinitionArn,
    cause,
    aftermath,
    mend,
    deploymentId,
  } = outcome;
  const url = consoleUrl(outcome);
  return [
    heading(outcome),
    '',
    ...message
      .split('\n')
      .slice(0, 20)
      .map((line) => `${text(line)}  `),
    '',
    '<table>',
    row('Service', url === undefined ? html(service) : `<a href="${url}">${html(service)}</a>`),
    ...(taskDefinitionArn === undefined ? [] : [row('Deployed', code(nameOf(taskDefinitionArn)))]),
    ...(previousTaskDefinitionArn === undefined
      ? []
      : [row('Before', code(nameOf(previousTaskDefinitionArn)))]),
    ...(deploymentId === undefined ? [] : [row('Deployment', code(deploymentId))]),
    row('Reason', code(outcome.reason)),
    '</table>',
    '',
    ...(cause === undefined ? [] : causeSection(cause)),
    ...(aftermath === undefined
      ? []
      : [
          ...bullets('Failed tasks of the rollback', aftermath.failures),
          ...bullets('What runs now', aftermath.runs),
        ]),
    ...(mend.length === 0 ? [] : ['#### To see what runs, and to put it right', '', ...fenced(mend)]),
  ];
}

function heading({ service, result }: ServiceOutcome): string {
  return `### ${mark(result)} ${text(service)}: ${headline[result]}`;
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
              `| ${count} | ${text(stopCode)} | ${text(stoppedReason)} | ${containers.map(text).join('<br>')} |`,
          ),
          '',
        ]),
    ...bullets('Load balancer', targets),
    ...bullets('ECS says', events),
    ...(logs === undefined
      ? []
      : [
          `**Last log lines of ${text(logs.container)}** (task <code>${text(logs.taskId)}</code>${alsoIn(logs)})`,
          '',
          ...(logs.note === undefined ? fenced(logs.lines) : [text(logs.note), '']),
        ]),
  ];
}

function bullets(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map((line) => `- ${text(line)}`), ''];
}

/** Of a table in HTML, since Markdown has none without a head row. */
function row(name: string, value: string): string {
  return `<tr><td>${name}</td><td>${value}</td></tr>`;
}

function mark(result: Result): string {
  if (isGood(result)) return '✅';
  return result === 'rolled-back' ? '↩️' : '❌';
}

const headline: Readonly<Record<Result, string>> = {
  deployed: 'deployed',
  unchanged: 'nothing to do',
  started: 'deployment begun',
  planned: 'planned',
  'rolled-back': 'failed, rolled back',
  'rollback-failed': 'failed, and the rollback failed too',
  superseded: 'superseded by another deployment',
  'timed-out': 'not done in time',
  cancelled: 'cancelled',
  failed: 'failed',
};
