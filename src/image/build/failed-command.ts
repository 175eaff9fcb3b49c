/** A failed docker command. */
export interface FailedCommand {
  readonly exitCode: number | undefined;
  readonly lines: readonly string[];
}

/** The line with the error: the last one that calls itself an error, otherwise the last one. */
export function errorLine(lines: readonly string[]): string {
  return (lines.findLast(isErrorLine) ?? lines.at(-1) ?? 'docker printed nothing').trim();
}

function isErrorLine(line: string): boolean {
  return (
    /^(#\d+ )?(error|denied|unauthorized|name unknown|tag invalid)\b/i.test(line) ||
    /failed to |returned a non-zero code/.test(line)
  );
}

/** How the command ended, in parentheses behind the message. */
export function describeExit(exitCode: number | undefined): string {
  return exitCode === undefined ? 'ended by a signal' : `exit code ${exitCode}`;
}

/** The last lines for the detail of a failure, without those that only repeat the reason in its message. */
export function detailOf(lines: readonly string[], reason: string): readonly string[] {
  return lines.filter((line) => !repeats(line.trim(), reason)).slice(-mostDetailLines);
}

/** BuildKit prints an error twice: at its step (`#6 ERROR: not found`), and at the end with more in front. */
function repeats(line: string, reason: string): boolean {
  const error = /^#\d+ ERROR: (.+)$/.exec(line)?.[1];
  return (reason !== '' && line.endsWith(reason)) || (error !== undefined && reason.endsWith(error));
}

const mostDetailLines = 30;

/** Whether one pattern follows the other. A single pattern would search the rest of the line again from each match of the first. */
export function hasBoth(line: string, first: RegExp, then: RegExp): boolean {
  const at = line.search(first);
  return at !== -1 && then.test(line.slice(at));
}
