import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Fault, FaultRule } from '../../local/server/faults.ts';
import { startWorld, type World } from './world.ts';

/** Doesn't end before it is rolled back, even on a busy machine. */
const slow = { v2: { pullSeconds: 1200 } };
const crash = { exit: { afterSeconds: 1, exitCode: 1 } };

function rule(operation: string, fault: Fault, more: Partial<FaultRule> = {}): FaultRule {
  return { service: 'ecs', operation, fault, ...more };
}

describe('UpdateService makes exactly one deployment', () => {
  it.concurrent.each<[string, Fault, number]>([
    ['the connection is reset before the work is done', { kind: 'reset-before' }, 2],
    ['the connection is reset after the work is done', { kind: 'reset-after' }, 1],
    ['it is throttled', { kind: 'throttle' }, 2],
    ['the server fails', { kind: 'server-error' }, 2],
  ])('when %s', async (_, fault, sent) => {
    await using world = await startWorld();
    const before = (await world.service()).deployments?.length;
    world.fargate.faults.add(rule('UpdateService', fault));
    const run = await world.deploy({ image: 'v2', 'force-new-deployment': 'true' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(sent);
    expect(await world.serviceDeployments()).toHaveLength((before ?? 0) + 1);
    expect(await world.settled()).toBe('v2');
  });
});

describe('reads that fail are no verdict', () => {
  it.concurrent.each<[string, readonly FaultRule[]]>([
    ['throttled', [rule('DescribeServiceDeployments', { kind: 'throttle' }, { times: 2 })]],
    ['server errors', [rule('DescribeServiceDeployments', { kind: 'server-error' }, { times: 2 })]],
    ['resets', [rule('DescribeServices', { kind: 'reset-before' }, { times: 3, after: 1 })]],
    ['stale answers', [rule('DescribeServices', { kind: 'stale', seconds: 60 }, { times: 4, after: 1 })]],
    ['throttled registering', [rule('RegisterTaskDefinition', { kind: 'throttle' }, { times: 3 })]],
  ])('%s', async (_, rules) => {
    await using world = await startWorld();
    for (const one of rules) world.fargate.faults.add(one);
    const run = await world.deploy({ image: 'v2' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
    world.fargate.faults.clear();
    expect(await world.settled()).toBe('v2');
  });
});

describe('a refusal of AWS', () => {
  it.concurrent.each([
    ['5 active deployments exist, unable to create new deployment.', /scale-in protection/],
    ['Something that nobody has read yet.', /operation: plan shows what would be sent/],
  ])('%j has advice, of the update as well', async (message, advice) => {
    await using world = await startWorld();
    const fault = { kind: 'error', code: 'InvalidParameterException', message } as const;
    world.fargate.faults.add({ service: 'ecs', operation: 'UpdateService', fault });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-refused' });
    expect(run.outputs['message']).toContain(message);
    expect(run.log).toMatch(new RegExp(`^What to do: .*${advice.source}`, 'm'));
    expect(run.summary).toMatch(advice);
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringMatching(advice) as unknown }),
    );
  });
});

describe('missing permissions', () => {
  it.concurrent.each([
    ['a good version', {}, 'deployed', 'completed', 'v2'],
    ['a crash loop', crash, 'rolled-back', 'tasks-failed', 'v1'],
  ])(
    'without the service-deployment API the deployments of the service serve: %s',
    async (_, v2, result, reason, runs) => {
      await using world = await startWorld({ behaviours: { v2 } });
      for (const operation of [
        'ListServiceDeployments',
        'DescribeServiceDeployments',
        'StopServiceDeployment',
      ]) {
        world.fargate.faults.add(rule(operation, { kind: 'denied' }, { times: 'always' }));
      }
      const run = await world.deploy({ image: 'v2' });
      expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
        log: run.log,
        result,
        reason,
      });
      expect(run.log).toMatch(/ecs:ListServiceDeployments is not permitted/);
      expect(await world.settled()).toBe(runs);
    },
  );

  it.concurrent('a circuit breaker that rolls back is seen there too', async () => {
    await using world = await startWorld({
      behaviours: {
        v2: {
          neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: not found' },
        },
      },
      service: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    });
    for (const operation of ['ListServiceDeployments', 'DescribeServiceDeployments']) {
      world.fargate.faults.add(rule(operation, { kind: 'denied' }, { times: 'always' }));
    }
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back' });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('logs and target health that may not be read are said, and are not fatal', async () => {
    await using world = await startWorld({ behaviours: { v2: crash }, loadBalancer: true });
    world.fargate.faults.add({ service: 'logs', fault: { kind: 'denied' }, times: 'always' });
    world.fargate.faults.add({ service: 'elbv2', fault: { kind: 'denied' }, times: 'always' });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(run.log).toMatch(/log can't be read: AccessDenied/);
  });
});

describe('access lost in the middle ends the wait at once and still tries the rollback', () => {
  it.concurrent.each<[string, Fault, string, RegExp]>([
    ['denied', { kind: 'denied' }, 'rolled-back', /Rolled back: web runs web:1 again/],
    ['expired', { kind: 'expired' }, 'rollback-failed', /aws ecs update-service .* --task-definition web:1/],
  ])('%s', async (_, fault, result, told) => {
    await using world = await startWorld({
      behaviours: {
        v2: { neverStarts: { kind: 'not-placed', reason: 'Capacity is unavailable at this time.' } },
      },
    });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    const operations =
      fault.kind === 'expired'
        ? [undefined]
        : ['DescribeServiceDeployments', 'ListServiceDeployments', 'ListTasks'];
    for (const operation of operations) {
      world.fargate.faults.add({ fault, times: 'always', ...(operation === undefined ? {} : { operation }) });
    }
    if (fault.kind === 'denied') world.fargate.faults.add(rule('DescribeServices', fault, { times: 1 }));
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
      log: run.log,
      result,
      reason: 'access-lost',
    });
    expect(run.log).toMatch(told);
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
