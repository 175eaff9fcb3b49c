import { readdirSync } from 'node:fs';
import { useBaseImage } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { type DeployWorld, startDeployWorld } from './deploy-world.ts';
import { processesLeftWith, processesWith } from './leftovers.ts';

const base = useBaseImage();

/** A RUN that goes on for an hour, of which no other process has the same seconds. */
function endless(): { readonly dockerfile: string; readonly seconds: string } {
  const seconds = `36${String(process.hrtime.bigint()).slice(-8)}`;
  return { seconds, dockerfile: `FROM ${base()}\nRUN echo begun; sleep ${seconds}\n` };
}

describe.each(builders)('a build with $name', (builder) => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'that is cancelled by %s leaves nothing running',
    async (signal) => {
      await using world = await startDeployWorld({ builder });
      const { dockerfile, seconds } = endless();
      world.write({ Dockerfile: dockerfile });
      world.commit();
      const step = world.start({ 'no-cache': 'true' });
      await step.printed(/\| .*\bbegun$/m);
      expect(processesWith(...ownTexts(world, seconds))).not.toEqual([]);
      step.send(signal);
      const run = await step.finished;
      expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'cancelled' } });
      expect(run.durationMilliseconds).toBeLessThan(30_000);
      expect(await left(world, seconds)).toEqual({ processes: [], files: [] });
      expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    },
    60_000,
  );

  it('that can not be deployed is ended, with the reason', async () => {
    await using world = await startDeployWorld({ builder });
    const { dockerfile, seconds } = endless();
    world.write({ Dockerfile: dockerfile });
    world.commit();
    world.fargate.accountServices.missing.add('gone');
    const run = await world.deploy({
      'no-cache': 'true',
      'execution-role-arn': 'arn:aws:iam::123456789012:role/gone',
    });
    expect(run.outputs['result']).toBe('failed');
    expect(run.outputs['message']).toMatch(/role\/gone/);
    expect(await left(world, seconds)).toEqual({ processes: [], files: [] });
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(1);
  }, 60_000);

  it('of a step that is killed leaves nothing behind its post', async () => {
    await using world = await startDeployWorld({ builder });
    const { dockerfile, seconds } = endless();
    world.write({ Dockerfile: dockerfile });
    world.commit();
    const step = world.start({
      'no-cache': 'true',
      ...(builder.hasBuildx ? { 'build-secrets': `a=${'x'.repeat(110_000)}` } : {}),
    });
    await step.printed(/\| .*\bbegun$/m);
    step.send('SIGKILL');
    const main = await step.finished;
    expect(processesWith(...ownTexts(world, seconds))).not.toEqual([]);
    const post = await world.post(main);
    expect(post.exitCode).toBe(0);
    expect(await left(world, seconds)).toEqual({ processes: [], files: [] });
  }, 60_000);
});

/** What is there of a build a while after its end. */
async function left(world: DeployWorld, seconds: string) {
  return {
    processes: await processesLeftWith(...ownTexts(world, seconds)),
    files: readdirSync(world.temporary),
  };
}

/** What tells docker, its plugins and what the RUN started from all other processes. */
function ownTexts(world: DeployWorld, seconds: string): readonly string[] {
  return [seconds, `RUNNER_TEMP=${world.temporary}`];
}
