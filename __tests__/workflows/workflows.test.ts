import { readFileSync } from 'node:fs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Github, startGithub } from '../../local/github/github.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { createShiftingBalancer } from '../../scripts/shifting-balancer.ts';
import { createWebTargetGroup, webService } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import { cluster, startWorld, type World } from '../scenarios/world.ts';
import { checkOut, runWorkflow, type WorkflowRun } from './act.ts';

const crash: Behaviour = { exit: { afterSeconds: 1, exitCode: 3, lastLines: ['no database'] } };
/** Needs no base image. */
const dockerfile = 'FROM scratch\nCOPY Dockerfile /\n';

interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly github: Github;
  /** Images whose tasks are healthy although they were not made by the world. */
  readonly good: Set<string>;
  run(options: Omit<Parameters<typeof runWorkflow>[0], 'environment'>): Promise<WorkflowRun>;
}

/** @param built what tasks of an image do that was built here, by the service */
async function startGround(built: Readonly<Record<string, Behaviour>> = {}): Promise<Ground> {
  const good = new Set<string>();
  const github = await startGithub({
    job: { repository: 'octo-org/web', environment: 'staging', ref: 'refs/heads/main' },
  });
  const world = await startWorld({
    speed: 40,
    services: ['shop'],
    registry: 'real',
    // Images of the world itself have tags; others are known by their digests alone.
    behave: (image, service = '') => (/^v\d/.test(image) || good.has(image) ? {} : (built[service] ?? {})),
  });
  const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...aws } = world.fargate.environment;
  const docker = process.env.DOCKER_HOST;
  return {
    world,
    github,
    good,
    run: (options) =>
      runWorkflow({
        ...options,
        environment: {
          ...aws,
          ...github.environment,
          ...(docker === undefined ? {} : { DOCKER_HOST: docker }),
        },
      }),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

/** The task definition that runs, as a file beside the code. */
async function taskDefinitionFile(world: World): Promise<string> {
  const { taskDefinition } = await world.describeTaskDefinition('web:1');
  const {
    family,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    containerDefinitions,
  } = taskDefinition ?? {};
  return JSON.stringify({
    family,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    containerDefinitions,
  });
}

describe('staging.yml', () => {
  const workflow = 'staging.yml';

  it('builds and deploys, signed in by the token of the job', async () => {
    await using ground = await startGround();
    const { world } = ground;
    using checkout = checkOut(workflow, {
      Dockerfile: dockerfile,
      'task-definition.json': await taskDefinitionFile(world),
    });
    const run = await ground.run({ checkout, workflow, event: 'push' });
    expect({ exitCode: run.exitCode, jobs: run.jobs }).toEqual({ exitCode: 0, jobs: { deploy: 'success' } });
    expect(run.outputs[0]).toMatchObject({ result: 'deployed' });
    expect(run.outputs[0]?.['image-digest']).toMatch(/^sha256:/);
    expect(ground.github.tokens).toEqual(['sts.amazonaws.com']);
    expect(run.log).toContain('deployed: web runs web:2');
  });

  it('is red when the new version is rolled back', async () => {
    await using ground = await startGround({ web: crash });
    const { world } = ground;
    using checkout = checkOut(workflow, {
      Dockerfile: dockerfile,
      'task-definition.json': await taskDefinitionFile(world),
    });
    const run = await ground.run({ checkout, workflow, event: 'push' });
    expect({ exitCode: run.exitCode, jobs: run.jobs }).toEqual({ exitCode: 1, jobs: { deploy: 'failure' } });
    expect(run.outputs[0]).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(await world.settled()).toBe('v1');
  });

  it('is red before anything is built when the task definition is broken', async () => {
    await using ground = await startGround();
    using checkout = checkOut(workflow, { Dockerfile: dockerfile, 'task-definition.json': '{"family": ' });
    const run = await ground.run({ checkout, workflow, event: 'push' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs[0]).toMatchObject({ result: 'failed', reason: 'task-definition-unreadable' });
  });
});

it('the quick start of the README works as it stands there', async () => {
  await using ground = await startGround();
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, start = ''] = /^```yaml\n(jobs:.*?)^```/ms.exec(readme) ?? [];
  const workflow = 'quick-start.yml';
  using checkout = checkOut(workflow, { Dockerfile: dockerfile }, `on: push\n${start}`);
  const run = await ground.run({ checkout, workflow, event: 'push' });
  expect({ exitCode: run.exitCode, jobs: run.jobs }).toEqual({ exitCode: 0, jobs: { deploy: 'success' } });
  expect(run.outputs[0]).toMatchObject({ result: 'deployed', reason: 'completed' });
});

it('plan.yml shows what a merge would deploy, and changes nothing; not for a fork', async () => {
  await using ground = await startGround();
  const { world } = ground;
  using checkout = checkOut('plan.yml', {
    Dockerfile: dockerfile,
    'task-definition.json': await taskDefinitionFile(world),
  });
  const pullRequest = (repository: string) => ({
    pull_request: {
      number: 1,
      head: { ref: 'topic', repo: { id: repository === 'octo-org/web' ? 1 : 2, full_name: repository } },
      base: { ref: 'main', repo: { id: 1 } },
    },
  });
  const { token, comments } = ground.github;
  const options = { checkout, workflow: 'plan.yml', event: 'pull_request', token } as const;
  const before = world.fargate.calls.count('UpdateService');
  const run = await ground.run({ ...options, payload: pullRequest('octo-org/web') });
  expect({ exitCode: run.exitCode, jobs: run.jobs }).toEqual({ exitCode: 0, jobs: { plan: 'success' } });
  expect(run.outputs[0]).toMatchObject({ result: 'planned', changes: 'true' });
  const fork = await ground.run({ ...options, payload: pullRequest('stranger/web') });
  expect([fork.exitCode, fork.outputs]).toEqual([0, []]);
  expect(comments.all.map(({ pullRequest: number, body }) => [number, body])).toEqual([
    [1, expect.stringContaining('Plan: web would be updated.')],
  ]);
  expect(world.fargate.calls.count('UpdateService') - before).toBe(0);
});

it('rollback.yml returns to the version before, or to the one that is chosen', async () => {
  await using ground = await startGround();
  const { world } = ground;
  for (const image of ['v2', 'v3']) await world.deploy({ image });
  using checkout = checkOut('rollback.yml', {});
  const options = { checkout, workflow: 'rollback.yml', event: 'workflow_dispatch' } as const;
  const first = await ground.run({ ...options, inputs: { environment: 'staging', to: '' } });
  expect([first.exitCode, first.outputs[0]?.result]).toEqual([0, 'deployed']);
  expect(await world.settled()).toBe('v2');
  const second = await ground.run({ ...options, inputs: { environment: 'staging', to: 'web:1' } });
  expect([second.exitCode, second.outputs[0]?.result]).toEqual([0, 'deployed']);
  expect(await world.settled()).toBe('v1');
  const none = await ground.run({ ...options, inputs: { environment: 'staging', to: 'web:99' } });
  expect([none.exitCode, none.outputs[0]?.reason]).toEqual([1, 'rollback-target-unproven']);
});

it('production.yml promotes the image of staging, by its digest', async () => {
  await using ground = await startGround();
  const { world } = ground;
  await world.ecs.send(new CreateClusterCommand({ clusterName: 'production' }));
  await world.ecs.send(new CreateServiceCommand(webService('production', 1, {})));
  await world.deploy({ image: 'v2' });
  using checkout = checkOut('production.yml', {});
  const run = await ground.run({ checkout, workflow: 'production.yml', event: 'workflow_dispatch' });
  expect({ exitCode: run.exitCode, jobs: run.jobs }).toEqual({ exitCode: 0, jobs: { promote: 'success' } });
  expect(run.outputs[0]).toMatchObject({
    result: 'deployed',
    'image-digest': world.fargate.images.find('web', 'v2'),
  });
});

describe('canary.yml', () => {
  const workflow = 'canary.yml';

  it.each([
    ['continues after a smoke test that passes', 'exit 0', 'success', 'deployed: web runs web:2'],
    ['rolls back after a smoke test that fails', 'exit 1', 'failure', 'web runs web:1 again'],
  ])('%s', async (_, smokeTest, smoke, end) => {
    await using ground = await startGround();
    const { world } = ground;
    await startCanary(world);
    using checkout = checkOut(workflow, { Dockerfile: dockerfile, 'smoke-test.sh': smokeTest });
    const run = await ground.run({ checkout, workflow, event: 'push' });
    expect({ log: run.log, jobs: run.jobs }).toEqual({
      log: run.log,
      jobs: { deploy: 'success', 'smoke-test': smoke, answer: 'success' },
    });
    expect(run.outputs.map(({ result }) => result)).toEqual(['paused', 'deployed']);
    expect(run.log).toContain(end);
  });
});

/** The service `web` in the cluster `production`, which pauses when test traffic reaches a new version. */
async function startCanary(world: World): Promise<void> {
  const { ecs, fargate } = world;
  const elb = new ElasticLoadBalancingV2Client({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { loadBalancer } = await createShiftingBalancer(elb, {
    blue: await createWebTargetGroup(elb, 5),
    green: await createWebTargetGroup(elb, 5, 'web-2'),
  });
  const place = { cluster: 'production', service: 'web' };
  const configuration = {
    strategy: 'CANARY',
    bakeTimeInMinutes: 0,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
  } as const;
  await ecs.send(new CreateClusterCommand({ clusterName: place.cluster }));
  await ecs.send(
    new CreateServiceCommand(
      webService(place.cluster, 1, {
        loadBalancers: [{ ...loadBalancer, containerName: 'app', containerPort: 8080 }],
        deploymentConfiguration: configuration,
      }),
    ),
  );
  const isCompleted = async (): Promise<boolean> => {
    const reply = await ecs.send(
      new DescribeServicesCommand({ cluster: place.cluster, services: [place.service] }),
    );
    const deployments = reply.services?.[0]?.deployments ?? [];
    return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED';
  };
  while (!(await isCompleted())) world.skip(10);
  // The first deployment would wait for an answer, too.
  const lifecycleHooks = [
    { targetType: 'PAUSE' as const, lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT' as const] },
  ];
  await ecs.send(
    new UpdateServiceCommand({
      ...place,
      deploymentConfiguration: { ...configuration, lifecycleHooks },
    }),
  );
}

it('monorepo.yml deploys the services that changed; one that fails does not keep the others', async () => {
  await using ground = await startGround({ shop: crash });
  const { world } = ground;
  const image = await giveOwnRepository(ground, 'shop');
  using checkout = checkOut('monorepo.yml', {
    'services/web/Dockerfile': dockerfile,
    'services/shop/Dockerfile': dockerfile,
    'services/README.md': 'no service',
  });
  const run = await ground.run({
    checkout,
    workflow: 'monorepo.yml',
    event: 'push',
    payload: { before: '0'.repeat(40) },
  });
  expect(run.exitCode).toBe(1);
  expect(run.outputs.map(({ result = '' }) => result).toSorted()).toEqual(['deployed', 'rolled-back']);
  expect(await world.settled('shop')).toBe(image);
});

/** A service that has run an image of its own repository. @returns that image */
async function giveOwnRepository({ world, good }: Ground, name: string): Promise<string> {
  const { fargate, ecs } = world;
  const ecr = new ECRClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
  const image = `${fargate.registryHost}/${name}@${fargate.images.put(name, { tags: ['v1'] })}`;
  good.add(image);
  const { containerDefinitions, ...rest } = JSON.parse(await taskDefinitionFile(world)) as {
    readonly containerDefinitions: readonly object[];
  };
  await registerTaskDefinition(ecs, {
    ...rest,
    family: name,
    containerDefinitions: containerDefinitions.map((container) => ({ ...container, image })),
  });
  await ecs.send(new UpdateServiceCommand({ cluster, service: name, taskDefinition: name }));
  await world.settled(name);
  return image;
}
