/**
 * Ends the process once its output is written. A pipe takes 64 KiB at a time, and `process.exit` drops what a slow
 * reader has not taken yet (seen on Linux): that would be the end of the log, with the annotation. Nothing else is
 * waited for: a socket that is kept alive must not keep the step.
 */
export async function exitWith(code: number): Promise<never> {
  const patience = setTimeout(() => process.exit(code), 10_000);
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  clearTimeout(patience);
  process.exit(code);
}
