import { describeTaskDefinition } from '../../src/aws/document.ts';
import { startWorld } from './world.ts';

it.concurrent('is marked on each new revision, and a commit is known from a tag that is one', async () => {
  await using world = await startWorld();
  const commit = '0123456789abcdef0123456789abcdef01234567';
  world.fargate.images.put('web', { tags: [commit] });
  const run = await world.deploy({ image: commit });
  expect(run.outputs.result).toBe('deployed');
  expect((await describeTaskDefinition(world.ecs, 'web:2')).tags).toEqual([
    { key: 'fargate-deploy:commit', value: commit },
    { key: 'fargate-deploy:run', value: 'https://github.com/octo-org/web/actions/runs/1000' },
    { key: 'fargate-deploy:repository', value: 'octo-org/web' },
  ]);
});

it.concurrent('is left out with a notice where tagging is not permitted', async () => {
  await using world = await startWorld();
  world.fargate.faults.add({
    service: 'ecs',
    operation: 'RegisterTaskDefinition',
    times: 1,
    fault: {
      kind: 'error',
      code: 'AccessDeniedException',
      message: 'User: x is not authorized to perform: ecs:TagResource on resource: y',
    },
  });
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs.result).toBe('deployed');
  expect((await describeTaskDefinition(world.ecs, 'web:2')).tags).toEqual([]);
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      level: 'notice',
      message: expect.stringContaining('ecs:TagResource') as unknown,
    }),
  );
});
