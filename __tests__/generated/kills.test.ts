import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { Fault } from '../../local/server/faults.ts';
import { filesIn, processesLeftWith } from '../docker/leftovers.ts';
import { startWorld } from '../scenarios/world.ts';

/** When the step is killed: before a call is done, after it, and in the middle of its answer. */
const moments: readonly Fault['kind'][] = ['hang', 'hang-after', 'cut'];

interface Version {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** How many calls a step makes at most. */
  readonly calls: number;
}

const versions: readonly Version[] = [
  { name: 'a good version', behaviour: {}, calls: 33 },
  { name: 'a version that crashes', behaviour: { exit: { afterSeconds: 1, exitCode: 1 } }, calls: 57 },
];

const kills = versions.flatMap(({ name, behaviour, calls }) =>
  Array.from({ length: calls }, (_, nth) => nth).flatMap((nth) =>
    moments.map((moment) => ({ name, behaviour, nth, moment })),
  ),
);

describe('a kill at every call, and then post, leave one version that was healthy', () => {
  it.each(versions)('$name makes no more calls', async ({ behaviour, calls }) => {
    await using world = await startWorld({ behaviours: { v2: behaviour } });
    world.fargate.calls.clear();
    await world.deploy({ image: 'v2' });
    expect(world.fargate.calls.all().length).toBeLessThanOrEqual(calls);
  });

  it.concurrent.each(kills)('$name, call $nth: $moment', async ({ behaviour, nth, moment }) => {
    const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-kills-'));
    const environment = { TMPDIR: folder, RUNNER_TEMP: folder, HOME: folder };
    await using world = await startWorld({ behaviours: { v2: behaviour }, environment });
    world.fargate.calls.clear();
    world.fargate.faults.add({ after: nth, fault: { kind: moment } as Fault });
    const step = world.start({ image: 'v2' });
    await Promise.race([world.hit(), step.finished]);
    step.send('SIGKILL');
    const run = await step.finished;
    world.fargate.faults.clear();
    const post = await world.post({ image: 'v2' }, run);
    const runs = await world.settled();
    const isGood = Object.keys(behaviour).length === 0;
    const left = { files: filesIn(folder), processes: await processesLeftWith(`RUNNER_TEMP=${folder}`) };
    rmSync(folder, { recursive: true });
    expect({ main: run.log, post: post.log, exitCode: post.exitCode, runs, left }).toEqual({
      main: run.log,
      post: post.log,
      exitCode: 0,
      runs: expect.stringMatching(isGood ? /^v[12]$/ : /^v1$/),
      left: { files: {}, processes: [] },
    });
    expect((await world.service()).deployments).toHaveLength(1);
    const begun = world.fargate.calls.of('UpdateService').filter(({ output }) => output !== undefined);
    // Ours, and the rollback where StopServiceDeployment could not do it.
    expect(begun.length).toBeLessThanOrEqual(2);
  });
});
