import { createWorld, items, text } from './ecs-world.ts';

describe('scale-in protection', () => {
  it('keeps old tasks through a deployment, until it expires', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { desiredCount: 2 });
    await world.pass(120);
    const [first] = await world.tasks();
    const tasks = [text(first ?? {}, 'taskArn')];
    const until = world.clock.now() / 1000 + 600;
    expect(
      await world.call('UpdateTaskProtection', { tasks, protectionEnabled: true, expiresInMinutes: 10 }),
    ).toEqual({
      protectedTasks: [{ taskArn: tasks[0], protectionEnabled: true, expirationDate: until }],
      failures: [],
    });

    await world.update({ taskDefinition: await world.register('') });
    await world.pass(300);
    const held = await world.deployments();
    expect(held).toEqual([expect.stringMatching(/PRIMARY.*IN_PROGRESS/), expect.stringMatching(/ACTIVE/)]);
    expect(items(await world.call('GetTaskProtection', { tasks }), 'protectedTasks')).toMatchObject([
      { protectionEnabled: true },
    ]);

    await world.pass(500);
    expect(await world.deployments()).toEqual([expect.stringMatching(/PRIMARY.*COMPLETED/)]);
  });

  it('is taken off again, and refused for what is no task of a service', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { desiredCount: 1 });
    await world.pass(120);
    const [first] = await world.tasks();
    const tasks = [text(first ?? {}, 'taskArn')];
    await world.call('UpdateTaskProtection', { tasks, protectionEnabled: true });
    await world.call('UpdateTaskProtection', { tasks, protectionEnabled: false });
    expect(await world.call('GetTaskProtection', { tasks: [...tasks, 'nobody'] })).toEqual({
      protectedTasks: [{ taskArn: tasks[0], protectionEnabled: false }],
      failures: [{ arn: 'nobody', reason: 'MISSING' }],
    });
    const wrong = { tasks, protectionEnabled: true, expiresInMinutes: 2881 };
    await expect(world.call('UpdateTaskProtection', wrong)).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });
});

it('a sixth deployment is refused while five are there, and nothing is changed', async () => {
  const world = await createWorld();
  // Room for the tasks of all of them.
  const deploymentConfiguration = { maximumPercent: 1000 };
  await world.create(await world.register(''), { desiredCount: 1, deploymentConfiguration });
  const protect = async (protectionEnabled: boolean): Promise<void> => {
    const tasks = (await world.tasks()).map((task) => text(task, 'taskArn'));
    await world.call('UpdateTaskProtection', { tasks, protectionEnabled });
  };
  for (let updates = 0; updates < 4; updates++) {
    await world.pass(120);
    await protect(true);
    await world.update({ forceNewDeployment: true });
  }
  const before = await world.deployments();
  expect(before).toHaveLength(5);
  await expect(world.update({ forceNewDeployment: true, desiredCount: 2 })).rejects.toMatchObject({
    code: 'InvalidParameterException',
    message: '5 active deployments exist, unable to create new deployment.',
  });
  expect(await world.deployments()).toEqual(before);
  // A change that begins none is taken.
  expect(await world.update({ desiredCount: 2 })).toMatchObject({ desiredCount: 2 });
  await protect(false);
  await world.pass(600);
  expect(await world.deployments()).toHaveLength(1);
  await world.update({ forceNewDeployment: true });
  expect(await world.deployments()).toHaveLength(2);
});

it('a deregistered revision can be deleted, and an ACTIVE one can not', async () => {
  const world = await createWorld();
  const active = await world.register('');
  const old = await world.register('');
  await world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
  const reply = await world.call('DeleteTaskDefinitions', { taskDefinitions: [active, old] });
  expect(items(reply, 'taskDefinitions')).toMatchObject([
    { taskDefinitionArn: old, status: 'DELETE_IN_PROGRESS' },
  ]);
  expect(items(reply, 'failures')).toMatchObject([{ arn: active }]);
});
