import { readable } from '../pure/rendered-summary.ts';
import { startWorld, type World } from './world.ts';

/** The rows of the table of steps, with what they took in seconds. */
function timesIn(summary: string): Readonly<Record<string, number>> {
  const rows = summary.matchAll(/^\| ([a-z ]+) \| (?:(\d+) min)? ?(?:(\d+) s)? \|/gm);
  return Object.fromEntries(
    [...rows].map(([, step = '', minutes = '0', seconds = '0']) => [
      step,
      Number(minutes) * 60 + Number(seconds),
    ]),
  );
}

const rowsIn = (summary: string): readonly string[] =>
  [...readable(summary).matchAll(/^<tr>.*$/gm)].map(([row]) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

async function startWorldWithBalancer(): Promise<World> {
  return startWorld({
    loadBalancer: true,
    behaviours: {
      v2: { pullSeconds: 40 },
      // Before the load balancer has looked: so it never counts as up, however late that is seen.
      v3: { exit: { afterSeconds: 1, exitCode: 3, lastLines: ['no database: see docs/setup.md'] } },
    },
  });
}

it.concurrent('shows where the time went, and what would save how much', async () => {
  await using world = await startWorldWithBalancer();
  const { summary, outputs } = await world.deploy({ image: 'v2' });
  expect(outputs.result).toBe('deployed');
  const times = timesIn(summary);
  // By the times of the tasks, in the seconds of the local Fargate: a pull of 40 s, then the default delay of 300 s.
  expect(times.pull).toBeGreaterThanOrEqual(40);
  expect(times.pull).toBeLessThan(60);
  expect(times['old tasks drain']).toBeGreaterThanOrEqual(300);
  expect(summary).toMatch(
    /\| old tasks drain \| [^|]+ \| 4 min 45 s \| The target group's deregistration delay/,
  );
  expect(summary).toMatch(/^```mermaid\ngantt\n(.*\n)*? {2}section Task [0-9a-f]{8}\n {4}provision /m);
  expect(summary).toMatch(/pulls the whole image \(1\.0 MB\)/);
});

it.concurrent('of a deployment that was rolled back says what was tried, what runs now and why', async () => {
  await using world = await startWorldWithBalancer();
  const action = { GITHUB_ACTION_REPOSITORY: 'acme/fargate-deploy', GITHUB_ACTION_REF: 'v1' };
  const { summary, log, outputs } = await world.deploy({ image: 'v3' }, action);
  expect(outputs.result).toBe('rolled-back');
  expect(rowsIn(summary)).toEqual(expect.arrayContaining(['Tried web:2', 'Before web:1']));
  expect(readable(summary)).toMatch(/^\*\*What runs now:\*\* <code>web:1<\/code>, 2 of 2 tasks$/m);
  expect(summary).toMatch(/^\*\*Likely cause:\*\*/m);
  // The page that the container names is not one of this action's.
  expect(summary).toContain('no database: see docs/setup.md');
  expect(summary + log).not.toContain('/blob/v1/docs/setup.md');
  expect(summary).toMatch(/^ {4}ran until it failed \d+ s :crit, /m);
  expect(summary).toMatch(/^ {4}first failure :milestone, \d+, \d+$/m);
  // The old tasks never stopped, so the rollback takes no time, or as long as a busy machine needs to see its end.
  expect(summary).toMatch(/^ {4}rollback (?:\d+ s )?:(?:milestone, )?\d+, \d+$/m);
});

it.concurrent('has no times where the tasks may not be read, and the run is green anyway', async () => {
  await using world = await startWorld();
  for (const operation of ['ListTasks', 'DescribeTasks']) {
    world.fargate.faults.add({ service: 'ecs', operation, times: 'always', fault: { kind: 'denied' } });
  }
  const { summary, outputs } = await world.deploy({ image: 'v2' });
  expect(outputs.result).toBe('deployed');
  expect(summary).not.toContain('Where the time went');
});
