import type { Document } from '../../local/server/operation.ts';
import type { World } from './ecs-world.ts';
import { createWorld, item, items, loadBalancers, text } from './ecs-world.ts';

const breaker = (rollback: boolean, more: Document = {}): Document => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback, ...more } },
});

/** The service `web` with a healthy first version, and then a second one on its way. */
async function rollOut(script: string, service: Document = {}, container: Document = {}): Promise<World> {
  const world = await createWorld();
  await world.create(await world.register('', {}, container), service);
  await world.pass(120);
  expect(await world.deployments()).toEqual([expect.stringMatching(/^PRIMARY COMPLETED .* web:1$/)]);
  await world.update({ taskDefinition: await world.register(script, {}, container) });
  return world;
}

const rolledBack =
  'ROLLBACK_SUCCESSFUL: Service deployment rolled back because the circuit breaker threshold was exceeded.';
const check = { healthCheck: { command: ['CMD', 'check'], interval: 10, retries: 2 } };

describe('a version that fails', () => {
  it.each([
    {
      name: 'crashes at start',
      script: 'exit 1',
      service: {},
      container: {},
      stopCode: 'EssentialContainerExited',
      stoppedReason: /^Essential container in task exited$/,
    },
    {
      name: 'cannot be pulled',
      script: 'cannot pull',
      service: {},
      container: {},
      stopCode: 'TaskFailedToStart',
      stoppedReason: /^CannotPullContainerError: /,
    },
    {
      name: 'cannot read a secret',
      script: 'cannot initialize',
      service: {},
      container: {},
      stopCode: 'TaskFailedToStart',
      stoppedReason: /^ResourceInitializationError: /,
    },
    {
      name: 'has too little memory',
      script: 'oom',
      service: {},
      container: {},
      stopCode: 'EssentialContainerExited',
      stoppedReason: /^Essential container in task exited$/,
    },
    {
      name: 'answers the load balancer with 500',
      script: 'http 500',
      service: { loadBalancers },
      container: {},
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: /^Task failed ELB health checks in \(target-group arn:[^)]*\)$/,
    },
    {
      name: 'does not answer the load balancer',
      script: 'http timeout',
      service: { loadBalancers },
      container: {},
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: /^Task failed ELB health checks in/,
    },
    {
      name: 'fails its container health check',
      script: 'unhealthy',
      service: {},
      container: check,
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: /^Task failed container health checks$/,
    },
  ])('is rolled back by the circuit breaker: $name', async (one) => {
    const world = await rollOut(one.script, { ...breaker(true), ...one.service }, one.container);
    await world.pass(300);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
    expect(await world.rollouts()).toEqual([rolledBack, 'SUCCESSFUL']);
    const stopped = await world.tasks('STOPPED');
    expect(stopped).toHaveLength(3);
    for (const task of stopped) {
      expect(text(task, 'stopCode')).toBe(one.stopCode);
      expect(text(task, 'stoppedReason')).toMatch(one.stoppedReason);
    }
    const events = (await world.events()).filter((event) => !event.includes('target-group'));
    expect(events.slice(-4)).toEqual([
      '(service web) (deployment ecs-svc/N) deployment failed: tasks failed to start.',
      '(service web) rolling back to deployment ecs-svc/N.',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  it('makes the older deployment PRIMARY again and no new service revision', async () => {
    const world = await createWorld();
    const first = await world.create(await world.register(''), breaker(true));
    await world.pass(100);
    const second = await world.update({ taskDefinition: await world.register('exit 1') });
    await world.pass(300);
    const service = await world.service();
    const idOf = (one: Document): string => text(items(one, 'deployments')[0] ?? {}, 'id');
    expect(idOf(service)).toBe(idOf(first));
    expect(text(service, 'taskDefinition')).toMatch(/web:1$/);
    const { serviceDeployments } = await world.call('ListServiceDeployments', { service: 'web' });
    const arn = Array.isArray(serviceDeployments) ? serviceDeployments[0] : undefined;
    const brief = item({ arn }, 'arn');
    const answer = await world.call('DescribeServiceDeployments', {
      serviceDeploymentArns: [text(brief, 'serviceDeploymentArn')],
    });
    const described = items(answer, 'serviceDeployments')[0] ?? {};
    const number = (id: string): string => id.replace('ecs-svc/', '/');
    expect(text(item(described, 'targetServiceRevision'), 'arn')).toContain(number(idOf(second)));
    expect(text(item(described, 'rollback'), 'serviceRevisionArn')).toContain(number(idOf(first)));
    expect(item(described, 'deploymentCircuitBreaker')).toEqual({
      status: 'TRIGGERED',
      failureCount: 3,
      threshold: 3,
    });
  });

  it('stops there without rollback: the old tasks stay, the failed deployment stays PRIMARY', async () => {
    const world = await rollOut('exit 1', breaker(false));
    await world.pass(300);
    expect(await world.deployments()).toEqual(['PRIMARY FAILED 0/0/0 web:2', 'ACTIVE COMPLETED 1/0/1 web:1']);
    expect(await world.rollouts()).toEqual([
      'STOPPED: Service deployment stopped because the circuit breaker threshold was exceeded.',
      'SUCCESSFUL',
    ]);
    expect((await world.events()).at(-1)).toBe(
      '(service web) (deployment ecs-svc/N) deployment failed: tasks failed to start.',
    );
  });

  it('goes on for ever without a circuit breaker, with growing pauses and one event about it', async () => {
    const world = await rollOut('exit 1');
    await world.pass(3600);
    expect(await world.deployments()).toEqual([
      expect.stringMatching(/^PRIMARY IN_PROGRESS 1\/.* web:2$/),
      'ACTIVE COMPLETED 1/0/1 web:1',
    ]);
    const events = await world.events();
    expect(events.filter((one) => one.includes('unable to consistently'))).toHaveLength(1);
    const starts = items(await world.service(), 'events')
      .filter((one) => text(one, 'message').includes('has started'))
      .map((one) => Number(one['createdAt']))
      .toReversed()
      .slice(1);
    const pauses = starts.slice(1).map((at, index) => Math.round(at - (starts[index] ?? 0)));
    expect(pauses).toEqual([28, 38, 58, 98, 178, 338, 658, 918, 918].map((one) => expect.closeTo(one, -1)));
  });

  it('is not counted by the circuit breaker when its tasks run and then exit by themselves', async () => {
    const world = await rollOut('exit 1 after 20s', breaker(true));
    await world.pass(300);
    expect(await world.rollouts()).toEqual(['IN_PROGRESS', 'SUCCESSFUL']);
    const [primary = {}] = items(await world.service(), 'deployments');
    expect(primary['failedTasks']).toBe(0);
    expect((await world.tasks('STOPPED')).length).toBeGreaterThan(5);
  });

  it('stalls as the first deployment: nothing to roll back to', async () => {
    const world = await createWorld();
    await world.create(await world.register('exit 1'), breaker(true));
    await world.pass(300);
    expect(await world.deployments()).toEqual(['PRIMARY FAILED 0/0/0 web:1']);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_FAILED: No rollback candidate was found to run the rollback.',
    ]);
    expect(await world.tasks()).toEqual([]);
  });

  it('is never placed: one event, no failure', async () => {
    const world = await rollOut('never placed', breaker(true));
    await world.pass(3600);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 1/1/0 web:2',
      'ACTIVE COMPLETED 1/0/1 web:1',
    ]);
    expect((await world.events()).filter((one) => one.includes('unable to place'))).toHaveLength(1);
  });

  it('may fail as often as a COUNT threshold says', async () => {
    const thresholdConfiguration = { type: 'COUNT', value: 1 };
    const world = await rollOut('exit 1', breaker(true, { thresholdConfiguration }));
    await world.pass(60);
    expect(await world.rollouts()).toEqual([rolledBack, 'SUCCESSFUL']);
    expect(await world.tasks('STOPPED')).toHaveLength(1);
  });

  it('starts its first task alone while tags are not resolved', async () => {
    const image = '127.0.0.1:5000/web:v1';
    const world = await createWorld();
    const role = { executionRoleArn: 'arn:aws:iam::123456789012:role/exec' };
    await world.create(await world.register('', role, { image }), { desiredCount: 3 });
    await world.pass(5);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 3/1/0 web:1']);
    await world.pass(15);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 3/2/1 web:1']);
  });
});
