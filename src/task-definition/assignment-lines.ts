/** A `NAME=value` of a text, or what is wrong with its lines. */
export type AssignmentLine =
  | {
      readonly kind: 'entry';
      readonly line: number;
      readonly key: string;
      readonly value: string;
      /** Whether it is written as `NAME<<END`. */
      readonly isBlock: boolean;
    }
  /** A sentence that names the line and never shows what may be a secret. */
  | { readonly kind: 'problem'; readonly text: string };

/**
 * Splits a text into its assignments. Skips blank lines and lines that start with `#`, and trims every line, as AWS's
 * render action does. `NAME<<END` begins a value of several lines that ends before the line `END`, as in the files of
 * GitHub's commands (GITHUB_ENV).
 */
export function assignmentLines(text: string): readonly AssignmentLine[] {
  if (/^\s*(\{|\[\s*[{"])/.test(text))
    return [{ kind: 'problem', text: 'this is JSON. Write one NAME=value per line.' }];
  const raw = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const lines = raw.map((line) => line.trim());
  const found: AssignmentLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const content = lines[index] ?? '';
    if (!isMeaningful(content)) continue;
    const { entry, last } = blockAt(raw, lines, index) ?? lineAt(lines, index, found.at(-1));
    // The quote that the entry before it opens is the problem, not the entry.
    if (entry.kind === 'problem' && entry.replaces) found.pop();
    found.push(entry.kind === 'problem' ? { kind: 'problem', text: entry.text } : entry);
    index = last;
  }
  return found;
}

export function isMeaningful(content: string): boolean {
  return content !== '' && !content.startsWith('#');
}

/**
 * ECS documents no rule for names. This format has one (our choice; a file can hold any name): "/" stands between container
 * and name, and "+", quotes and spaces make a line of a key, of JSON or of a certificate in the wrong input a mistake
 * instead of a variable.
 */
export function isVariableName(text: string): boolean {
  return /^[\p{L}\p{N}_][^\s/+"'`=\p{C}]*$/u.test(text);
}

export const allowedInNames =
  'A name begins with a letter, a digit or "_", and has no space, quote, "+" or "/"; CONTAINER/ may precede it.';

/** The value opens a quote that it doesn't close. */
export function opensQuote(value: string): boolean {
  const quote = value[0] ?? '';
  return /^["']/.test(value) && !value.slice(1).includes(quote);
}

const severalLines = 'For a value of several lines, write NAME<<END, its lines, and END.';

interface Read {
  readonly entry:
    | Extract<AssignmentLine, { kind: 'entry' }>
    | { readonly kind: 'problem'; readonly text: string; readonly replaces?: boolean };
  /** The index of the last line that belongs to it. */
  readonly last: number;
}

/** The longest line that can begin a value of several lines: a name has up to 255 characters in ECS, and the end mark is short. */
const mostHead = 1000;

function blockAt(raw: readonly string[], lines: readonly string[], index: number): Read | undefined {
  const content = lines[index] ?? '';
  const [, key, end] = content.length > mostHead ? [] : (/^([^=]*?)<<([^\s=]+)$/.exec(content) ?? []);
  if (key === undefined || end === undefined) return undefined;
  const last = lines.indexOf(end, index + 1);
  if (last === -1) {
    // The rest belongs to the value, so nothing of it is read as an entry or shown.
    const problem = `line ${index + 1} begins a value of several lines, but the line that ends it is missing.`;
    return { entry: { kind: 'problem', text: problem }, last: lines.length };
  }
  const value = raw.slice(index + 1, last).join('\n');
  return { entry: { kind: 'entry', line: index + 1, key, value, isBlock: true }, last };
}

function lineAt(lines: readonly string[], index: number, before: AssignmentLine | undefined): Read {
  const content = lines[index] ?? '';
  const fault = faultOf(content);
  if (fault === undefined) {
    const separator = content.indexOf('=');
    const [key, value] = [content.slice(0, separator), content.slice(separator + 1)];
    return { entry: { kind: 'entry', line: index + 1, key, value, isBlock: false }, last: index };
  }
  if (before?.kind === 'entry' && opensQuote(before.value)) {
    const closing = indexFrom(lines, index, (line) => line.endsWith(before.value[0] ?? ''));
    const problem = `line ${before.line} opens a quote that isn't closed on the same line. Quotes have no meaning here. ${severalLines}`;
    return {
      entry: { kind: 'problem', text: problem, replaces: true },
      last: closing === -1 ? lines.length : closing,
    };
  }
  if (content.includes('=') || fault !== noEquals)
    return { entry: { kind: 'problem', text: `line ${index + 1} ${fault}` }, last: index };
  const next = indexFrom(lines, index + 1, (line) => faultOf(line) !== noEquals);
  const last = next === -1 ? lines.length - 1 : next - 1;
  const which = last === index ? `line ${index + 1} has` : `lines ${index + 1}-${last + 1} have`;
  const hint = before?.kind === 'entry' ? ` ${severalLines}` : '';
  return { entry: { kind: 'problem', text: `${which} no "=". Write NAME=value.${hint}` }, last };
}

function indexFrom(lines: readonly string[], start: number, fits: (line: string) => boolean): number {
  for (let at = start; at < lines.length; at++) if (fits(lines[at] ?? '')) return at;
  return -1;
}

const noEquals = 'has no "=". Write NAME=value.';

/** What is wrong with a line that begins no value of several lines; undefined: nothing that its form shows. */
function faultOf(content: string): string | undefined {
  if (/^export\s/.test(content)) return 'begins with export. Remove that word: no shell reads this.';
  if (/^["']/.test(content))
    return `begins with a quote. Write NAME=value without quotes around it. ${severalLines}`;
  if (content.startsWith('- ')) return 'begins with "-". Write NAME=value instead of a YAML list.';
  if (/^[\w./-]+\s*:(\s|$)/.test(content)) return 'is written as NAME: value. Write NAME=value.';
  const separator = content.indexOf('=');
  if (separator === -1) return noEquals;
  const key = content.slice(0, separator);
  if (/^[\w./-]+\s+$/.test(key)) return 'has a space before the "=". Write NAME=value.';
  return undefined;
}
