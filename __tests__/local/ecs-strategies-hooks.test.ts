import type { HookAnswer } from '../../local/ecs/stages/hook-targets.ts';
import type { Document } from '../../local/server/operation.ts';
import { liveGroup, newest, reach, stages, steady, weights } from './ecs-strategies-world.ts';
import { createWorld, item, items, text, type World } from './ecs-world.ts';

const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:check';

const pauseAt = (...lifecycleStages: string[]): Document => ({
  targetType: 'PAUSE',
  lifecycleStages,
  timeoutConfiguration: { timeoutInMinutes: 60 },
});

const functionAt = (...lifecycleStages: string[]): Document => ({
  hookTargetArn: functionArn,
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages,
  hookDetails: { suite: 'smoke' },
});

const answer = (hookStatus: string, more: Document = {}): HookAnswer => ({
  kind: 'returned',
  body: { hookStatus, ...more },
});

/** `web` with these hooks, its second version under way. */
async function updated(world: World, lifecycleHooks: Document[], changes: Document = {}): Promise<void> {
  await steady(world, { ...blueGreen, ...changes });
  const deploymentConfiguration = { ...blueGreen, ...changes, lifecycleHooks };
  await world.update({ deploymentConfiguration, taskDefinition: await world.register('') });
}

const hooks = async (world: World): Promise<Document[]> => items(await newest(world), 'lifecycleHookDetails');

async function proceed(world: World, hookId: string, action?: string): Promise<Document> {
  const serviceDeploymentArn = text(await newest(world), 'serviceDeploymentArn');
  return world.call('ContinueServiceDeployment', { serviceDeploymentArn, hookId, ...(action && { action }) });
}

const refusal = (message: string) => ({ code: 'InvalidParameterException', message });

