import {
  DescribeServiceDeploymentsCommand,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Fault } from '../../local/server/faults.ts';
import { openAws } from '../../src/aws/clients.ts';
import { answerHook, type PauseHook } from '../../src/deployment/answer-hook.ts';
import { systemClock } from '../../src/process/clock.ts';
import { createReader } from '../../src/service/reader.ts';
import { cluster, startWorld, type World } from '../scenarios/world.ts';

/** `web` while the deployment of its second revision waits at a pause hook. */
async function pausedWorld(): Promise<{ world: World; hook: PauseHook }> {
  const deploymentConfiguration = {
    strategy: 'BLUE_GREEN' as const,
    bakeTimeInMinutes: 0,
    lifecycleHooks: [{ targetType: 'PAUSE' as const, lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT' as const] }],
  };
  const world = await startWorld({ loadBalancer: 'shifting', service: { deploymentConfiguration: {} } });
  await world.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'web',
      forceNewDeployment: true,
      deploymentConfiguration,
    }),
  );
  const [serviceDeploymentArn = ''] = await world.serviceDeployments(2);
  const record = await until(world, serviceDeploymentArn, ({ lifecycleHookDetails }) =>
    Boolean(lifecycleHookDetails?.length),
  );
  return { world, hook: { serviceDeploymentArn, hookId: record.lifecycleHookDetails?.[0]?.hookId ?? '' } };
}

/** Lets the local Fargate's time pass until the record shows something. */
async function until(
  world: World,
  arn: string,
  shows: (record: ServiceDeployment) => boolean,
): Promise<ServiceDeployment> {
  for (let second = 0; second < 3600; second++) {
    const reply = await world.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    const [record] = reply.serviceDeployments ?? [];
    if (record !== undefined && shows(record)) return record;
    world.skip(1);
  }
  throw new Error('The record never shows it.');
}

function answer(world: World, hook: PauseHook, action: 'CONTINUE' | 'ROLLBACK' = 'CONTINUE') {
  Object.assign(process.env, world.fargate.environment);
  // Waits take no time: the local Fargate has its own clock.
  const clock = { ...systemClock, now: () => 0, sleep: () => Promise.resolve() };
  const { ecs } = openAws(undefined, systemClock);
  const calling = { clock, say: () => undefined };
  return answerHook({ ecs, calling, reader: createReader(ecs, clock) }, hook, action);
}

const calls = (world: World): number => world.fargate.calls.of('ContinueServiceDeployment').length;
const isOver = ({ finishedAt }: ServiceDeployment): boolean => finishedAt !== undefined;

const before = { ...process.env };
afterAll(() => {
  process.env = before;
});

describe('the answer to a pause hook', () => {
  it.each<[Fault['kind'], number]>([
    ['throttle', 2],
    // No reply; nothing was done.
    ['server-error', 2],
    // No whole reply; the answer was taken.
    ['break', 1],
  ])('is taken once in spite of %s', async (kind, sent) => {
    const { world, hook } = await pausedWorld();
    await using _ = world;
    world.fargate.faults.add({ operation: 'ContinueServiceDeployment', fault: { kind } as Fault });
    expect(await answer(world, hook)).toEqual({ kind: 'answered' });
    expect(calls(world)).toBe(sent);
    expect(await until(world, hook.serviceDeploymentArn, isOver)).toMatchObject({ status: 'SUCCESSFUL' });
  });

  it.each<Fault['kind']>(['server-error', 'break'])('rolls back in spite of %s', async (kind) => {
    const { world, hook } = await pausedWorld();
    await using _ = world;
    world.fargate.faults.add({ operation: 'ContinueServiceDeployment', fault: { kind } as Fault });
    expect(await answer(world, hook, 'ROLLBACK')).toEqual({ kind: 'answered' });
    expect(await until(world, hook.serviceDeploymentArn, isOver)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
    });
  });

  it('is told that somebody else answered, that the deployment is over, and that there is none', async () => {
    const { world, hook } = await pausedWorld();
    await using _ = world;
    await world.ecs.send(new StopServiceDeploymentCommand({ ...hook, stopType: 'ROLLBACK' }));
    expect(await answer(world, hook)).toMatchObject({ kind: 'closed' });
    await until(world, hook.serviceDeploymentArn, isOver);
    expect(await answer(world, hook)).toMatchObject({
      kind: 'over',
      record: { status: 'ROLLBACK_SUCCESSFUL' },
    });
    const serviceDeploymentArn = `${hook.serviceDeploymentArn}x`;
    expect(await answer(world, { ...hook, serviceDeploymentArn })).toEqual({ kind: 'not-found' });
  });
});
