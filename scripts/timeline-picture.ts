/** A bar of a timeline, or a moment where it ends when it begins. Times are milliseconds since the epoch. */
interface Bar {
  readonly label: string;
  readonly tags: readonly string[];
  readonly begin: number;
  readonly end: number;
}

interface Section {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const [width, labelWidth, rowHeight, axisHeight] = [960, 190, 26, 28];

/**
 * Draws the gantt chart of a job summary as an inline SVG, as GitHub draws it from its Mermaid text. Its colors are the
 * page's, light or dark.
 * @returns undefined for any other Mermaid text
 */
export function timelinePicture(mermaid: string): string | undefined {
  const sections = readGantt(mermaid);
  const bars = sections.flatMap((section) => section.bars);
  if (bars.length === 0) return undefined;
  const begin = Math.min(...bars.map((bar) => bar.begin));
  const end = Math.max(begin + 1000, ...bars.map((bar) => bar.end));
  const x = (at: number): number => labelWidth + ((at - begin) / (end - begin)) * (width - labelWidth);
  const bottom = bars.length * rowHeight;
  let row = 0;
  const drawn = sections.flatMap(({ title, bars: own }) => {
    const top = row * rowHeight;
    row += own.length;
    return [
      ...(top === 0 ? [] : [rule(0, top, width, top)]),
      text(0, top + rowHeight / 2, 'start', title, 'section'),
      ...own.map((bar, index) => drawBar(bar, top + index * rowHeight, x)),
    ];
  });
  const ticks = ticksOf(end - begin).flatMap((after) => [
    rule(x(begin + after), 0, x(begin + after), bottom),
    text(
      x(begin + after),
      bottom + axisHeight / 2,
      after === 0 ? 'start' : 'middle',
      durationText(after),
      'tick',
    ),
  ]);
  const size = `viewBox="0 0 ${width} ${bottom + axisHeight}"`;
  return `<svg class="timeline" role="img" aria-label="Timeline" ${size}>${[...ticks, ...drawn].join('')}</svg>`;
}

/** The sections of a gantt chart that have bars. */
function readGantt(mermaid: string): readonly Section[] {
  const lines = mermaid.split('\n').map((one) => one.trim());
  if (lines[0] !== 'gantt') return [];
  const sections: { title: string; bars: Bar[] }[] = [];
  for (const one of lines.slice(1)) {
    const title = /^section (.+)$/.exec(one)?.[1];
    if (title !== undefined) sections.push({ title: plain(title), bars: [] });
    const bar = readBar(one);
    if (bar !== undefined) sections.at(-1)?.bars.push(bar);
  }
  return sections.filter(({ bars }) => bars.length > 0);
}

/** `label :crit, 1795852192489, 1795852208433`; the end may be a duration, as `0s`. */
function readBar(line: string): Bar | undefined {
  const [, label, rest] = /^(.+?) *: *([^:]*)$/.exec(line) ?? [];
  const parts = rest?.split(',').map((part) => part.trim()) ?? [];
  const begin = Number(parts.at(-2));
  const until = parts.at(-1) ?? '';
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(until) ?? [];
  const end = amount === undefined ? Number(until) : begin + Number(amount) * unitMilliseconds(unit);
  if (label === undefined || !Number.isFinite(begin) || !Number.isFinite(end)) return undefined;
  return { label: plain(label), tags: parts.slice(0, -2), begin, end: Math.max(begin, end) };
}

function unitMilliseconds(unit: string | undefined): number {
  return unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000;
}

/** Mermaid escapes characters as `#58;`. */
function plain(label: string): string {
  return label.replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** Puts the label into its bar if it fits, otherwise beside it, on the side with more room. */
function drawBar({ label, tags, begin, end }: Bar, top: number, x: (at: number) => number): string {
  const [left, right] = [x(begin), Math.max(x(end), x(begin) + 3)];
  const kind = tags.includes('crit') ? 'failed' : tags.includes('done') ? 'done' : 'usual';
  const middle = top + rowHeight / 2;
  const shape = tags.includes('milestone')
    ? `<path class="bar ${kind}" d="M${n(left)} ${middle - 7}l7 7-7 7-7-7z"/>`
    : `<rect class="bar ${kind}" x="${n(left)}" y="${top + 4}" width="${n(right - left)}" height="${rowHeight - 8}" rx="3"/>`;
  const labelLength = label.length * 7;
  if (right - left > labelLength + 8) {
    return shape + text((left + right) / 2, middle, 'middle', label, 'inside');
  }
  return right + labelLength + 10 < width
    ? shape + text(right + 6, middle, 'start', label, 'beside')
    : shape + text(left - 6, middle, 'end', label, 'beside');
}

/** At most ten, at round durations from the start on. */
function ticksOf(length: number): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
  const step = steps.find((one) => length / one <= 10) ?? Math.ceil(length / 10);
  // A tick close to the right edge would be cut off.
  return Array.from({ length: Math.ceil(length / step - 0.2) }, (_, index) => index * step);
}

function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;
}

function text(x: number, y: number, anchor: string, content: string, kind: string): string {
  return `<text class="${kind}" x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
