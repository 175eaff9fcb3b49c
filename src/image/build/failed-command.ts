/** A docker command that failed. */
export interface Broken {
  readonly exitCode: number | undefined;
  readonly lines: readonly string[];
}

/** The line that says most: the last that calls itself an error, else the last one. */
export function tellingLine(lines: readonly string[]): string {
  return (lines.findLast(isErrorLine) ?? lines.at(-1) ?? 'docker said nothing').trim();
}

function isErrorLine(line: string): boolean {
  return (
    /^(#\d+ )?(error|denied|unauthorized|name unknown|tag invalid)\b/i.test(line) ||
    /failed to |returned a non-zero code/.test(line)
  );
}

export function endOf(exitCode: number | undefined): string {
  return exitCode === undefined ? 'ended by a signal' : `exit code ${exitCode}`;
}

/** How many of the last lines are shown as the detail of a failure. */
export const detailLines = 30;

/** Whether one pattern is followed by the other. A single pattern with anything between them would look again from each place that has the first. */
export function hasBoth(line: string, first: RegExp, then: RegExp): boolean {
  const at = line.search(first);
  return at !== -1 && then.test(line.slice(at));
}
