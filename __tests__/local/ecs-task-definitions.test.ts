import type { Document } from '../../local/server/operation.ts';
import { createWorld, item, items, taskDefinition } from './ecs-world.ts';

describe('registering a task definition', () => {
  it.each<{ name: string; changes?: Document; container?: Document; message: string }>([
    {
      name: 'no cpu',
      changes: { cpu: null },
      message: "Fargate requires that 'cpu' be defined at the task level.",
    },
    {
      name: 'no memory',
      changes: { memory: null },
      message: "Fargate requires that 'memory' be defined at the task level.",
    },
    {
      name: 'an unknown size',
      changes: { memory: '3072' },
      message: 'No Fargate configuration exists for given values.',
    },
    { name: 'an unknown cpu', changes: { cpu: '100' }, message: "Invalid 'cpu' setting for task." },
    {
      name: 'bridge networking',
      changes: { networkMode: 'bridge' },
      message: "Fargate only supports network mode 'awsvpc'.",
    },
    {
      name: 'an image in ECR without a role',
      container: { image: '127.0.0.1:5000/web:v1' },
      message: 'Fargate requires task definition to have execution role ARN to support ECR images.',
    },
    {
      name: 'awslogs without a role',
      container: {
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': 'a', 'awslogs-region': 'b', 'awslogs-stream-prefix': 'c' },
        },
      },
      message: 'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    },
    { name: 'no image', container: { image: '' }, message: 'Container.image should not be null or empty.' },
    { name: 'no name', container: { name: '' }, message: 'Container.name should not be null or empty.' },
    {
      name: 'the host process space',
      changes: { pidMode: 'host' },
      message:
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
    },
    {
      name: 'the free storage size',
      changes: { ephemeralStorage: { sizeInGiB: 20 } },
      message: 'EphemeralStorage size should be at least 21.',
    },
    {
      name: 'another host port',
      container: { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
      message: 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    },
    {
      name: 'no essential container',
      container: { essential: false },
      message: 'At least one container must be essential.',
    },
  ])('refuses $name', async ({ changes = {}, container = {}, message }) => {
    const world = await createWorld();
    await expect(world.register('', changes, container)).rejects.toMatchObject({
      code: 'ClientException',
      message,
    });
  });

  it.each([
    ['256', '512', '256', '512'],
    ['.25 vCPU', '0.5 GB', '256', '512'],
    ['1vcpu', '2GB', '1024', '2048'],
    ['16384', '122880', '16384', '122880'],
  ])('takes %s and %s as %s and %s', async (cpu, memory, units, mib) => {
    const world = await createWorld();
    const answer = await world.call('RegisterTaskDefinition', taskDefinition('', { cpu, memory }));
    expect([item(answer, 'taskDefinition')['cpu'], item(answer, 'taskDefinition')['memory']]).toEqual([
      units,
      mib,
    ]);
  });

  it('keeps what it does not know, empty texts and tags', async () => {
    const world = await createWorld();
    const fromTheFuture = { list: [{ deep: ['', null, 0, false] }] };
    const tags = [{ key: 'team', value: 'web' }];
    await world.register('', { fromTheFuture, tags }, { command: ['', '-v'], fromTheFuture });
    const answer = await world.call('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
    const document = item(answer, 'taskDefinition');
    const [container = {}] = items(document, 'containerDefinitions');
    expect([
      document['fromTheFuture'],
      container['fromTheFuture'],
      container['command'],
      answer['tags'],
    ]).toEqual([fromTheFuture, fromTheFuture, ['', '-v'], tags]);
    expect(document['tags']).toBeUndefined();
  });

  it('never uses a revision number again', async () => {
    const world = await createWorld();
    await world.register('');
    const second = await world.register('');
    await world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
    const newest = await world.call('DescribeTaskDefinition', { taskDefinition: 'web' });
    expect(item(newest, 'taskDefinition')['revision']).toBe(1);
    expect(await world.register('')).toMatch(/web:3$/);
    const old = item(
      await world.call('DescribeTaskDefinition', { taskDefinition: second }),
      'taskDefinition',
    );
    expect([old['status'], typeof old['deregisteredAt']]).toEqual(['INACTIVE', 'number']);
    expect(await world.call('ListTaskDefinitions', { familyPrefix: 'we' })).toEqual({
      taskDefinitionArns: [],
    });
    expect(await world.call('ListTaskDefinitionFamilies', { familyPrefix: 'we' })).toEqual({
      families: ['web'],
    });
    const { taskDefinitionArns } = await world.call('ListTaskDefinitions', {
      familyPrefix: 'web',
      sort: 'DESC',
    });
    expect(taskDefinitionArns).toEqual([expect.stringMatching(/web:3$/), expect.stringMatching(/web:1$/)]);
  });
});
