export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** A line of a log, or the invisible end of a group. */
interface LogEntry {
  readonly kind: 'line' | 'error' | 'warning' | 'notice' | 'group' | 'group-end';
  readonly text: string;
}

/** A step's log as GitHub shows it: workflow commands carried out, masked values starred out. */
export interface ShownLog {
  readonly entries: readonly LogEntry[];
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
}

/**
 * Reads what a step printed as the runner does. A command has to start its line, after optional blanks. A mask applies from
 * its line on, so tests can see a secret that was printed before it.
 */
export function showLog(printed: string): ShownLog {
  const entries: LogEntry[] = [];
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  const hide = (text: string): string =>
    masks.reduce((hidden, mask) => (mask === '' ? hidden : hidden.replaceAll(mask, '***')), text);
  const show = (kind: LogEntry['kind'], text: string): void => {
    entries.push(...text.split('\n').map((part) => ({ kind, text: part })));
  };
  let stoppedBy: string | undefined;

  for (const line of printed.replace(/\r?\n$/, '').split(/\r?\n/)) {
    const command = parseCommand(line);
    if (stoppedBy !== undefined) {
      if (command?.name === stoppedBy) stoppedBy = undefined;
      else show('line', hide(line));
      continue;
    }
    switch (command?.name) {
      case undefined:
        show('line', hide(line));
        break;
      case 'add-mask':
        masks.push(command?.data ?? '');
        break;
      case 'stop-commands':
        stoppedBy = command?.data;
        break;
      case 'error':
      case 'warning':
      case 'notice': {
        const { name: level } = command;
        const message = hide(command.data);
        annotations.push({ level, title: hide(command.properties['title'] ?? ''), message });
        show(level, `${level[0]?.toUpperCase()}${level.slice(1)}: ${message}`);
        break;
      }
      case 'group':
        show('group', `▼ ${hide(command?.data ?? '')}`);
        break;
      case 'endgroup':
        show('group-end', '');
        break;
      case 'debug':
        break;
      default:
        show('line', hide(line));
    }
  }
  return { entries, annotations, masks };
}

/** The visible lines, joined. */
export function textOfLog({ entries }: Pick<ShownLog, 'entries'>): string {
  return entries
    .filter(({ kind }) => kind !== 'group-end')
    .map(({ text }) => text)
    .join('\n');
}

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

function parseCommand(line: string): Command | undefined {
  const found = /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/.exec(line);
  if (found === null) return undefined;
  const properties = Object.fromEntries(
    (found[2] ?? '')
      .split(',')
      .map((pair) => pair.split('='))
      .map(([name, ...value]) => [(name ?? '').trim(), unescapeProperty(value.join('='))]),
  ) as Record<string, string>;
  return { name: found[1] ?? '', properties, data: unescapeData(found[3] ?? '') };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
