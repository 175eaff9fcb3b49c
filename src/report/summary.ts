import { isGood, type Result, type ServiceOutcome } from '../deployment/outcome.ts';
import type { SummaryFacts } from '../deployment/timeline/read.ts';
import { shorten } from '../deployment/timeline/shorten.ts';
import { type Bar, durationsOf, timelineOf } from '../deployment/timeline/timeline.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Failure } from '../process/failure.ts';
import type { ServiceHistory } from '../rollback/past.ts';
import type { Origin } from '../task-definition/provenance.ts';
import { inWords } from '../text/words.ts';
import { buildSection } from './build-section.ts';
import { causeSection, logSection } from './cause-section.ts';
import { changeTable } from './change-table.ts';
import { recoveryTitle } from './explain.ts';
import { historySection } from './history-section.ts';
import { bullets, fenced, text } from './markdown.ts';
import { timelinePicture, timesSection } from './timeline-section.ts';

/** The contents of the job summary. */
export interface Summary {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
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
 * The job summary in GitHub's Markdown: for each service one headline, what changed, for a failure the cause, and where
 * the time went. GitHub refuses one of more than 1 MiB (documented): the least important parts are left out first.
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
    `<sub>took ${inWords(durationSeconds)}</sub>`,
    '',
  ].join('\n');
}

function paragraphs(sentences: readonly (string | undefined)[]): readonly string[] {
  return sentences.flatMap((sentence) => (sentence === undefined ? [] : [text(sentence), '']));
}

/** A quarter of what GitHub takes, since a character can be four bytes. */
const mostCharacters = 250_000;

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

/** In the order in which they are read. */
function partsOf(outcome: ServiceOutcome, summary: Summary): readonly SummaryPart[] {
  const { advice, cause, currentState, recovery } = outcome;
  const after = summary.facts?.get(outcome.serviceArn);
  const runsNow = after?.runsNow;
  const history = summary.histories?.find(({ service }) => service === outcome.service);
  const { image, origin, server } = summary;
  const part = (importance: number, title: string, lines: readonly string[]): SummaryPart => ({
    importance,
    title,
    lines,
  });
  return [
    part(9, 'services', [heading(outcome, history !== undefined), '']),
    part(8, 'messages', messageOf(outcome)),
    ...(advice === undefined ? [] : [part(8, 'advice', [`**What to do:** ${text(advice)}`, ''])]),
    part(7, 'what changed', changeTable(outcome, { image, origin, runsNow, server })),
    ...(cause === undefined
      ? []
      : [part(6, 'failed tasks', causeSection(cause)), part(4, 'logs', logSection(cause))]),
    ...(currentState === undefined
      ? []
      : [
          part(3, 'what is left', [
            ...bullets('Failed tasks of the rollback', currentState.failures),
            ...bullets('What runs now', currentState.runs),
          ]),
        ]),
    ...(recovery.length === 0
      ? []
      : [part(5, 'commands', [`#### ${recoveryTitle}`, '', ...fenced(recovery)])]),
    ...(after === undefined ? [] : timeParts(outcome, after, summary.steps ?? [])),
    ...(history === undefined
      ? []
      : [part(2, 'history', historySection(history, outcome, runsNow?.taskDefinitionArn, server))]),
  ];
}

function messageOf({ message }: ServiceOutcome): readonly string[] {
  const lines = message.split('\n').slice(0, 20);
  return [...lines.map((line) => `${text(line)}  `), ''];
}

/** How to be faster is for a deployment that went well; of any other the picture tells what happened when. */
function timeParts(
  { result }: ServiceOutcome,
  { times, settings }: SummaryFacts,
  steps: readonly Bar[],
): readonly SummaryPart[] {
  const timeline = timelineOf(times, steps);
  const picture = { importance: 0, title: 'timelines', lines: timelinePicture(timeline) };
  if (result !== 'deployed') return [picture];
  const shortenings = shorten(durationsOf(timeline), settings, times);
  return [picture, { importance: 1, title: 'times', lines: timesSection(timeline, shortenings) }];
}

function heading({ service, result }: ServiceOutcome, isRollback: boolean): string {
  const words = isRollback && result === 'deployed' ? 'rolled back, as asked' : headline[result];
  return `### ${iconOf(result)} ${text(service)}: ${words}`;
}

function iconOf(result: Result): string {
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

/** A part of the job summary; the more important, the later it is left out. */
export interface SummaryPart {
  readonly importance: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The parts, in their order, as far as they fit; the least important are left out first, of equal ones the last, and a
 * line says which. Pure.
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
    ...(left.length === 0 ? [] : [`<sub>Left out for its size: ${titles.join(', ')}.</sub>`, '']),
  ].join('\n');
}

function lengthOf({ lines }: SummaryPart): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
