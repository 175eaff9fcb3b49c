import { showLog } from './runner-log.ts';
import { type Format, type Screen, styled } from './screen.ts';

const bar = '  │ ';

/**
 * Makes what prints a step's log line by line as GitHub shows it, set off from our own lines.
 * @param options.foldsGroups shows a group, such as the build, as one line with its time, as GitHub does at first
 */
export function logPrinter(
  screen: Screen,
  { foldsGroups = false }: { readonly foldsGroups?: boolean } = {},
): (text: string) => void {
  let printed = '';
  let shown = 0;
  let group: { readonly title: string; readonly begin: number; lines: number } | undefined;
  return (text) => {
    printed += text;
    const whole = printed.slice(0, printed.lastIndexOf('\n') + 1);
    if (whole === '') return;
    const { entries } = showLog(whole);
    for (const { kind, text: line } of entries.slice(shown)) {
      if (kind === 'group' && foldsGroups) {
        group = { title: line, begin: performance.now(), lines: 0 };
      } else if (kind === 'group-end') {
        if (group !== undefined) screen.line(folded(group), bar);
        group = undefined;
      } else if (group !== undefined && kind === 'line') {
        group.lines++;
      } else {
        screen.line(painted(kind, line), bar);
      }
    }
    shown = entries.length;
  };
}

function folded(group: { readonly title: string; readonly begin: number; readonly lines: number }): string {
  const seconds = Math.max(1, Math.round((performance.now() - group.begin) / 1000));
  const lines = `${group.lines} ${group.lines === 1 ? 'line' : 'lines'}`;
  return `${group.title.replace('▼', '▶')} ${styled('dim', `(${lines}, ${seconds} s)`)}`;
}

/** What a reader looks for first stands out: how it ended, why, and what to do. */
const accents: readonly (readonly [RegExp, Format])[] = [
  [/^(?:deployed|unchanged|started|planned)\b/, ['bold', 'green']],
  [/^(?:rolled-back|rollback-failed|superseded|timed-out|cancelled|failed)\b/, ['bold', 'red']],
  [/^(?:Likely cause|What to do):/, ['bold', 'yellow']],
  [/^task \S+ failed\b/, 'yellow'],
];

function painted(kind: string, line: string): string {
  if (kind === 'error') return styled('red', line);
  if (kind === 'warning') return styled('yellow', line);
  if (kind === 'notice') return styled('cyan', line);
  const accent = accents.find(([pattern]) => pattern.test(line));
  return accent === undefined ? line : styled(accent[1], line);
}
