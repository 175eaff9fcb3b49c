import { general } from '../observe/task-failure.ts';

/**
 * Lines that differ in nothing but ids and numbers are one, with the count. Pure.
 *
 * @param apart whether others may stand between them: in a log what comes in between tells when
 */
export function withoutRepeats(lines: readonly string[], apart: 'adjacent' | 'anywhere'): readonly string[] {
  const kept: { readonly line: string; readonly sameness: string; count: number }[] = [];
  for (const line of lines) {
    const sameness = general(line);
    const candidates = apart === 'adjacent' ? kept.slice(-1) : kept;
    const same = candidates.find((one) => one.sameness === sameness && sameness !== '');
    if (same === undefined) kept.push({ line, sameness, count: 1 });
    else same.count++;
  }
  return kept.map(({ line, count }) => (count === 1 ? line : `${line} (${count} times)`));
}
