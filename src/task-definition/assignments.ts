/** One `NAME=value`: an environment variable, or a secret with what ECS shall read as its value. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads one `NAME=value` a line, of the input `environment-variables` or `secrets`. The value is all after the first
 * `=`: it may hold `=` and `#`, and may be empty. Blank lines and lines that start with `#` are passed over; space
 * around a line is no part of it (as in AWS's own render action).
 * @returns problems as clauses that name the line; they never show a value, nor a name that may be part of one
 */
export function parseAssignments(text: string): {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly string[];
} {
  const assignments: Assignment[] = [];
  const lineOfName = new Map<string, number>();
  const problems: string[] = [];
  for (const { line, content } of meaningfulLines(text)) {
    const separator = content.indexOf('=');
    const name = content.slice(0, separator);
    const earlier = lineOfName.get(name);
    if (separator === -1) {
      problems.push(`line ${line} has no "="; NAME=value is wanted`);
    } else if (!isName(name)) {
      problems.push(`line ${line} has no name before the "="; ${allowedInNames}`);
    } else if (earlier !== undefined) {
      problems.push(`line ${line} sets ${name} again, which line ${earlier} has set`);
    } else {
      lineOfName.set(name, line);
      assignments.push({ name, value: content.slice(separator + 1) });
    }
  }
  return { assignments, problems };
}

/** Reads the names of variables to take out, one a line; a name that stands twice counts once. */
export function parseNames(text: string): {
  readonly names: readonly string[];
  readonly problems: readonly string[];
} {
  const lines = meaningfulLines(text);
  return {
    names: [...new Set(lines.map(({ content }) => content).filter(isName))],
    problems: lines
      .filter(({ content }) => !isName(content))
      .map(({ line }) => `line ${line} is not a name; ${allowedInNames}`),
  };
}

/** Names that are asked for in both lists: ECS refuses a container that has one name in both (documented). */
export function namesInBoth(
  environmentVariables: readonly Assignment[],
  secrets: readonly Assignment[],
): readonly string[] {
  const secretNames = new Set(secrets.map(({ name }) => name));
  return environmentVariables.map(({ name }) => name).filter((name) => secretNames.has(name));
}

function meaningfulLines(text: string): readonly { readonly line: number; readonly content: string }[] {
  return text
    .split('\n')
    .map((raw, index) => ({ line: index + 1, content: raw.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
}

/**
 * ECS takes nearly any name. Ours is narrower (our choice), so that a line of a key or a certificate in the wrong
 * input is refused instead of becoming a variable; dots, hyphens and colons are in use (Java, .NET).
 */
function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.:-]*$/.test(text);
}

const allowedInNames = 'a name has letters, digits, "_", ".", "-" and ":", and a letter or "_" first';
