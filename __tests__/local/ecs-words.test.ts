import type { Document } from '../../local/server/operation.ts';
import { createWorld } from './ecs-world.ts';

const network = (assignPublicIp: string): Document => ({
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp } },
});
const runTask = { taskDefinition: 'web', ...network('DISABLED') };

describe('a word that a member cannot have', () => {
  it.each<[string, Document, string]>([
    [
      'UpdateService',
      { propagateTags: 'ALL' },
      'propagateTags should be one of [NONE,SERVICE,TASK_DEFINITION]',
    ],
    [
      'UpdateService',
      { availabilityZoneRebalancing: 'enabled' },
      'availabilityZoneRebalancing should be one of [DISABLED,ENABLED]',
    ],
    ['UpdateService', network('TRUE'), 'assignPublicIp should be one of [DISABLED,ENABLED]'],
    [
      'UpdateService',
      { deploymentController: { type: 'ROLLING' } },
      'type should be one of [CODE_DEPLOY,ECS,EXTERNAL]',
    ],
    [
      'RunTask',
      { ...runTask, launchType: 'SPOT' },
      'launchType should be one of [EC2,EXTERNAL,FARGATE,MANAGED_INSTANCES]',
    ],
    ['ListTasks', { desiredStatus: 'DEAD' }, 'desiredStatus should be one of [PENDING,RUNNING,STOPPED]'],
    ['DescribeServices', { services: ['web'], include: ['tags'] }, 'include should be one of [TAGS]'],
  ])('is refused: %s with %j', async (operation, input, message) => {
    const world = await createWorld();
    await world.create(await world.register(''));
    const service = operation === 'UpdateService' ? { service: 'web' } : {};
    await expect(world.call(operation, { ...service, ...input })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message,
    });
    expect((await world.rollouts()).length).toBeLessThan(2);
  });

  it('is not one that it can have', async () => {
    const world = await createWorld();
    await world.create(await world.register(''));
    const service = await world.update({ propagateTags: 'TASK_DEFINITION', ...network('ENABLED') });
    expect(service).toMatchObject({ propagateTags: 'TASK_DEFINITION', ...network('ENABLED') });
  });
});
