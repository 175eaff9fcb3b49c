import * as fc from 'fast-check';
import { violations } from './invariants.ts';
import { rolloutCase } from './rollout-case.ts';
import { runCase } from './run-case.ts';

/** How many rollouts a part has, and where its random numbers begin. */
export const cases = Number(process.env.ROLLOUTS ?? 200);
const firstSeed = Number(process.env.ROLLOUT_SEED ?? Date.now() % 1_000_000_000);
const path = process.env.ROLLOUT_PATH;

/** The long run lasts hours. */
export const limitMilliseconds = 8 * 3_600_000;

export function seedOf(part: number): number {
  return firstSeed + part;
}

/**
 * Runs one part of the generated rollouts, each part in a process of its own, and prints what came of them.
 *
 * @returns what the first one that breaks a promise broke, with the seed and the path by which it runs again; empty
 * when none does
 */
export async function checkRollouts(part: number): Promise<string> {
  // The other parts know nothing of a single rollout that runs again.
  if (path !== undefined && part > 0) return '';
  const ends = new Map<string, number>();
  const checked = await fc.check(
    fc.asyncProperty(rolloutCase, async (one) => {
      const facts = await runCase(one);
      const { result = 'failed', reason = facts.failure?.code } = facts.outcome ?? {};
      const end = `${result} (${reason})${facts.posted.length > 0 ? ', finished by post' : ''}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const broken = violations(one, facts);
      if (broken.length > 0) throw new Error(`${broken.join('\n')}\n${facts.log}`);
    }),
    { seed: seedOf(part), numRuns: cases, endOnFailure: true, ...(path === undefined ? {} : { path }) },
  );
  const table = [...ends].toSorted(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
  process.stdout.write(`What came of the rollouts of seed ${seedOf(part)}:\n  ${table.join('\n  ')}\n`);
  if (!checked.failed) return '';
  const { errorInstance } = checked;
  const broken = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${fc.defaultReportMessage(checked) ?? ''}\n${broken}`;
}
