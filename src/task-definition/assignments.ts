/** The input `environment-variables` or `secrets`, read. */
export interface Assignments {
  /** In the order of the lines. */
  readonly values: ReadonlyMap<string, string>;
  /** Sentences for the person; they never show a value, nor a name that may be part of one. */
  readonly problems: readonly string[];
}

/**
 * Reads one `NAME=value` a line. The value is all after the first `=`: it may hold `=` and `#`, and may be empty.
 * Blank lines and lines that start with `#` are passed over; space around a line is no part of it (as in AWS's own
 * render action).
 * @param input the input's name, for messages
 */
export function readAssignments(input: string, text: string): Assignments {
  const values = new Map<string, string>();
  const lineOfName = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const assignment = raw.trim();
    if (assignment === '' || assignment.startsWith('#')) continue;
    const separator = assignment.indexOf('=');
    const name = assignment.slice(0, separator);
    const earlier = lineOfName.get(name);
    if (separator === -1) {
      problems.push(`${input}, line ${line}: NAME=value is wanted, and there is no "=".`);
    } else if (!isName(name)) {
      problems.push(
        `${input}, line ${line}: what stands before the "=" is no name (letters, digits, "_", ".", "-" and ":", a letter or "_" first).`,
      );
    } else if (earlier !== undefined) {
      problems.push(`${input}, line ${line}: ${name} is set already in line ${earlier}.`);
    } else {
      lineOfName.set(name, line);
      values.set(name, assignment.slice(separator + 1));
    }
  }
  return { values, problems };
}

/** The names of a list of variables to remove, one a line. */
export function readNames(
  input: string,
  text: string,
): { readonly names: readonly string[]; readonly problems: readonly string[] } {
  const lines = text.split('\n').map((line) => line.trim());
  const problems = lines.flatMap((line, index) =>
    line === '' || line.startsWith('#') || isName(line)
      ? []
      : [`${input}, line ${index + 1}: this is no name.`],
  );
  return { names: [...new Set(lines.filter(isName))], problems };
}

/** Names that are asked for in both lists: ECS refuses a container that has one name in both (documented). */
export function namesInBoth(
  environmentVariables: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): readonly string[] {
  return [...environmentVariables.keys()].filter((name) => secrets.has(name));
}

/**
 * ECS takes nearly any name. Ours is narrower (our choice), so that a line of a key or a certificate in the wrong
 * input is refused instead of becoming a variable; dots, hyphens and colons are in use (Java, .NET).
 */
function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.:-]*$/.test(text);
}
