import {
  allowedInNames,
  assignmentLines,
  isMeaningful,
  isVariableName,
  opensQuote,
} from './assignment-lines.ts';

/** A `NAME=value`: an environment variable, or a secret with the reference that ECS reads. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** The container that it is for, if the line names one (`CONTAINER/NAME=value`). */
  readonly container?: string;
}

/** A name to remove; `*` removes all that the same run doesn't set. */
export interface Removal {
  readonly name: string;
  readonly container?: string;
}

/**
 * Reads one `NAME=value` per line, of the input `environment-variables` or `secrets`. The value is everything after the
 * first `=`: it may contain `=` and `#`, and may be empty. Quotes are part of it.
 *
 * @returns problems as sentences that name the line; they never show a value, nor a name that may be part of one
 */
export function parseAssignments(text: string): {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly string[];
} {
  const assignments: Assignment[] = [];
  const lineOfName = new Map<string, number>();
  const problems: string[] = [];
  for (const entry of assignmentLines(text)) {
    if (entry.kind === 'problem') {
      problems.push(entry.text);
      continue;
    }
    const { line, key, value } = entry;
    const target = targetOf(key);
    const earlier = lineOfName.get(key);
    if (target === undefined) {
      problems.push(`line ${line} has no valid name before the "=". ${allowedInNames}`);
    } else if (earlier !== undefined) {
      // The name isn't shown: a line of base64 that ends in "=" reads as one.
      problems.push(`line ${line} sets the same name as line ${earlier}.`);
    } else {
      lineOfName.set(key, line);
      assignments.push({ ...target, value });
    }
  }
  return { assignments, problems };
}

/**
 * Warns about values that begin with a quote: many files of variables use quotes, and here they are part of the value.
 * Names no variable, as its name may be part of a secret.
 */
export function quoteWarnings(text: string): readonly string[] {
  const linesWith = (isMeant: (value: string) => boolean): string =>
    assignmentLines(text)
      .flatMap((entry) =>
        entry.kind === 'entry' && !entry.isBlock && isMeant(entry.value) ? [entry.line] : [],
      )
      .join(', ');
  const quoted = linesWith(isQuoted);
  const open = linesWith(opensQuote);
  return [
    ...(quoted === ''
      ? []
      : [
          `The quotes around a value become part of it (lines: ${quoted}). Remove them if that isn't intended.`,
        ]),
    ...(open === ''
      ? []
      : [
          `A value opens a quote and doesn't close it (lines: ${open}). The quote becomes part of the value.`,
        ]),
  ];
}

/** Whether the whole value is in one pair of quotes. */
export function isQuoted(value: string): boolean {
  return /^(["'])(?:(?!\1).)*\1$/s.test(value);
}

/** Reads the names of variables to remove, one per line; a repeated name counts once. */
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
      .map(({ line }) => `line ${line} isn't a name. ${allowedInNames}`),
  };
}

/** Names in both lists: ECS refuses a container that has a name in both (documented). */
export function namesInBoth(
  environmentVariables: readonly Assignment[],
  secrets: readonly Assignment[],
): readonly string[] {
  const keyOf = ({ container, name }: Assignment): string =>
    container === undefined ? name : `${container}/${name}`;
  const secretNames = new Set(secrets.map(keyOf));
  return environmentVariables.map(keyOf).filter((name) => secretNames.has(name));
}

/** Reads `NAME` or `CONTAINER/NAME`. The rule for a container's name is ECS's (documented). */
function targetOf(text: string, alsoAllowed = /^$/): Removal | undefined {
  const slash = text.indexOf('/');
  const container = slash === -1 ? undefined : text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (name === '' || !(isVariableName(name) || alsoAllowed.test(name))) return undefined;
  if (container === undefined) return { name };
  return /^[A-Za-z0-9_-]{1,255}$/.test(container) ? { container, name } : undefined;
}
