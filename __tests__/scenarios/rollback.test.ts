import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describeTaskDefinition } from '../../src/aws/document.ts';
import { readable } from '../pure/rendered-summary.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const commits = {
  v2: '2222222222222222222222222222222222222222',
  v3: '3333333333333333333333333333333333333333',
};

/** A service that has run v1, v2 and v3, as web:1 to web:3, deployed by this action. */
async function worldOfThree(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld({ speed: 40, ...options });
  for (const tag of ['v2', 'v3']) {
    const run = await world.deploy({ image: tag });
    expect(run.outputs.result).toBe('deployed');
  }
  return world;
}

const rollback = (inputs: Readonly<Record<string, string>> = {}) => ({ operation: 'rollback', ...inputs });

function updates({ fargate }: World): number {
  return fargate.calls.of('UpdateService').length;
}

describe('without a target', () => {
  it.concurrent('returns to the good version before, further back the second time, and then refuses', async () => {
    await using world = await worldOfThree();
    const first = await world.deploy(rollback());
    expect(first.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(first.outputs['task-definition-arn']).toMatch(/web:2$/);
    expect(first.exitCode).toBe(0);
    const digest = world.fargate.images.find('web', 'v2') ?? '';
    const image = `${world.fargate.registryHost}/web@${digest}`;
    expect(first.outputs).toMatchObject({ image, 'image-digest': digest, digest });
    expect(await world.settled()).toBe('v2');
    expect(first.summary).toMatch(/^### ✅ web: rolled back, as requested$/m);
    expect(readable(first.summary)).toMatch(/web:3<\/code>.*SUCCESSFUL/);
    expect(first.summary).toContain('https://github.com/octo-org/web/actions/runs/1000');

    const second = await world.deploy(rollback());
    expect(second.outputs['task-definition-arn']).toMatch(/web:1$/);
    expect(await world.settled()).toBe('v1');

    const before = updates(world);
    const third = await world.deploy(rollback());
    expect(third.outputs).toMatchObject({ result: 'failed', reason: 'rollback-target-missing' });
    expect([third.exitCode, updates(world) - before]).toEqual([1, 0]);
    // Nothing is registered or built for it.
    expect(world.fargate.calls.of('RegisterTaskDefinition').length).toBe(3);
  });

  it.concurrent('takes another version when the deployment of the first one was stopped in its middle', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 600 } } });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.send('SIGKILL');
    await step.finished.catch(() => undefined);
    const run = await world.deploy(rollback());
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(run.outputs.message).toMatch(
      /web:2 was being deployed to web and was stopped, as asked\..*runs web:1 again/,
    );
    expect(run.log).toMatch(/requested that ECS stops/);
    expect(run.outputs['image-digest']).toBe(world.fargate.images.find('web', 'v1'));
    expect(world.fargate.calls.of('StopServiceDeployment').length).toBe(1);
    expect(await world.settled()).toBe('v1');
    const post = await world.post(rollback(), run);
    expect([post.exitCode, post.log]).toEqual([0, '']);
  });
});

