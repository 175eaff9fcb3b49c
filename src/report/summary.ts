import { isGood, type Result, type ServiceOutcome } from '../deployment/outcome.ts';
import type { RunsNow, SummaryFacts } from '../deployment/timeline/read.ts';
import { shorten } from '../deployment/timeline/shorten.ts';
import { type Bar, durationsOf, timelineOf } from '../deployment/timeline/timeline.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Failure } from '../process/failure.ts';
import type { ServiceHistory } from '../rollback/past.ts';
import type { Origin } from '../task-definition/provenance.ts';
import { inWords, nameOf } from '../text/words.ts';
import { buildSection } from './build-section.ts';
import { causeSection, logSection } from './cause-section.ts';
import { changesSection, type ServiceChanges } from './changes-section.ts';
import { detailsSection } from './details-section.ts';
import { recoveryTitle } from './explain.ts';
import { historySection } from './history-section.ts';
import { bullets, code, fenced, folded, text } from './markdown.ts';
import { timelinePicture, timesSection } from './timeline-section.ts';

/** The contents of the job summary. */
export interface Summary {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  /** By the service's ARN. */
  readonly changes?: ReadonlyMap<string, ServiceChanges> | undefined;
  /** Why no image was put in, and which ones stay. */
  readonly kept?: string | undefined;
  readonly durationSeconds: number;
  /** The histories that a rollback chose from. */
  readonly histories?: readonly ServiceHistory[] | undefined;
  /** By the service's ARN. */
  readonly facts?: ReadonlyMap<string, SummaryFacts> | undefined;
  /** The steps of the run before the deployments began. */
  readonly steps?: readonly Bar[] | undefined;
  /** The origin of the image that was deployed. */
  readonly origin?: Origin | undefined;
  /** This GitHub, e.g. `https://github.com`; links to runs and commits lead nowhere else. */
  readonly server?: string | undefined;
}

/**
 * The job summary in GitHub's Markdown, in the order that someone on call needs: headline, likely cause and what to do,
 * changes, evidence, timeline, and the ids folded. GitHub refuses one of more than 1 MiB (documented), so the least
 * important parts are left out first.
 */
export function summarize(summary: Summary): string {
  const { outcomes, image, kept, durationSeconds } = summary;
  return [
    fitParts(
      [
        ...outcomes.flatMap((outcome) => partsOf(outcome, summary)),
        { importance: 8, title: 'the image', lines: paragraphs([kept, image?.note]) },
        { importance: 2, title: 'the build', lines: buildSection(image?.build) },
      ],
      mostCharacters,
    ),
    `<sub>This step took ${inWords(durationSeconds)}.</sub>`,
    '',
  ].join('\n');
}

function paragraphs(sentences: readonly (string | undefined)[]): readonly string[] {
  return sentences.flatMap((sentence) => (sentence === undefined ? [] : [text(sentence), '']));
}

/** A quarter of what GitHub takes, since a character can be four bytes. */
export const mostCharacters = 250_000;

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
    ...(failure.advice === undefined ? [] : [`**What to do:** ${text(failure.advice)}`, '']),
    ...(failure.detail.length === 0 ? [] : fenced(failure.detail)),
  ].join('\n');
}

/** In the order in which they are read. */
function partsOf(outcome: ServiceOutcome, summary: Summary): readonly SummaryPart[] {
  const { cause, recovery } = outcome;
  const facts = summary.facts?.get(outcome.serviceArn);
  const changes = summary.changes?.get(outcome.serviceArn);
  const history = summary.histories?.find(({ service }) => service === outcome.service);
  const { origin, server } = summary;
  const part = (importance: number, title: string, lines: readonly string[]): SummaryPart => ({
    importance,
    title,
    lines,
  });
  return [
    part(9, 'services', [heading(outcome, history !== undefined), '']),
    part(8, 'messages', messageOf(outcome)),
    part(8, 'advice', adviceOf(outcome)),
    part(7, 'what runs', runsNowLines(outcome, facts?.runsNow, changes?.before.commit)),
    part(
      5,
      'commands',
      recovery.length === 0 ? [] : [`**${recoveryTitle}**`, '', ...fenced(recovery, 'shell')],
    ),
    part(6, 'changes', changes === undefined ? [] : changesSection(outcome, changes, origin, server)),
    ...(cause === undefined
      ? []
      : [part(6, 'failed tasks', causeSection(cause)), part(4, 'logs', logSection(cause))]),
    part(3, 'the rollback', bullets('Failed tasks of the rollback', outcome.currentState?.failures ?? [])),
    ...(facts === undefined ? [] : timeParts(outcome, facts, summary.steps ?? [])),
    ...(history === undefined
      ? []
      : [part(2, 'history', historySection(history, outcome, facts?.runsNow?.taskDefinitionArn, server))]),
    part(7, 'details', detailsSection(outcome, { image: summary.image, origin, server })),
  ].filter(({ lines }) => lines.length > 0);
}

