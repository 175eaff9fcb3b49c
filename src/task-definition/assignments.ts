/** A `NAME=value`: an environment variable, or a secret with the reference that ECS reads. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** The container that it is for, where the line names one (`CONTAINER/NAME=value`). */
  readonly container?: string;
}

/** A name to take out; `*` are all that are not set by the same run. */
export interface Removal {
  readonly name: string;
  readonly container?: string;
}

/**
 * Reads one `NAME=value` a line, of the input `environment-variables` or `secrets`. The value is all after the first
 * `=`: it may hold `=` and `#`, and may be empty. Quotes are part of it. Blank lines and lines that start with `#` are
 * passed over; space around a line is no part of it (as in AWS's own render action). `NAME<<END` begins a value of
 * several lines that ends before the line `END`, as in the files of GitHub's commands (GITHUB_ENV).
 *
 * @returns problems as clauses that name the line; they never show a value, nor a name that may be part of one
 */
export function parseAssignments(text: string): {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly string[];
} {
  const assignments: Assignment[] = [];
  const lineOfName = new Map<string, number>();
  const problems: string[] = [];
  for (const entry of entriesOf(text)) {
    if (entry.kind === 'problem') {
      problems.push(entry.text);
      continue;
    }
    const { line, key, value } = entry;
    const target = targetOf(key);
    const earlier = lineOfName.get(key);
    if (target === undefined) {
      problems.push(`line ${line} has no name before the "="; ${allowedInNames}`);
    } else if (earlier !== undefined) {
      // A line of base64 that ends in "=" reads as a name; so a name that stands twice is not shown either.
      problems.push(`line ${line} sets the same name as line ${earlier}`);
    } else {
      lineOfName.set(key, line);
      assignments.push({ ...target, value });
    }
  }
  return { assignments, problems };
}

/** Reads the names of variables to take out, one a line; a name that stands twice counts once. */
export function parseNames(text: string): {
  readonly names: readonly Removal[];
  readonly problems: readonly string[];
} {
  const lines = text
    .split('\n')
    .map((raw, index) => ({ line: index + 1, content: raw.trim() }))
    .filter(({ content }) => isMeaningful(content));
  const names = new Map(lines.map(({ content }) => [content, targetOf(content, /^\*$/)]));
  return {
    names: [...names.values()].filter((target) => target !== undefined),
    problems: lines
      .filter(({ content }) => names.get(content) === undefined)
      .map(({ line }) => `line ${line} is not a name; ${allowedInNames}`),
  };
}

/** Names that are asked for in both lists: ECS refuses a container that has one name in both (documented). */
export function namesInBoth(
  environmentVariables: readonly Assignment[],
  secrets: readonly Assignment[],
): readonly string[] {
  const keyOf = ({ container, name }: Assignment): string =>
    container === undefined ? name : `${container}/${name}`;
  const secretNames = new Set(secrets.map(keyOf));
  return environmentVariables.map(keyOf).filter((name) => secretNames.has(name));
}

type Entry =
  | { readonly kind: 'entry'; readonly line: number; readonly key: string; readonly value: string }
  | { readonly kind: 'problem'; readonly text: string };

/** The longest line that can begin a value of several lines: a name has up to 255 characters in ECS, and the end mark is short. */
const mostHead = 1000;

/** Finds the first line after this one that says just this; -1: there is none. */
function lineAfter(lines: readonly string[], index: number, wanted: string): number {
  for (let at = index + 1; at < lines.length; at++) if (lines[at]?.trim() === wanted) return at;
  return -1;
}

function entriesOf(text: string): readonly Entry[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const entries: Entry[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    const content = (lines[index] ?? '').trim();
    if (!isMeaningful(content)) continue;
    const [, key, end] = content.length > mostHead ? [] : (/^([^=]*?)<<([^\s=]+)$/.exec(content) ?? []);
    if (key !== undefined && end !== undefined) {
      const last = lineAfter(lines, index, end);
      if (last === -1) {
        // The rest belongs to the value: nothing of it is read as an entry, or shown.
        entries.push({
          kind: 'problem',
          text: `line ${line} begins a value of several lines, and the line that ends it is missing`,
        });
        break;
      }
      entries.push({ kind: 'entry', line, key, value: lines.slice(index + 1, last).join('\n') });
      index = last;
      continue;
    }
    const separator = content.indexOf('=');
    if (separator === -1) {
      entries.push({ kind: 'problem', text: `line ${line} has no "="; NAME=value is wanted` });
      continue;
    }
    entries.push({
      kind: 'entry',
      line,
      key: content.slice(0, separator),
      value: content.slice(separator + 1),
    });
  }
  return entries;
}

function isMeaningful(content: string): boolean {
  return content !== '' && !content.startsWith('#');
}

/**
 * ECS documents no rule for names. This format has one (our choice; a file can hold any name): "/" stands between container
 * and name, and "+", quotes and spaces make a line of a key, of JSON or of a certificate in the wrong input a mistake
 * instead of a variable. Names of containers are ECS's (documented).
 */
function targetOf(text: string, alsoAllowed = /^$/): Removal | undefined {
  const slash = text.indexOf('/');
  const container = slash === -1 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (name === '' || !(isName(name) || alsoAllowed.test(name))) return undefined;
  if (container === undefined) return { name };
  return /^[A-Za-z0-9_-]{1,255}$/.test(container) ? { container, name } : undefined;
}

function isName(text: string): boolean {
  return /^[\p{L}\p{N}_][^\s/+"'`=\p{C}]*$/u.test(text);
}

const allowedInNames =
  'a name begins with a letter, a digit or "_", and has no space, quote, "+" or "/"; CONTAINER/ may stand before it';
