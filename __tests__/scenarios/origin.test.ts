import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

it.concurrent('is left out where a policy of the organization allows other tags only', async () => {
  await using world = await startWorld();
  world.fargate.faults.add({
    service: 'ecs',
    operation: 'RegisterTaskDefinition',
    times: 1,
    fault: {
      kind: 'error',
      code: 'AccessDeniedException',
      message:
        'User: x is not authorized to perform: ecs:RegisterTaskDefinition on resource: y with an explicit deny in a service control policy',
    },
  });
  const inputs = { image: 'v2', 'task-definition-tags': 'team=shop\ncost-center=4711' };
  const run = await world.deploy(inputs);
  expect(run.outputs.result).toBe('deployed');
  expect((await describeTaskDefinition(world.ecs, 'web:2')).tags).toEqual([
    { key: 'team', value: 'shop' },
    { key: 'cost-center', value: '4711' },
  ]);
  expect(run.log).toMatch(
    /it has none: a rollback finds it by revision.*allow: foreign-deployment.*revision-marks: false/s,
  );
  expect((await world.deploy(inputs)).outputs.result).toBe('unchanged');
});

it.concurrent('is not what a refused registration is about: it stays refused', async () => {
  await using world = await startWorld();
  const deny = (message: string, times: number): (() => void) =>
    world.fargate.faults.add({
      service: 'ecs',
      operation: 'RegisterTaskDefinition',
      times,
      fault: { kind: 'error', code: 'AccessDeniedException', message },
    });
  const before = world.fargate.calls.of('RegisterTaskDefinition').length;
  deny('User: x is not authorized to perform: ecs:RegisterTaskDefinition on resource: y', 2);
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-denied' });
  expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(before + 2);
});

it.concurrent('is not marked when nobody wants it, nor kept from the revision before', async () => {
  await using world = await startWorld();
  await world.deploy({ image: 'v2' });
  const run = await world.deploy({ image: 'v3', 'revision-marks': 'false' });
  expect(run.outputs.result).toBe('deployed');
  expect((await describeTaskDefinition(world.ecs, 'web:3')).tags).toEqual([]);
  expect(run.log).toMatch(/registered web:3, without tags that say where it comes from: a rollback finds it/);
});

it.concurrent('of tags that a file does not have, is warned', async () => {
  await using world = await startWorld({ taskDefinition: { tags: [{ key: 'team', value: 'web' }] } });
  const { taskDefinition } = await world.describeTaskDefinition('web:1');
  writeFileSync(join(world.workspace, 'td.json'), JSON.stringify(taskDefinition));
  const inputs = { image: 'v2', 'task-definition': 'td.json' };
  const kept = await world.deploy({ ...inputs, operation: 'plan', 'task-definition-tags': 'team=web' });
  expect(kept.printed).not.toMatch(/lost-tags/);
  const run = await world.deploy(inputs);
  expect(run.outputs.result).toBe('deployed');
  expect(run.printed).toMatch(
    /^::warning.*has tags that the new one would not have: team\. .*\[lost-tags\]/m,
  );
});
