import { inWords } from '../rollout/sentence.ts';
import type { Shortening } from '../timeline/shorten.ts';
import { type Bar, durationsOf, type Timeline } from '../timeline/timeline.ts';
import { fenced, text } from './markdown.ts';

/** The picture of a deployment, which GitHub draws in the reader's own colours; nothing where no time is known. */
export function timelinePicture(timeline: Timeline): readonly string[] {
  const { run, tasks, waits, untoldTasks } = timeline;
  const sections = [
    section('This run', run, 'done'),
    ...tasks.map(({ id, bars }) => section(`Task ${id.slice(0, 8)}`, bars, 'active')),
    section('Service', waits, 'crit'),
  ].flat();
  if (sections.length === 0) return [];
  return [
    '#### Timeline',
    '',
    ...fenced(['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...sections], 'mermaid', 100),
    ...(untoldTasks > 0 ? [`<sub>and ${untoldTasks} more tasks, none slower than these</sub>`, ''] : []),
  ];
}

/** Names are ours, so that nothing in them is read as Mermaid. */
function section(title: string, bars: readonly Bar[], look: 'done' | 'active' | 'crit'): readonly string[] {
  if (bars.length === 0) return [];
  return [
    `  section ${title}`,
    ...bars.map(({ name, from, to }) => {
      const kind = name === 'stopped' ? 'crit' : look === 'crit' ? 'active' : look;
      return `    ${name} ${inWords((to - from) / 1000)} :${kind}, ${Math.round(from)}, ${Math.round(to)}`;
    }),
  ];
}

/** Where the time went, step by step, and what would shorten it. */
export function timesSection(timeline: Timeline, shortenings: readonly Shortening[]): readonly string[] {
  const durations = durationsOf(timeline);
  if (durations.size === 0) return [];
  return [
    '#### Where the time went',
    '',
    '| Step | Took | Could save | How |',
    '| --- | ---: | ---: | --- |',
    ...[...durations].flatMap(([step, seconds]) => {
      const ways = shortenings.filter((one) => one.step === step);
      const row = (took: string, saves: string, how: string) =>
        `| ${text(step)} | ${took} | ${saves} | ${how} |`;
      const [first, ...others] = ways;
      if (first === undefined) return [row(inWords(seconds), '', '')];
      return [
        row(inWords(seconds), inWords(first.savesSeconds), text(first.says)),
        ...others.map((way) => row('', inWords(way.savesSeconds), text(way.says))),
      ];
    }),
    '',
  ];
}
