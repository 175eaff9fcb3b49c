import type { Shortening } from '../deployment/timeline/shorten.ts';
import { type Bar, durationsOf, type Mark, type Timeline } from '../deployment/timeline/timeline.ts';
import { inUtc } from '../text/time.ts';
import { inWords } from '../text/words.ts';
import { fenced, text } from './markdown.ts';

/** The timeline of a deployment, which GitHub draws in the reader's colors; nothing if no time is known. */
export function timelinePicture(timeline: Timeline): readonly string[] {
  const { begun, run, tasks, marks, service, hiddenTasks } = timeline;
  const sections = [
    ...section('This run', run, []),
    ...tasks.flatMap(({ id, bars }) => section(`Task ${id.slice(0, 8)}`, bars, [])),
    ...section('Service', service, marks),
  ];
  if (sections.length === 0) return [];
  const head = ['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', '  todayMarker off'];
  return [
    '**Timeline**',
    '',
    ...fenced([...head, ...sections], 'mermaid', 100),
    `<sub>${[...moreTasks(hiddenTasks), 'The axis is in your time zone', ...begunAt(begun)].join('. ')}.</sub>`,
    '',
  ];
}

function moreTasks(count: number): readonly string[] {
  return count === 0 ? [] : [count === 1 ? '1 more task is not shown' : `${count} more tasks are not shown`];
}

/** Mermaid draws the axis in the reader's time zone; one time in both tells them apart. */
function begunAt(begun: number | undefined): readonly string[] {
  return begun === undefined ? [] : [`The deployment began at ${text(inUtc(new Date(begun)))}`];
}

/**
 * Names are ours, so that nothing in them is read as Mermaid. Bars have Mermaid's plain look, whose words can be read on
 * a dark page too, beside a bar that is too short for them; its looks for active and done can't.
 */
function section(title: string, bars: readonly Bar[], marks: readonly Mark[]): readonly string[] {
  if (bars.length + marks.length === 0) return [];
  return [
    `  section ${title}`,
    ...marks.map(({ name, at }) => `    ${name} :milestone, ${Math.round(at)}, ${Math.round(at)}`),
    ...bars.map(({ name, from, to, hasFailed }) => {
      const look = hasFailed === true ? 'crit, ' : '';
      return `    ${name} ${inWords((to - from) / 1000)} :${look}${Math.round(from)}, ${Math.round(to)}`;
    }),
  ];
}

/** The time of each step, and what would shorten it. */
export function timesSection(timeline: Timeline, shortenings: readonly Shortening[]): readonly string[] {
  const durations = durationsOf(timeline);
  if (durations.size === 0) return [];
  const head = ['Step', 'Took', ...(shortenings.length === 0 ? [] : ['Could save', 'How'])];
  const line = (cells: readonly string[]): string => `| ${cells.slice(0, head.length).join(' | ')} |`;
  return [
    line(head),
    line(['---', '---:', '---:', '---']),
    ...[...durations].flatMap(([step, seconds]) => {
      const [first, ...others] = shortenings.filter((one) => one.step === step);
      const savings = (way: Shortening | undefined): readonly string[] =>
        way === undefined ? ['', ''] : [inWords(way.savesSeconds), text(way.says)];
      return [
        line([text(step), inWords(seconds), ...savings(first)]),
        ...others.map((way) => line(['', '', ...savings(way)])),
      ];
    }),
    '',
  ];
}