describe('a pause hook', () => {
  it('waits for its answer, and goes on', async () => {
    const world = await createWorld();
    await updated(world, [pauseAt('POST_TEST_TRAFFIC_SHIFT')]);
    await reach(world, 'POST_TEST_TRAFFIC_SHIFT');
    await world.pass(1000);
    const [hook = {}] = await hooks(world);
    expect(hook).toEqual({
      hookId: expect.stringMatching(/^ecs-pause-[\w-]{43}$/),
      targetType: 'PAUSE',
      targetArn: undefined,
      status: 'AWAITING_ACTION',
      expiresAt: expect.any(Number),
      timeoutAction: 'ROLLBACK',
    });
    expect([(await newest(world))['status'], weights(world)]).toEqual(['IN_PROGRESS', '100/0 0/100']);
    await proceed(world, text(hook, 'hookId'));
    await stages(world);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    await expect(proceed(world, text(hook, 'hookId'))).rejects.toMatchObject(
      refusal('Continuing a service deployment is not allowed for service deployment in terminal states.'),
    );
  });

  it('has a new id at each step of a canary', async () => {
    const world = await createWorld();
    await updated(world, [pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT')], { strategy: 'CANARY' });
    const ids = new Set<string>();
    for (const step of [1, 2]) {
      await reach(world, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      const [{ hookId = '' } = {}] = await hooks(world);
      ids.add(text({ hookId }, 'hookId'));
      expect(ids.size).toBe(step);
      await proceed(world, text({ hookId }, 'hookId'));
      await world.pass(10);
      await expect(proceed(world, text({ hookId }, 'hookId'))).rejects.toMatchObject(
        refusal(
          'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
        ),
      );
    }
    await stages(world);
    expect((await world.rollouts())[0]).toBe('SUCCESSFUL');
  });

  it('rolls back when a person says so', async () => {
    const world = await createWorld();
    await updated(world, [pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT')]);
    await reach(world, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    expect(weights(world)).toBe('0/100 0/100');
    await proceed(world, text((await hooks(world))[0] ?? {}, 'hookId'), 'ROLLBACK');
    expect((await newest(world))['status']).toBe('ROLLBACK_REQUESTED');
    await stages(world);
    expect((await world.rollouts())[0]).toBe(
      'ROLLBACK_SUCCESSFUL: Service deployment rolled back because a rollback was requested.',
    );
    expect([weights(world), await world.deployments()]).toEqual([
      '100/0 100/0',
      ['PRIMARY COMPLETED 1/0/1 web:1'],
    ]);
  });

  it.each([
    [
      'ROLLBACK',
      'ROLLBACK_SUCCESSFUL: Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT pause hook timed out.',
    ],
    ['CONTINUE', 'SUCCESSFUL'],
  ])('that nobody answers times out with %s', async (action, end) => {
    const world = await createWorld();
    const timeoutConfiguration = { timeoutInMinutes: 60, action };
    await updated(world, [{ ...pauseAt('POST_TEST_TRAFFIC_SHIFT'), timeoutConfiguration }]);
    await reach(world, 'POST_TEST_TRAFFIC_SHIFT');
    await world.pass(3500);
    expect((await newest(world))['status']).toBe('IN_PROGRESS');
    await stages(world);
    expect((await world.rollouts())[0]).toBe(end);
  });

  it('holds its stage until every hook of it has ended', async () => {
    const world = await createWorld();
    await updated(world, [pauseAt('POST_SCALE_UP'), pauseAt('POST_SCALE_UP')]);
    await reach(world, 'POST_SCALE_UP');
    const [first = {}, second = {}] = await hooks(world);
    await proceed(world, text(first, 'hookId'));
    await world.pass(100);
    expect((await hooks(world)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'AWAITING_ACTION']);
    await proceed(world, text(second, 'hookId'));
    await stages(world);
    expect((await world.rollouts())[0]).toBe('SUCCESSFUL');
  });

  it.each([
    ['nonsense', 'Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}'],
    [
      'ecs-pause-unknown',
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    ],
  ])('is not found by %s', async (hookId, message) => {
    const world = await createWorld();
    await updated(world, [pauseAt('PRE_SCALE_UP')]);
    await reach(world, 'PRE_SCALE_UP');
    await expect(proceed(world, hookId)).rejects.toMatchObject(refusal(message));
    await expect(
      world.call('ContinueServiceDeployment', { serviceDeploymentArn: 'none', hookId }),
    ).rejects.toMatchObject({
      code: 'ServiceDeploymentNotFoundException',
      message: 'The service deployment does not exist.',
    });
  });

  it('ends with its deployment when a new one begins, which reconciles the service first', async () => {
    const world = await createWorld();
    await updated(world, [pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT')]);
    await reach(world, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    const paused = await newest(world);
    const hookId = text((await hooks(world))[0] ?? {}, 'hookId');
    const deploymentConfiguration = { ...blueGreen, lifecycleHooks: [] };
    await world.update({ deploymentConfiguration, taskDefinition: await world.register('') });
    await reach(world, 'RECONCILE_SERVICE');
    expect(weights(world)).toBe('100/0 100/0');
    const serviceDeploymentArn = text(paused, 'serviceDeploymentArn');
    await expect(
      world.call('ContinueServiceDeployment', { serviceDeploymentArn, hookId }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await stages(world);
    expect([await liveGroup(world), weights(world), await world.deployments()]).toEqual([
      'web-2',
      '0/100 0/100',
      ['PRIMARY COMPLETED 1/0/1 web:3'],
    ]);
    expect((await world.rollouts()).map((one) => one.split(':')[0])).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ]);
  });
});

describe('a function of a lifecycle hook', () => {
  it('gets the documented payload, at a traffic shift with the weights', async () => {
    const world = await createWorld();
    await updated(
      world,
      [functionAt('PRE_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT')],
      {
        strategy: 'CANARY',
        bakeTimeInMinutes: 0,
        canaryConfiguration: { canaryPercent: 0.5, canaryBakeTimeInMinutes: 0 },
      },
    );
    await stages(world);
    const record = await newest(world);
    const green = text(item(record, 'targetServiceRevision'), 'arn');
    const blue = text(items(record, 'sourceServiceRevisions')[0] ?? {}, 'arn');
    expect(world.hookCalls[0]).toEqual({
      executionId: expect.any(String),
      lifecycleStage: 'PRE_SCALE_UP',
      resourceArn: record['serviceDeploymentArn'],
      executionDetails: {
        serviceArn: record['serviceArn'],
        targetServiceRevisionArn: green,
        testTrafficWeights: {},
        productionTrafficWeights: {},
      },
      hookDetails: { suite: 'smoke' },
    });
    const shares = world.hookCalls.map((call) => {
      const given = item(item(call, 'executionDetails'), 'productionTrafficWeights');
      return `${text(call, 'lifecycleStage')} ${text(given, blue)}/${text(given, green)}`;
    });
    expect(shares).toEqual([
      'PRE_SCALE_UP /',
      'PRE_PRODUCTION_TRAFFIC_SHIFT 100/0',
      'PRODUCTION_TRAFFIC_SHIFT 99.5/0.5',
      'PRE_PRODUCTION_TRAFFIC_SHIFT 99.5/0.5',
      'PRODUCTION_TRAFFIC_SHIFT 0/100',
    ]);
  });

  it('is called again while it is in progress, after 30 seconds or as it says', async () => {
    const answers = [
      answer('IN_PROGRESS'),
      answer('IN_PROGRESS', { callBackDelay: 100, hookDetails: { job: 7 } }),
    ];
    const world = await createWorld({}, undefined, () => answers.shift() ?? answer('SUCCEEDED'));
    await updated(world, [functionAt('POST_SCALE_UP')]);
    await reach(world, 'POST_SCALE_UP');
    const counts: number[] = [];
    for (const seconds of [27, 5, 90, 15]) {
      await world.pass(seconds);
      counts.push(world.hookCalls.length);
    }
    expect(counts).toEqual([1, 2, 2, 3]);
    expect(world.hookCalls.map((call) => call['hookDetails'])).toEqual([
      { suite: 'smoke' },
      { suite: 'smoke' },
      { job: 7 },
    ]);
    expect(new Set(world.hookCalls.map((call) => call['executionId'])).size).toBe(1);
    await stages(world);
    expect((await world.rollouts())[0]).toBe('SUCCESSFUL');
  });

  const failed = 'Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed.';
  it.each<[string, HookAnswer, string]>([
    ['fails', answer('FAILED'), `Lifecycle hook target ${functionArn} returned FAILED status.`],
    [
      'returns nothing',
      { kind: 'returned', body: undefined },
      `ECS was unable to parse the response from ${functionArn} due to: HookStatus must not be null.`,
    ],
    [
      "can't be called",
      { kind: 'not-invoked', why: 'not authorized' },
      `ECS was unable to invoke hook target ${functionArn} due to not authorized`,
    ],
    [
      "can't be called with its role",
      { kind: 'role-refused' },
      'ECS was unable to assume role arn:aws:iam::123456789012:role/hooks',
    ],
  ])('rolls back when it %s', async (_name, given, why) => {
    const world = await createWorld({}, undefined, () => given);
    await updated(world, [functionAt('PRE_SCALE_UP')]);
    await stages(world);
    expect((await world.rollouts())[0]).toBe(`ROLLBACK_SUCCESSFUL: ${failed} ${why}`);
    // The refused deployment never had a task, and is gone from the service at once.
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
    expect(await world.events()).toContainEqual(
      `(service web) (deployment ecs-svc/N) deployment failed: ${failed} ${why}`,
    );
  });

  it('that never answers in time rolls back', async () => {
    const world = await createWorld({}, undefined, () => answer('IN_PROGRESS'));
    const timeoutConfiguration = { timeoutInMinutes: 10 };
    await updated(world, [{ ...functionAt('POST_SCALE_UP'), timeoutConfiguration }]);
    await stages(world);
    expect((await world.rollouts())[0]).toBe(
      `ROLLBACK_SUCCESSFUL: Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target ${functionArn} timed out.`,
    );
  });

  it.each([
    ['ROLLBACK_FAILED', 'ROLLBACK_FAILED'],
    ['ignored', 'ROLLBACK_SUCCESSFUL'],
  ] as const)(
    'is called again in the rollback, and a failure there is read as %s',
    async (reading, status) => {
      const world = await createWorld({ hookFailureInRollback: reading }, undefined, () => answer('FAILED'));
      await updated(world, [functionAt('PRODUCTION_TRAFFIC_SHIFT')]);
      await stages(world);
      const { testTrafficWeights: test, productionTrafficWeights: production } = item(
        world.hookCalls[1] ?? {},
        'executionDetails',
      );
      expect([Object.values(test ?? {}), Object.values(production ?? {})]).toEqual([
        [100, 0],
        [0, 100],
      ]);
      expect((await newest(world))['status']).toBe(status);
      await world.pass(700);
      expect(weights(world).split(' ')[0]).toBe('100/0');
      expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 1/0/1 web:1']);
    },
  );

  it('of a first deployment that fails leaves nothing to roll back to', async () => {
    const world = await createWorld({}, undefined, () => answer('FAILED'));
    const deploymentConfiguration = { ...blueGreen, lifecycleHooks: [functionAt('PRE_SCALE_UP')] };
    await world.create(await world.register(''), { deploymentConfiguration });
    await world.pass(100);
    expect(await world.rollouts()).toEqual([
      'ROLLBACK_FAILED: No rollback candidate was found to run the rollback.',
    ]);
    expect((await world.events()).join()).toContain('PRE_SCALE_UP lifecycle hook(s) failed.');
  });
});
