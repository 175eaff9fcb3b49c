import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TagResourceCommand } from '@aws-sdk/client-ecs';
import { meansSomething, render } from '../pure/rendered-summary.ts';
import { startWorld } from './world.ts';

/** What a container can write, in the hope that a runner, a terminal or a page obeys it. */
const lines = [
  '::error::obeyed',
  ' ::add-mask::web',
  '##[error]obeyed',
  '::set-output name=result::deployed',
  '::stop-commands::x',
  '\u001B[31mred\u001B[0m \u001B]0;title\u0007',
  'user\u202Egnp.exe',
  'carriage\rreturn',
  `giant ${'x'.repeat(100_000)}`,
  '</code><img src=x onerror=alert(1)> ```` | [link](javascript:alert(1)) @everyone',
];

/** But for line feeds. */
const controlOrBidi = /(?!\n)\p{Cc}|\p{Bidi_Control}/u;

it('nothing that a container writes is obeyed', async () => {
  await using world = await startWorld({
    behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1, lastLines: lines } } },
  });
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  // Nothing of it stands where a line begins, or where the runner looks for its old kind of commands.
  expect(
    run.printed.split('\n').filter((line) => /^\s*::(?!notice|error title=|warning|debug)/.test(line)),
  ).toEqual([]);
  expect(run.printed.replaceAll(/^::.*$/gm, '')).not.toMatch(/##\[/);
  expect(run.printed + run.summary).not.toMatch(controlOrBidi);
  expect(Math.max(...run.printed.split('\n').map((line) => line.length))).toBeLessThan(4000);
  expect(run.summary).toContain('<img src=x');
  expectHarmless(run.summary);
});

it('nothing that a pull request writes into a task definition is live in the summary of its plan', async () => {
  await using world = await startWorld();
  const [image, link] = ['![x](http://evil.example/x.png)', '[x](http://evil.example) www.evil.example'];
  const { taskDefinition } = await world.describeTaskDefinition('web:1');
  const [container] = taskDefinition?.containerDefinitions ?? [];
  const document = {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::123456789012:role/${image}`,
    taskRoleArn: `arn:aws:iam::123456789012:role/@someone`,
    containerDefinitions: [
      {
        ...container,
        environment: [{ name: `${link} #1 :tada:`, value: 'x' }],
        secrets: [{ name: 'A', valueFrom: `arn:aws:ssm:eu-west-1:123456789012:parameter/${link}` }],
        dependsOn: [{ containerName: `</code>${image}@someone`, condition: 'START' }],
        mountPoints: [{ sourceVolume: `<img src=x>|${image}`, containerPath: '/x' }],
      },
      { name: `GH-1 $x$ ${link}`, image: `evil.example/@someone/${image}` },
    ],
  };
  writeFileSync(join(world.workspace, 'task-definition.json'), JSON.stringify(document));
  const inputs = { operation: 'plan', 'task-definition': 'task-definition.json', 'container-name': 'app' };
  const { summary, outputs } = await world.deploy({ ...inputs, image: 'v2' });
  expect(outputs).toMatchObject({ reason: 'change-refused', problems: 'true' });
  expect(summary).toMatch(/evil/);
  expectHarmless(summary);
});

it('nothing that ECS quotes or a tag of a revision says is live in a summary', async () => {
  const hostile =
    '![x](http://evil.example) @someone #1 GH-1 $x$ :tada: <img src=x> | `` [^1] www.evil.example';
  await using world = await startWorld({
    speed: 40,
    behaviours: {
      v2: {
        neverStarts: { kind: 'cannot-be-pulled', stoppedReason: `CannotPullContainerError: ${hostile}` },
      },
    },
  });
  const failed = await world.deploy({ image: 'v2' });
  expect(failed.outputs.result).toBe('rolled-back');
  expect(failed.summary).toContain('evil.example');
  expectHarmless(failed.summary);

  expect((await world.deploy({ image: 'v3' })).outputs.result).toBe('deployed');
  const resourceArn = `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1`;
  const marks = {
    commit: 'abcdef0123456789abcdef0123456789abcdef01',
    run: 'https://evil.example/a/b/actions/runs/1',
    repository: hostile,
  };
  const tags = Object.entries(marks).map(([name, value]) => ({ key: `fargate-deploy:${name}`, value }));
  await world.ecs.send(new TagResourceCommand({ resourceArn, tags }));
  const { summary, outputs } = await world.deploy({ operation: 'rollback' });
  expect(outputs['task-definition-arn']).toBe(resourceArn);
  expect(summary).toContain('abcdef01');
  expectHarmless(summary);
});

/** Every link of a summary is to AWS's console or to this GitHub, and GitHub finds nothing else to make live. */
function expectHarmless(summary: string): void {
  const { elements, texts } = render(summary);
  const own = /^<a href="https:\/\/([a-z0-9-]+\.console\.aws\.amazon\.com|github\.com)\//;
  expect(
    elements.filter((one) => /^<(a|img|script|input|section|sup)\b/.test(one) && !own.test(one)),
  ).toEqual([]);
  expect(texts.filter((one) => meansSomething.test(one))).toEqual([]);
}