describe('with a target', () => {
  it.concurrent.each([
    ['a revision', 'web:1', 'v1'],
    ['steps', '-2', 'v1'],
    ['a tag', 'v2', 'v2'],
  ])('takes %s', async (_, to, wanted) => {
    await using world = await worldOfThree();
    const run = await world.deploy(rollback({ to }));
    expect(run.outputs.result).toBe('deployed');
    expect(await world.settled()).toBe(wanted);
  });

  it.concurrent('takes a commit, in short too, and a digest', async () => {
    await using world = await startWorld({ speed: 40 });
    for (const [tag, commit] of Object.entries(commits)) {
      const manifest = await world.fargate.images.manifest('web', tag);
      if (manifest !== undefined) world.fargate.images.push('web', { ...manifest, tag: commit });
    }
    for (const commit of Object.values(commits)) await world.deploy({ image: commit });
    const byCommit = await world.deploy(rollback({ to: commits.v2.slice(0, 8) }));
    expect(byCommit.outputs['task-definition-arn']).toMatch(/web:2$/);
    expect(byCommit.summary).toContain(`https://github.com/octo-org/web/commit/${commits.v2}`);
    const digest = world.fargate.images.find('web', 'v1') ?? '';
    const byDigest = await world.deploy(rollback({ to: digest }));
    expect(byDigest.outputs['task-definition-arn']).toMatch(/web:1$/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('is unchanged where that version runs', async () => {
    await using world = await worldOfThree();
    const before = updates(world);
    const run = await world.deploy(rollback({ to: 'web:3' }));
    const digest = world.fargate.images.find('web', 'v3');
    expect(run.outputs).toMatchObject({ result: 'unchanged', reason: 'no-change', digest });
    expect([run.exitCode, updates(world) - before]).toEqual([0, 0]);
  });

  it.concurrent('registers a deregistered revision anew', async () => {
    await using world = await worldOfThree();
    await world.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    const run = await world.deploy(rollback());
    expect(run.outputs['task-definition-arn']).toMatch(/web:4$/);
    expect(run.log).toMatch(/web:2 is not ACTIVE any more/);
    expect(await world.settled()).toBe('v2');
    const [copy, original] = await Promise.all(
      ['web:4', 'web:2'].map((name) => describeTaskDefinition(world.ecs, name)),
    );
    expect(copy?.tags).toEqual(original?.tags);
  });
});

it.concurrent('warns of a version that was left again at once', async () => {
  await using world = await startWorld({ speed: 40 });
  await world.deploy({ image: 'v2' });
  await world.deploy(rollback());
  const run = await world.deploy(rollback({ to: 'web:2' }));
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  expect(run.annotations.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/after the deployment of web:2 had completed, the service went back to web:1/),
  );
});

describe('is refused', () => {
  it.concurrent('for a version that was never healthy, unless it is allowed', async () => {
    await using world = await startWorld({
      speed: 40,
      behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 3, lastLines: [] } } },
    });
    await world.deploy({ image: 'v2' });
    const before = updates(world);
    const refused = await world.deploy(rollback({ to: 'web:2' }));
    expect(refused.outputs).toMatchObject({ result: 'failed', reason: 'rollback-target-unproven' });
    expect(updates(world) - before).toBe(0);
    const allowed = await world.deploy(rollback({ to: 'web:2', allow: 'never-healthy' }));
    // It fails again, and is judged and rolled back as a deploy is.
    expect(allowed.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('for a version that the history does not have', async () => {
    await using world = await worldOfThree();
    const run = await world.deploy(rollback({ to: 'web:99' }));
    expect(run.outputs.reason).toBe('rollback-target-unproven');
    const other = await world.deploy(rollback({ to: 'v99' }));
    expect(other.outputs.reason).toBe('rollback-target-missing');
    expect(other.log).toMatch(/web:2 {2}SUCCESSFUL/);
  });

  it.concurrent('when the image is gone', async () => {
    await using world = await worldOfThree();
    const digest = world.fargate.images.find('web', 'v2') ?? '';
    world.fargate.images.remove('web', digest);
    const run = await world.deploy(rollback());
    expect(run.outputs.reason).toBe('image-missing');
    expect(run.outputs.message).toContain(digest);
  });

  it.concurrent('while a deployment without our tags is in flight, unless it is allowed', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 600 } } });
    const step = world.start({ image: 'v2', 'revision-marks': 'false' });
    await step.printed(/has begun/);
    step.send('SIGKILL');
    await step.finished.catch(() => undefined);
    // It is of the same repository: without the tags nobody can tell.
    const refused = await world.deploy(rollback());
    expect(refused.outputs.reason).toBe('deployment-in-flight');
    expect(refused.outputs.message).toMatch(
      /nothing shows that it is this repository's: its revision has no tags/,
    );
    expect((await world.service()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    const allowed = await world.deploy(rollback({ allow: 'foreign-deployment' }));
    expect(allowed.outputs.result).toBe('deployed');
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('while a deployment of somebody else is in flight, unless it is allowed', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 600 } } });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.send('SIGKILL');
    await step.finished.catch(() => undefined);
    const stranger = { GITHUB_REPOSITORY: 'octo-org/other' };
    const refused = await world.deploy(rollback(), stranger);
    expect(refused.outputs.reason).toBe('deployment-in-flight');
    expect(refused.outputs.message).toContain('https://github.com/octo-org/web/actions/runs/1000');
    const allowed = await world.deploy(rollback({ allow: 'foreign-deployment' }), stranger);
    expect(allowed.outputs.result).toBe('deployed');
    expect(await world.settled()).toBe('v1');
  });
});

it.concurrent('finds marked revisions where the history is not told', async () => {
  await using world = await worldOfThree();
  world.fargate.faults.add({
    service: 'ecs',
    operation: 'ListServiceDeployments',
    times: 'always',
    fault: { kind: 'denied' },
  });
  const run = await world.deploy(rollback());
  expect(run.outputs.result).toBe('deployed');
  expect(await world.settled()).toBe('v2');
  expect(run.annotations.map(({ message }) => message).join('\n')).toMatch(/history of web is not known/);
});

it.concurrent('returns to the image that ran, not to where its tag leads now', async () => {
  await using world = await startWorld({ imageByTag: true, speed: 40 });
  const ran = world.fargate.images.find('web', 'v1');
  await world.deploy({ image: 'v2' });
  world.fargate.images.put('web', { tags: ['v1'], digest: `sha256:${'9'.repeat(64)}` });
  const run = await world.deploy(rollback());
  expect(run.outputs.result).toBe('deployed');
  const { taskDefinition } = await world.describeTaskDefinition(run.outputs['task-definition-arn'] ?? '');
  expect(taskDefinition?.containerDefinitions?.[0]?.image).toMatch(`@${ran}`);
});

it.concurrent('is cut off in its middle as a deploy is: the post step takes it back', async () => {
  await using world = await worldOfThree();
  const step = world.start(rollback());
  await step.printed(/has begun/);
  step.send('SIGINT');
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'cancelled', reason: 'cancelled-run' });
  const post = await world.post(rollback(), run);
  expect(post.exitCode).toBe(0);
  expect(await world.settled()).toBe('v3');
});
