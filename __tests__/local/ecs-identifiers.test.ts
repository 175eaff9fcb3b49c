import type { World } from './ecs-world.ts';
import { createWorld, text } from './ecs-world.ts';

const ours = 'arn:aws:ecs:eu-west-1:123456789012';
const otherCluster = { cluster: 'default', service: `${ours}:service/other/web` };

/** Two services of one name in two clusters. */
async function twoClusters(): Promise<World & { readonly task: string }> {
  const world = await createWorld();
  await world.call('CreateCluster', { clusterName: 'other' });
  const taskDefinition = await world.register('');
  for (const cluster of ['default', 'other']) await world.create(taskDefinition, { cluster });
  await world.pass(60);
  const [task] = await world.tasks();
  return { ...world, task: text(task ?? {}, 'taskArn') };
}

const notOurCluster = 'Invalid identifier: Identifier is for cluster other. Your cluster is default';
const elsewhere = 'arn:aws:ecs:us-east-1:123456789012';
const stranger = 'arn:aws:ecs:eu-west-1:210987654321';

describe('an ARN counts whole', () => {
  it.each<[string, string, Record<string, string | string[]>, string, string]>([
    ["UpdateService, another cluster's", 'UpdateService', otherCluster, 'InvalidParameter', notOurCluster],
    ["DeleteService, another cluster's", 'DeleteService', otherCluster, 'InvalidParameter', notOurCluster],
    [
      "DescribeServices, another cluster's",
      'DescribeServices',
      { services: [`${ours}:service/other/web`] },
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "ListServiceDeployments, another cluster's",
      'ListServiceDeployments',
      otherCluster,
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "ListTasks, another cluster's",
      'ListTasks',
      { serviceName: `${ours}:service/other/web` },
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "DescribeTasks, another cluster's",
      'DescribeTasks',
      { tasks: [`${ours}:task/other/0123456789abcdef0123456789abcdef`] },
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "UpdateTaskProtection, another cluster's",
      'UpdateTaskProtection',
      { tasks: [`${ours}:task/other/0123456789abcdef0123456789abcdef`] },
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "StopTask, another cluster's",
      'StopTask',
      { task: `${ours}:task/other/0123456789abcdef0123456789abcdef` },
      'InvalidParameter',
      notOurCluster,
    ],
    [
      "UpdateService, another region's",
      'UpdateService',
      { service: `${elsewhere}:service/default/web` },
      'InvalidParameter',
      'Invalid Region in ARN',
    ],
    [
      "UpdateService, another account's",
      'UpdateService',
      { service: `${stranger}:service/default/web` },
      'InvalidParameter',
      'Invalid identifier: Identifier is for account 210987654321. Your account is 123456789012',
    ],
    [
      'UpdateService, another kind of resource',
      'UpdateService',
      { service: `${ours}:cluster/web` },
      'InvalidParameter',
      'Unsupported resource type: cluster',
    ],
    [
      "a cluster of another region's ARN",
      'ListServices',
      { cluster: `${elsewhere}:cluster/default` },
      'InvalidParameter',
      'Invalid Region in ARN',
    ],
    [
      "a cluster of another account's ARN",
      'ListServices',
      { cluster: `${stranger}:cluster/default` },
      'ClusterNotFound',
      'Cluster not found.',
    ],
    [
      "a task definition of another region's ARN",
      'DescribeTaskDefinition',
      { taskDefinition: `${elsewhere}:task-definition/web:1` },
      'InvalidParameter',
      'Invalid Region in ARN',
    ],
    [
      "a task definition of another account's ARN",
      'DescribeTaskDefinition',
      { taskDefinition: `${stranger}:task-definition/web:1` },
      'Client',
      'Unable to describe task definition.',
    ],
    [
      'a name that ends like one',
      'UpdateService',
      { service: 'other/web' },
      'ServiceNotFound',
      'Service not found.',
    ],
  ])('of %s', async (_what, operation, input, code, message) => {
    const world = await twoClusters();
    await expect(world.call(operation, input)).rejects.toMatchObject({ code: `${code}Exception`, message });
  });

  it('and finds what it names', async () => {
    const world = await twoClusters();
    const update = {
      cluster: `${ours}:cluster/other`,
      service: `${ours}:service/other/web`,
      desiredCount: 3,
    };
    expect(await world.call('UpdateService', update)).toMatchObject({
      service: { serviceArn: `${ours}:service/other/web`, desiredCount: 3 },
    });
    expect(await world.service()).toMatchObject({
      serviceArn: `${ours}:service/default/web`,
      desiredCount: 1,
    });
    const tasks = [world.task, world.task.split('/').at(-1) ?? ''];
    expect(await world.call('DescribeTasks', { tasks })).toMatchObject({
      tasks: tasks.map(() => ({ taskArn: world.task })),
      failures: [],
    });
    const withoutCluster = { services: [`${ours}:service/web`] };
    expect(await world.call('DescribeServices', withoutCluster)).toMatchObject({
      services: [{ serviceName: 'web' }],
    });
  });

  it('lists the tasks of the service of one cluster', async () => {
    const world = await twoClusters();
    const { taskArns } = await world.call('ListTasks', { cluster: 'other', serviceName: 'web' });
    expect(taskArns).toEqual([expect.stringMatching(`^${ours}:task/other/`)]);
  });
});
