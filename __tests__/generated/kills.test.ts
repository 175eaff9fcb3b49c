import type { Behaviour } from '../../local/runtime/simulated.ts';
import type { Fault } from '../../local/server/faults.ts';
import { startWorld } from '../scenarios/world.ts';

/** When the step is killed: before a call is done, after it, and in the middle of its answer. */
const moments: readonly Fault['kind'][] = ['hang', 'hang-after', 'cut'];

interface Version {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** How many calls a step makes at least; the last ones depend on the moment. */
  readonly calls: number;
}

const versions: readonly Version[] = [
  { name: 'a good version', behaviour: {}, calls: 22 },
  { name: 'a version that crashes', behaviour: { exit: { afterSeconds: 1, exitCode: 1 } }, calls: 34 },
];

const kills = versions.flatMap(({ name, behaviour, calls }) =>
  Array.from({ length: calls }, (_, nth) => nth).flatMap((nth) =>
    moments.map((moment) => ({ name, behaviour, nth, moment })),
  ),
);

describe('a kill at every call, and then post, leave one version that was healthy', () => {
  it.concurrent.each(kills)('$name, call $nth: $moment', async ({ behaviour, nth, moment }) => {
    await using world = await startWorld({ behaviours: { v2: behaviour } });
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
    expect({ main: run.log, post: post.log, exitCode: post.exitCode, runs }).toEqual({
      main: run.log,
      post: post.log,
      exitCode: 0,
      runs: expect.stringMatching(isGood ? /^v[12]$/ : /^v1$/),
    });
    expect((await world.service()).deployments).toHaveLength(1);
    const begun = world.fargate.calls.of('UpdateService').filter(({ output }) => output !== undefined);
    // Ours, and the way back where StopServiceDeployment could not take it.
    expect(begun.length).toBeLessThanOrEqual(2);
  });
});
