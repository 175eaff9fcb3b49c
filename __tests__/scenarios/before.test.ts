import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { startWorld } from './world.ts';

describe('what can be known before the build ends the run before anything is changed', () => {
  it.concurrent.each<[string, Record<string, string>, string, RegExp]>([
    ['a missing cluster', { cluster: 'nowhere', image: 'v2' }, 'cluster-missing', /no cluster nowhere/],
    ['a missing service', { service: 'nothing', image: 'v2' }, 'service-missing', /no service nothing/],
    [
      'a missing repository',
      { image: 'v2', repository: 'nothing' },
      'repository-missing',
      /The repository nothing doesn't exist/,
    ],
    ['a missing image', { image: 'v9' }, 'image-missing', /has no image v9/],
    ['no Dockerfile and no image', {}, 'dockerfile-missing', /no Dockerfile at .* no image is named/],
    [
      'a missing file',
      { 'task-definition': 'ops/td.json', image: 'v2' },
      'task-definition-missing',
      /ops\/td\.json/,
    ],
    ['a missing family', { 'task-definition': 'nothing', image: 'v2' }, 'task-definition-missing', /nothing/],
    ['a container that is not there', { 'container-name': 'db', image: 'v2' }, 'container-not-found', /db/],
    [
      'bad input, all of it together',
      {
        image: 'v2',
        'desired-count': '-1',
        rollback: 'maybe',
        secrets: 'TOKEN=hunter2 is secret',
        cluster: '',
      },
      'input-invalid',
      /4 problems with the inputs/,
    ],
  ])('%s', async (_, inputs, reason, message) => {
    await using world = await startWorld();
    const run = await world.deploy(inputs);
    expect({ exitCode: run.exitCode, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
      exitCode: 1,
      result: 'failed',
      reason,
    });
    expect(run.log).toMatch(message);
    expect(run.printed + run.summary).not.toContain('hunter2');
    const changing = ['RegisterTaskDefinition', 'UpdateService', 'CreateRepository', 'StopServiceDeployment'];
    const made = world.fargate.calls.all().filter(({ operation }) => changing.includes(operation));
    expect(made).toHaveLength(world.callsBefore(changing));
    expect(await world.settled()).toBe('v1');
  });
});

it.concurrent.each([
  ['', /No AWS region is set/],
  ['Ireland', /The AWS region is set to "Ireland", which isn't a region/],
])('the region %j is refused at once', async (region, message) => {
  await using world = await startWorld({ environment: { AWS_REGION: region } });
  const calls = world.fargate.calls.all().length;
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'region-missing' });
  expect(run.log).toMatch(message);
  expect(world.fargate.calls.all()).toHaveLength(calls);
});

it.concurrent('no Docker ends the run before anything is changed, and names both ways out', async () => {
  await using world = await startWorld({ environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
  writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
  const run = await world.deploy({ tags: 'v2' });
  expect(run.outputs).toMatchObject({
    result: 'failed',
    reason: expect.stringMatching(/^docker-(engine-)?missing$/),
  });
  expect(run.log).toMatch(/Docker, or set the input image|correct DOCKER_HOST, or set the input image/);
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
});

describe('a deployment that is in flight at the start', () => {
  const begin = async (world: Awaited<ReturnType<typeof startWorld>>): Promise<void> => {
    await world.ecs.send(
      new UpdateServiceCommand({ cluster: 'staging', service: 'web', forceNewDeployment: true }),
    );
  };

  it.concurrent.each([
    ['supersede', 0, 'deployed', /this deployment supersedes it/, 'v2'],
    ['wait', 0, 'deployed', /waiting for its end/, 'v2'],
    ['fail', 1, 'failed', /Another deployment is in flight/, 'v1'],
  ])('%s', async (choice, exitCode, result, line, runs) => {
    let isSlow = false;
    await using world = await startWorld({
      behave: (tag) => (isSlow && tag === 'v1' ? { pullSeconds: 1200 } : {}),
    });
    isSlow = true;
    await begin(world);
    const step = world.start({ image: 'v2', 'if-in-flight': choice });
    await step.printed(line);
    if (choice === 'wait') await world.settled();
    const run = await step.finished;
    expect({ exitCode: run.exitCode, result: run.outputs.result }).toEqual({ exitCode, result });
    expect(await world.settled()).toBe(runs);
  });
});

describe('nothing to do', () => {
  it.concurrent('is unchanged when the very revision runs, completed', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ image: 'v1' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { result: 'unchanged', reason: 'no-change' } });
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(1);
  });

  it.concurrent('deploys anew what failed the last time', async () => {
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    let isBroken = true;
    await using world = await startWorld({
      service: { deploymentConfiguration },
      behave: (tag) =>
        tag === 'v2' && isBroken
          ? {
              neverStarts: {
                kind: 'cannot-be-initialized',
                stoppedReason: 'ResourceInitializationError: no',
              },
            }
          : {},
    });
    const first = await world.deploy({ image: 'v2', rollback: 'false' });
    expect(first.outputs).toMatchObject({ result: 'failed', reason: 'circuit-breaker-without-rollback' });
    isBroken = false;
    const second = await world.deploy({ image: 'v2' });
    expect(second.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(second.outputs['task-definition-arn']).toBe(first.outputs['task-definition-arn']);
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('follows a deployment of the same revision that is in flight', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 1200 } } });
    const image = 'v2';
    const started = await world.deploy({ image, 'wait-for-service-stability': 'false' });
    expect(started.outputs).toMatchObject({ result: 'started', reason: 'not-waited-for' });
    const step = world.start({ image });
    await step.printed(/following that deployment/);
    await world.settled();
    const joined = await step.finished;
    expect(joined.outputs).toMatchObject({
      result: 'deployed',
      'deployment-id': started.outputs['deployment-id'],
    });
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(1);
  });
});

describe('counts', () => {
  it.concurrent('deploys to a service that wants no task', async () => {
    await using world = await startWorld({ service: { desiredCount: 0 } });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'nothing-proven' });
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('changes the count alone without a deployment', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ build: 'false', 'desired-count': '3' });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(await world.service()).toMatchObject({ desiredCount: 3, runningCount: 3 });
    expect(run.log).toMatch(/no new deployment was needed/);
  });

  it.concurrent('puts the count back with the version', async () => {
    await using world = await startWorld({ behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } });
    const run = await world.deploy({ image: 'v2', 'desired-count': '3' });
    expect(run.outputs.result).toBe('rolled-back');
    expect(await world.settled()).toBe('v1');
    expect((await world.service()).desiredCount).toBe(2);
  });
});

it.concurrent('gives two services one revision, and tells them apart when one fails', async () => {
  await using world = await startWorld({
    services: ['worker'],
    behave: (tag, serviceName) =>
      tag === 'v2' && serviceName === 'worker' ? { exit: { afterSeconds: 1, exitCode: 3 } } : {},
  });
  const run = await world.deploy({ service: 'web\nworker', image: 'v2' });
  const services: unknown = JSON.parse(run.outputs.services ?? '');
  expect(services).toMatchObject([
    { service: 'web', result: 'deployed', 'task-definition-arn': expect.stringMatching(/web:2$/) },
    { service: 'worker', result: 'rolled-back', 'task-definition-arn': expect.stringMatching(/web:2$/) },
  ]);
  expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'rolled-back', reason: 'tasks-failed' } });
  expect(await world.settled('web')).toBe('v2');
  expect(await world.settled('worker')).toBe('v1');
});
