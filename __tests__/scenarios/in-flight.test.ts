import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { startStep } from '../../scripts/runner.ts';
import { scriptedDocker, waitsForGo } from './scripted-docker.ts';
import { cluster, startWorld, type World } from './world.ts';

const slow = { v2: { pullSeconds: 1200 } };

/** Begins a deployment of v2 that is not of the run under test; answers with its id. */
async function beginByAnotherRun(world: World): Promise<string> {
  const run = await world.deploy({ image: 'v2', 'wait-for-service-stability': 'false' });
  return run.outputs['deployment-id'] ?? '';
}

describe('a deployment that is not of this run', () => {
  it.concurrent('and whose count this run changed is followed to its own end', async () => {
    await using world = await startWorld({ behaviours: slow });
    const deploymentId = await beginByAnotherRun(world);
    const step = world.start({ image: 'v2', 'desired-count': '1' });
    await step.printed(/which is in flight and not of this run/);
    await world.settled();
    const run = await step.finished;
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: run.log,
      outputs: { result: 'deployed', 'deployment-id': deploymentId },
    });
    const { deployments } = await world.service();
    expect(deployments?.[0]).toMatchObject({ id: deploymentId, rolloutState: 'COMPLETED' });
  });

  it.concurrent('is not stopped by post when the step was killed after it changed the count', async () => {
    await using world = await startWorld({ behaviours: slow });
    await beginByAnotherRun(world);
    const step = world.start({ image: 'v2', 'desired-count': '3' });
    await step.printed(/no new deployment was needed/);
    step.send('SIGKILL');
    const post = await world.post({ image: 'v2' }, await step.finished);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
    expect(await world.settled()).toBe('v2');
  });
});

it.concurrent('waiting for another deployment ends when the access is lost', async () => {
  await using world = await startWorld({ behaviours: slow });
  await beginByAnotherRun(world);
  const step = world.start({ image: 'v1', 'if-in-flight': 'wait' });
  await step.printed(/waiting for its end/);
  world.fargate.faults.add({ operation: 'DescribeServices', fault: { kind: 'expired' }, times: 'always' });
  const run = await step.finished;
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-credentials' });
});

it.concurrent('a deployment that began during the build is in flight too', async () => {
  await using world = await startWorld({ behaviours: { v3: { pullSeconds: 1200 } } });
  const { taskDefinition } = await world.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }),
  );
  const digest = taskDefinition?.containerDefinitions?.[0]?.image?.split('@')[1] ?? '';
  const folder = scriptedDocker(digest, { build: waitsForGo });
  writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch');
  const step = startStep({
    action: join(import.meta.dirname, '../..'),
    inputs: { cluster, service: 'web', 'if-in-flight': 'fail', tags: 'v9' },
    environment: { ...world.fargate.environment, PATH: `${folder}:${process.env.PATH ?? ''}` },
    workspace: world.workspace,
  });
  await step.printed(/the build has begun/);
  const other = await world.deploy({ image: 'v3', 'wait-for-service-stability': 'false' });
  expect(other.outputs.result).toBe('started');
  writeFileSync(join(world.workspace, 'go'), '');
  const run = await step.finished;
  expect({ log: run.log, reason: run.outputs.reason }).toEqual({
    log: run.log,
    reason: 'deployment-in-flight',
  });
  expect(await world.settled()).toBe('v3');
  rmSync(folder, { recursive: true });
});