function messageOf({ message }: ServiceOutcome): readonly string[] {
  const lines = message.split('\n').slice(0, 20);
  return [...lines.map((line) => `${text(line)}  `), ''];
}

function adviceOf({ advice, cause }: ServiceOutcome): readonly string[] {
  const likely = cause?.likely;
  const advices = [advice, likely?.advice].filter((one) => one);
  return [
    ...(likely === undefined ? [] : [`**Likely cause:** ${text(likely.says)}  `]),
    ...advices.map((one) => `**What to do:** ${text(one ?? '')}  `),
    ...(likely === undefined && advices.length === 0 ? [] : ['']),
  ];
}

/** A green run's message says what runs. */
function runsNowLines(
  { result, currentState, previousTaskDefinitionArn }: ServiceOutcome,
  runsNow: RunsNow | undefined,
  previousCommit: string | undefined,
): readonly string[] {
  if (currentState !== undefined) return bullets('What runs now', currentState.runs);
  if (runsNow === undefined || isGood(result)) return [];
  const { taskDefinitionArn, running, desired } = runsNow;
  const commit =
    taskDefinitionArn === previousTaskDefinitionArn && previousCommit !== undefined
      ? ` (commit ${code(previousCommit.slice(0, 12))})`
      : '';
  return [
    `**What runs now:** ${code(nameOf(taskDefinitionArn))}${commit}, ${running} of ${desired} tasks`,
    '',
  ];
}

/** A green run has its times folded, with what would shorten them; any other shows what happened when. */
function timeParts(
  { result }: ServiceOutcome,
  { times, settings }: SummaryFacts,
  steps: readonly Bar[],
): readonly SummaryPart[] {
  const timeline = timelineOf(times, steps);
  const picture = timelinePicture(timeline);
  if (result !== 'deployed') return [{ importance: 0, title: 'timelines', lines: picture }];
  const shortenings = shorten(durationsOf(timeline), settings, times);
  const [first] = shortenings;
  const title = first === undefined ? '' : `, and how to save ${inWords(first.savesSeconds)}`;
  const lines = [...timesSection(timeline, shortenings), ...picture];
  return [{ importance: 1, title: 'times', lines: folded(`Where the time went${title}`, lines) }];
}

function heading({ service, result }: ServiceOutcome, isRollback: boolean): string {
  const words = isRollback && result === 'deployed' ? 'rolled back, as requested' : headline[result];
  return `### ${iconOf(result)} ${text(service)}: ${words}`;
}

function iconOf(result: Result): string {
  if (result === 'paused') return '⏸️';
  if (isGood(result)) return '✅';
  return result === 'rolled-back' ? '↩️' : '❌';
}

const headline: Readonly<Record<Result, string>> = {
  deployed: 'deployed',
  unchanged: 'nothing to do',
  paused: 'deployment paused',
  'traffic-shifted': 'all production traffic shifted',
  started: 'deployment started',
  planned: 'planned',
  'rolled-back': 'deployment failed, rolled back',
  'rollback-failed': 'deployment failed, and so did the rollback',
  superseded: 'superseded by another deployment',
  'timed-out': 'timed out',
  cancelled: 'cancelled',
  failed: 'deployment failed',
};

/** A part of the job summary; the least important is left out first. */
export interface SummaryPart {
  readonly importance: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * Joins the parts in their order, as far as they fit. The least important are left out first, the last of equal ones,
 * and a line says which. Pure.
 *
 * @param most characters in all
 */
export function fitParts(parts: readonly SummaryPart[], most: number): string {
  const kept = new Set(parts);
  let length = parts.reduce((sum, part) => sum + lengthOf(part), 0);
  const leastFirst = parts
    .map((part, index) => ({ part, index }))
    .toSorted((a, b) => a.part.importance - b.part.importance || b.index - a.index);
  for (const { part } of leastFirst) {
    if (length <= most) break;
    kept.delete(part);
    length -= lengthOf(part);
  }
  const left = parts.filter((part) => !kept.has(part));
  const counts = new Map<string, number>();
  for (const { title } of left) counts.set(title, (counts.get(title) ?? 0) + 1);
  const titles = [...counts].map(([title, count]) => (count === 1 ? title : `${title} (${count})`));
  return [
    ...parts.filter((part) => kept.has(part)).flatMap(({ lines }) => lines),
    ...(left.length === 0
      ? []
      : [`<sub>Left out to stay within the size limit: ${titles.join(', ')}.</sub>`, '']),
  ].join('\n');
}

function lengthOf({ lines }: SummaryPart): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
