import * as fc from 'fast-check';
import { violations } from './invariants.ts';
import { rolloutCase } from './rollout-case.ts';
import { runCase } from './run-case.ts';

const cases = Number(process.env.ROLLOUTS ?? 100);
const seed = Number(process.env.ROLLOUT_SEED ?? Date.now() % 1_000_000_000);

it(`${cases} generated rollouts hold what was promised (ROLLOUT_SEED=${seed})`, async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(rolloutCase, async (one) => {
      const facts = await runCase(one);
      const { result = 'failed', reason = facts.failure?.code } = facts.outcome ?? {};
      const end = `${result} (${reason})${facts.posted.length > 0 ? ', finished by post' : ''}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const broken = violations(one, facts);
      if (broken.length > 0) throw new Error(`${broken.join('\n')}\n${facts.log}`);
    }),
    { seed, numRuns: cases, endOnFailure: process.env.ROLLOUT_SHRINK !== 'true' },
  );
  const table = [...ends].toSorted(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
  process.stdout.write(`What came of the generated rollouts:\n  ${table.join('\n  ')}\n`);
}, 3_600_000);
