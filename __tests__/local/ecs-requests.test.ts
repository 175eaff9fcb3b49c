import type { Document, Json } from '../../local/server/operation.ts';
import { createWorld, item, items, loadBalancers, text } from './ecs-world.ts';

const network = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const service = {
  serviceName: 'web',
  taskDefinition: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: network,
};

describe('a request that ECS refuses', () => {
  it.each<{ name: string; operation: string; input: Document; code: string; message?: string }>([
    {
      name: 'an unknown cluster',
      operation: 'DescribeServices',
      input: { cluster: 'none', services: ['web'] },
      code: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    },
    {
      name: 'an unknown service',
      operation: 'UpdateService',
      input: { service: 'none' },
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    },
    {
      name: 'an unknown task definition',
      operation: 'DescribeTaskDefinition',
      input: { taskDefinition: 'none' },
      code: 'ClientException',
      message: 'Unable to describe task definition.',
    },
    {
      name: 'a revision that is missing',
      operation: 'DeregisterTaskDefinition',
      input: { taskDefinition: 'web' },
      code: 'InvalidParameterException',
      message: 'Revision is missing.',
    },
    {
      name: 'eleven services',
      operation: 'DescribeServices',
      input: { services: Array.from({ length: 11 }, (_, index): Json => `s${index}`) },
      code: 'InvalidParameterException',
    },
    {
      name: 'a service twice',
      operation: 'CreateService',
      input: { ...service, serviceName: 'there' },
      code: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    },
    {
      name: 'no network',
      operation: 'CreateService',
      input: { ...service, networkConfiguration: null },
      code: 'InvalidParameterException',
      message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    },
    {
      name: 'no subnets',
      operation: 'CreateService',
      input: { ...service, networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
      code: 'InvalidParameterException',
      message: 'subnets can not be empty.',
    },
    {
      name: 'no desired count',
      operation: 'CreateService',
      input: { ...service, desiredCount: null },
      code: 'InvalidParameterException',
    },
    {
      name: 'a negative count',
      operation: 'UpdateService',
      input: { service: 'there', desiredCount: -1 },
      code: 'InvalidParameterException',
    },
    {
      name: 'an inactive revision',
      operation: 'UpdateService',
      input: { service: 'there', taskDefinition: 'web:2' },
      code: 'ClientException',
      message: 'TaskDefinition is inactive',
    },
    {
      name: 'an inactive revision to run',
      operation: 'RunTask',
      input: { taskDefinition: 'web:2', launchType: 'FARGATE', networkConfiguration: network },
      code: 'InvalidParameterException',
      message: 'TaskDefinition is inactive',
    },
    {
      name: 'both launch type and strategy',
      operation: 'CreateService',
      input: { ...service, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      code: 'InvalidParameterException',
      message:
        'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    },
    {
      name: 'a daemon',
      operation: 'CreateService',
      input: { ...service, schedulingStrategy: 'DAEMON' },
      code: 'InvalidParameterException',
    },
    {
      name: 'a container that is not there',
      operation: 'CreateService',
      input: {
        ...service,
        loadBalancers: loadBalancers.map((one) => ({ ...Object(one), containerName: 'x' })),
      },
      code: 'InvalidParameterException',
      message: 'The container x does not exist in the task definition.',
    },
    {
      name: 'ECS Exec without a task role',
      operation: 'UpdateService',
      input: { service: 'there', enableExecuteCommand: true },
      code: 'InvalidParameterException',
      message:
        "The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    },
    {
      name: 'an unknown platform',
      operation: 'CreateService',
      input: { ...service, platformVersion: '9' },
      code: 'PlatformUnknownException',
    },
    {
      name: 'a service that still runs',
      operation: 'DeleteService',
      input: { service: 'there' },
      code: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    },
    {
      name: 'a cluster with services',
      operation: 'DeleteCluster',
      input: { cluster: 'default' },
      code: 'ClusterContainsServicesException',
    },
    {
      name: 'a filter beside startedBy',
      operation: 'ListTasks',
      input: { startedBy: 'me', family: 'web' },
      code: 'InvalidParameterException',
    },
    {
      name: 'eleven tasks to run',
      operation: 'RunTask',
      input: { taskDefinition: 'web:1', count: 11, launchType: 'FARGATE', networkConfiguration: network },
      code: 'InvalidParameterException',
    },
  ])('is one with $name', async ({ operation, input, code, message }) => {
    const world = await createWorld();
    await world.register('');
    await world.create('web', { serviceName: 'there' });
    await world.register('');
    await world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
    await expect(world.call(operation, input)).rejects.toMatchObject({
      code,
      ...(message !== undefined && { message }),
    });
  });
});

describe('services and tasks', () => {
  it('answers what is missing beside what is there', async () => {
    const world = await createWorld();
    await world.create(await world.register(''));
    const answer = await world.call('DescribeServices', { services: ['web', 'none'] });
    expect(items(answer, 'services').map((one) => text(one, 'serviceName'))).toEqual(['web']);
    expect(answer['failures']).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:service/default/none', reason: 'MISSING' },
    ]);
  });

  it('creates a service once for a client token', async () => {
    const world = await createWorld();
    await world.register('');
    const first = await world.create('web', { clientToken: 'once' });
    const again = await world.create('web', { clientToken: 'once' });
    expect(again['createdAt']).toBe(first['createdAt']);
    await expect(world.create('web', { clientToken: 'twice' })).rejects.toMatchObject({
      message: 'Creation of service was not idempotent.',
    });
  });

  it('leaves nothing that waits behind', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { desiredCount: 3 });
    await world.pass(17);
    await world.update({ forceNewDeployment: true });
    await world.ecs.close();
    expect(world.clock.nextTimer()).toBeUndefined();
  });

  it('deletes a service: DRAINING, INACTIVE, forgotten', async () => {
    const world = await createWorld();
    await world.create(await world.register(''), { tags: [{ key: 'a', value: 'b' }] });
    await world.pass(60);
    const deleted = item(await world.call('DeleteService', { service: 'web', force: true }), 'service');
    expect(deleted['status']).toBe('DRAINING');
    expect(await world.call('ListServices', {})).toEqual({ serviceArns: [] });
    await expect(world.create('web')).rejects.toMatchObject({
      message: 'Unable to Start a service that is still Draining.',
    });
    await world.pass(30);
    expect((await world.service())['status']).toBe('INACTIVE');
    await expect(world.update({})).rejects.toMatchObject({ code: 'ServiceNotActiveException' });
    await world.pass(3700);
    expect(await world.service()).toEqual({});
  });

  it('pages by ten, as ListServices does', async () => {
    const world = await createWorld();
    await world.register('');
    for (let number = 0; number < 12; number++) {
      await world.create('web', { serviceName: `s${number}`, desiredCount: 0 });
    }
    const first = await world.call('ListServices', {});
    const second = await world.call('ListServices', { nextToken: text(first, 'nextToken') });
    expect([first['serviceArns'], second['serviceArns']].map((page) => Object(page).length)).toEqual([10, 2]);
    expect(second['nextToken']).toBeUndefined();
    for (const input of [{ nextToken: 'of-nobody' }, { maxResults: 0 }, { maxResults: 101 }]) {
      await expect(world.call('ListServices', input)).rejects.toMatchObject({
        code: 'InvalidParameterException',
      });
    }
  });

  it('runs a task on its own, once for a client token', async () => {
    const world = await createWorld();
    await world.register('exit 3 after 10s');
    const input = {
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network,
      startedBy: 'migration/1',
      clientToken: 'once',
      tags: [{ key: 'why', value: 'schema' }],
      overrides: { containerOverrides: [{ name: 'app', command: ['migrate'] }] },
    };
    const [task = {}] = items(await world.call('RunTask', input), 'tasks');
    const [again = {}] = items(await world.call('RunTask', input), 'tasks');
    expect(text(again, 'taskArn')).toBe(text(task, 'taskArn'));
    await expect(world.call('RunTask', { ...input, count: 2 })).rejects.toMatchObject({
      code: 'ConflictException',
    });
    expect([task['lastStatus'], task['group'], task['tags']]).toEqual([
      'PROVISIONING',
      'family:web',
      input.tags,
    ]);
    const [container = {}] = items(task, 'containers');
    expect(container['cpu']).toBe('0');
    const [attachment = {}] = items(task, 'attachments');
    expect(items(attachment, 'details')[0]).toEqual({ name: 'subnetId', value: 'subnet-1' });
    await world.pass(60);
    const { taskArns } = await world.call('ListTasks', {
      startedBy: 'migration/1',
      desiredStatus: 'STOPPED',
    });
    expect(taskArns).toEqual([text(task, 'taskArn')]);
    const [ended = {}] = items(
      await world.call('DescribeTasks', { tasks: [text(task, 'taskArn')] }),
      'tasks',
    );
    expect([ended['lastStatus'], items(ended, 'containers')[0]?.['exitCode']]).toEqual(['STOPPED', 3]);
  });

  it('stops a task that a user stops, and the service replaces it', async () => {
    const world = await createWorld();
    await world.create(await world.register(''));
    await world.pass(60);
    const [task = {}] = await world.tasks();
    await world.call('StopTask', { task: text(task, 'taskArn'), reason: 'because' });
    await world.pass(60);
    const [stopped = {}] = await world.tasks('STOPPED');
    expect([stopped['stopCode'], stopped['stoppedReason']]).toEqual(['UserInitiated', 'because']);
    expect(await world.tasks()).toHaveLength(1);
  });

  it('tags what has an ARN', async () => {
    const world = await createWorld();
    const resourceArn = await world.register('', { tags: [{ key: 'a', value: '1' }] });
    await world.call('TagResource', { resourceArn, tags: [{ key: 'b', value: '2' }] });
    await world.call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await world.call('ListTagsForResource', { resourceArn })).toEqual({
      tags: [{ key: 'b', value: '2' }],
    });
  });

  it('shows which digest a revision runs', async () => {
    const world = await createWorld();
    await world.create(await world.register(''));
    const revisions = items(await world.service(), 'currentServiceRevisions');
    const serviceRevisionArns = revisions.map((one) => text(one, 'arn'));
    const [revision = {}] = items(
      await world.call('DescribeServiceRevisions', { serviceRevisionArns }),
      'serviceRevisions',
    );
    expect(revision['containerImages']).toEqual([
      {
        containerName: 'app',
        image: `docker.io/library/web@sha256:${'a'.repeat(64)}`,
        imageDigest: `sha256:${'a'.repeat(64)}`,
      },
    ]);
  });

  it('resolves a tag once, by the first task, for all that follow', async () => {
    const world = await createWorld();
    const role = { executionRoleArn: 'arn:aws:iam::123456789012:role/exec' };
    await world.create(await world.register('', role, { image: '127.0.0.1:5000/web:v1' }), {
      desiredCount: 2,
    });
    await world.pass(60);
    const [{ arn = '' } = {}] = items(await world.service(), 'currentServiceRevisions');
    const answer = await world.call('DescribeServiceRevisions', { serviceRevisionArns: [arn] });
    const imageDigest = `sha256:${'b'.repeat(64)}`;
    expect(items(answer, 'serviceRevisions')[0]?.['containerImages']).toEqual([
      { containerName: 'app', image: '127.0.0.1:5000/web:v1', imageDigest },
    ]);
    const digests = (await world.tasks()).map((task) => items(task, 'containers')[0]?.['imageDigest']);
    expect(digests).toEqual([imageDigest, imageDigest]);
  });

  it.each([
    { reading: 'absent' as const, isPresent: false },
    { reading: 'present' as const, isPresent: true },
  ])('names the current service deployment in a reply as read: $reading', async ({ reading, isPresent }) => {
    const world = await createWorld({ currentServiceDeploymentInReply: reading });
    await world.create(await world.register(''));
    const reply = await world.update({ forceNewDeployment: true });
    expect(typeof reply['currentServiceDeployment'] === 'string').toBe(isPresent);
    expect(typeof (await world.service())['currentServiceDeployment']).toBe('string');
  });

  it.each([0, 2, 30])('lists a new service deployment after %i seconds', async (seconds) => {
    const world = await createWorld({ serviceDeploymentVisibleAfterSeconds: seconds });
    await world.create(await world.register(''));
    const seen: number[] = [];
    for (let second = 0; second < 40; second++) {
      if ((await world.rollouts()).length > 0) seen.push(second);
      await world.pass(1);
    }
    expect(seen[0]).toBe(seconds);
  });
});
