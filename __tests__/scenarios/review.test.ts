import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { startStep } from '../../scripts/runner.ts';
import { cluster, startWorld, type World } from './world.ts';

const slow = { v2: { pullSeconds: 120 } };

/** Begins a deployment of v2 that is not of the run under test; answers with its id. */
async function beginByAnotherRun(world: World): Promise<string> {
  const run = await world.deploy({ image: 'v2', 'wait-for-service-stability': 'false' });
  return run.outputs['deployment-id'] ?? '';
}

describe('a deployment that is not of this run', () => {
  it.concurrent('and whose count this run changed is followed to its own end', async () => {
    await using world = await startWorld({ behaviours: slow });
    const deploymentId = await beginByAnotherRun(world);
    const run = await world.deploy({ image: 'v2', 'desired-count': '1' });
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: expect.stringMatching(/which is in flight and not of this run/),
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

/** From now on the service is read as it was before our deployment. */
async function freezeReads(world: World): Promise<() => void> {
  const { clusterArn, serviceArn = '' } = await world.service();
  await world.ecs.send(new DescribeServicesCommand({ cluster: clusterArn, services: [serviceArn] }));
  return world.fargate.faults.add({
    operation: 'DescribeServices',
    fault: { kind: 'stale' },
    times: 'always',
  });
}

describe('reads that are older than our deployment', () => {
  it.concurrent('do not keep a cancelled run from requesting the rollback', async () => {
    await using world = await startWorld({ behaviours: slow });
    const thaw = await freezeReads(world);
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    step.send('SIGINT');
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'cancelled' });
    expect(world.fargate.calls.of('StopServiceDeployment')).toHaveLength(1);
    thaw();
    const post = await world.post({ image: 'v2' }, run);
    expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('are not taken by post for a rollback that is done', async () => {
    await using world = await startWorld({ behaviours: slow });
    const thaw = await freezeReads(world);
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    step.send('SIGKILL');
    const killed = await step.finished;
    world.fargate.clock.after(60, thaw);
    const post = await world.post({ image: 'v2' }, killed);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
    expect(post.log).toMatch(/Rolled back: web runs web:1 again/);
    expect(world.fargate.calls.of('StopServiceDeployment')).toHaveLength(1);
    expect(await world.settled()).toBe('v1');
  });
});

it.concurrent('post rides out a throttled first read', async () => {
  await using world = await startWorld({ behaviours: slow });
  const step = world.start({ image: 'v2' });
  await step.printed(/new tasks running/);
  step.send('SIGKILL');
  const killed = await step.finished;
  world.fargate.faults.add({ operation: 'DescribeServices', fault: { kind: 'throttle' }, times: 2 });
  const post = await world.post({ image: 'v2' }, killed);
  expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: post.log, exitCode: 0 });
  expect(await world.settled()).toBe('v1');
});

it.concurrent('a version that is up and only waits for old tasks to drain outlasts the time limit', async () => {
  await using world = await startWorld({
    behaviours: { v1: { ignoresSigterm: true } },
    container: { stopTimeout: 120 },
    loadBalancer: true,
  });
  const run = await world.deploy({ image: 'v2', 'wait-for-minutes': '0.1' });
  expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
    log: run.log,
    result: 'timed-out',
    reason: 'only-cleanup-left',
  });
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a rollback that somebody else takes over is not called rolled back', async () => {
  await using world = await startWorld({
    behave: (tag) => (tag === 'v2' ? { exit: { afterSeconds: 1, exitCode: 1 } } : {}),
  });
  world.fargate.faults.add({
    operation: 'StopServiceDeployment',
    fault: { kind: 'denied' },
    times: 'always',
  });
  const step = world.start({ image: 'v2' });
  await step.printed(/rollback requested/);
  const other = await world.deploy({ image: 'v3', 'wait-for-service-stability': 'false' });
  expect(other.outputs.result).toBe('started');
  const run = await step.finished;
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'superseded' });
  expect(await world.settled()).toBe('v3');
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

it.concurrent('a step that was not to wait is not undone by post', async () => {
  await using world = await startWorld({ behaviours: slow });
  const inputs = { image: 'v2', 'wait-for-service-stability': 'false' };
  world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'reset-after' } });
  const step = world.start(inputs);
  await step.printed(/looking whether the update was made/);
  step.send('SIGKILL');
  const post = await world.post(inputs, await step.finished);
  expect(post.exitCode).toBe(0);
  expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a cancel while health-check-url is asked is a cancel, and on-cancel holds', async () => {
  await using world = await startWorld();
  const step = world.start({
    image: 'v2',
    'health-check-url': 'http://127.0.0.1:1/health',
    'on-cancel': 'leave',
  });
  await step.printed(/health-check-url: /);
  step.send('SIGINT');
  const run = await step.finished;
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'cancelled' });
  expect(await world.settled()).toBe('v2');
});

/** A docker command that builds until the file `go` is in the checkout, and then has made the given image. */
function slowDocker(digest: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-docker-command-'));
  const script = `#!/bin/sh
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"27.0.0"},"Server":{"Version":"27.0.0"}}' ;;
  "buildx version") echo 'github.com/docker/buildx v0.17.0 0' ;;
  "buildx build")
    echo 'the build has begun'
    while [ ! -e go ]; do sleep 0.05; done
    for option; do
      case "$option" in
        --metadata-file=*) echo '{"containerimage.digest":"${digest}"}' > "\${option#--metadata-file=}" ;;
      esac
    done ;;
esac
`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  return folder;
}

it.concurrent('a deployment that began during the build is in flight too', async () => {
  await using world = await startWorld({ behaviours: { v3: { pullSeconds: 120 } } });
  const { taskDefinition } = await world.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }),
  );
  const digest = taskDefinition?.containerDefinitions?.[0]?.image?.split('@')[1] ?? '';
  const folder = slowDocker(digest);
  writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch');
  const step = startStep({
    bundle: join(import.meta.dirname, '../../dist/index.js'),
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
