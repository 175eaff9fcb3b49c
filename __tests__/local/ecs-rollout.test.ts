import { createWorld, items, loadBalancers, text } from './ecs-world.ts';

describe('a good rollout', () => {
  it('brings up a new service and then its second version', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { desiredCount: 2 });
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/0/0 web:1']);
    world.clock.advance(1);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/2/0 web:1']);
    world.clock.advance(30);
    expect(await world.deployments()).toEqual(['PRIMARY IN_PROGRESS 2/0/2 web:1']);
    world.clock.advance(60);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:1']);

    const updated = await world.update({ taskDefinition: await world.register('') });
    expect(items(updated, 'deployments').map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);
    world.clock.advance(30);
    expect(await world.deployments()).toEqual([
      'PRIMARY IN_PROGRESS 2/0/2 web:2',
      'ACTIVE COMPLETED 2/0/2 web:1',
    ]);
    world.clock.advance(90);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
    expect(await world.rollouts()).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    expect(await world.events()).toEqual([
      '(service web) has started 2 tasks: (task N) (task N).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
      '(service web) has started 2 tasks: (task N) (task N).',
      '(service web) has stopped 2 running tasks: (task N) (task N).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  it.each([
    {
      name: 'starts beside the old tasks where there is room for all',
      percents: [100, 200],
      waves: ['2 old, 2 new', '2 new'],
    },
    {
      name: 'stops old tasks first where there is none',
      percents: [50, 100],
      waves: ['1 old, 1 new', '2 new'],
    },
    { name: 'goes one by one', percents: [100, 150], waves: ['2 old, 1 new', '1 old, 2 new', '2 new'] },
    { name: 'stops all at once where none is needed', percents: [0, 100], waves: ['2 new'] },
  ])('$name', async ({ percents: [minimumHealthyPercent = 0, maximumPercent = 0], waves }) => {
    const world = await createWorld();
    const deploymentConfiguration = { minimumHealthyPercent, maximumPercent };
    await world.create(await world.register(''), { desiredCount: 2, deploymentConfiguration });
    await world.pass(100);
    const updated = await world.update({ taskDefinition: await world.register('') });
    const id = text(items(updated, 'deployments')[0] ?? {}, 'id');
    const seen: string[] = [];
    for (let second = 0; second < 200; second++) {
      await world.pass(1);
      const tasks = await world.tasks();
      const fresh = tasks.filter(({ startedBy }) => startedBy === id).length;
      const old = tasks.length - fresh;
      const now = [old > 0 ? `${old} old` : '', fresh > 0 ? `${fresh} new` : ''].filter(Boolean).join(', ');
      if (seen.at(-1) !== now) seen.push(now);
    }
    expect(seen).toEqual(waves);
    expect(await world.deployments()).toEqual(['PRIMARY COMPLETED 2/0/2 web:2']);
  });

  it('takes a task through its life', async () => {
    const world = await createWorld();
    const logConfiguration = {
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
    };
    const role = { executionRoleArn: 'arn:aws:iam::123456789012:role/exec' };
    const script = 'log listening; ignore sigterm';
    await world.create(await world.register(script, role, { logConfiguration }), { loadBalancers });
    const seen: string[] = [];
    const note = async (): Promise<void> => {
      const all = [...(await world.tasks()), ...(await world.tasks('STOPPED'))];
      const now = all.map((task) => `${text(task, 'lastStatus')} ${text(task, 'desiredStatus')}`).join();
      if (seen.at(-1) !== now) seen.push(now);
    };
    for (let second = 0; second < 60; second++) await world.pass(1).then(note);
    await world.update({ desiredCount: 0 });
    for (let second = 0; second < 90; second++) await world.pass(1).then(note);
    expect(seen).toEqual([
      'PROVISIONING RUNNING',
      'PENDING RUNNING',
      'ACTIVATING RUNNING',
      'RUNNING RUNNING',
      'DEACTIVATING STOPPED',
      'STOPPING STOPPED',
      'DEPROVISIONING STOPPED',
      'STOPPED STOPPED',
    ]);
    const [task = {}] = await world.tasks('STOPPED');
    const [container = {}] = items(task, 'containers');
    expect([container['exitCode'], text(task, 'stoppedReason')]).toEqual([
      137,
      expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/),
    ]);
    expect([...world.logs]).toEqual([
      [`/ecs/web web/app/${text(task, 'taskArn').split('/').at(-1)}`, ['listening']],
    ]);
    await world.pass(3700);
    expect(await world.tasks('STOPPED')).toEqual([]);
  });
});
