import { startWorld } from './world.ts';

const action = { GITHUB_ACTION_REPOSITORY: 'acme/fargate-deploy', GITHUB_ACTION_REF: 'v1' };

it('tells all mistakes in the inputs at once, each with the input to change and where it is described', async () => {
  await using world = await startWorld({ environment: action });
  const calls = world.fargate.calls.all().length;
  const run = await world.deploy({
    'aws-region': 'eu-west-1',
    'on-cancel': 'rolback',
    'environment-variables': 'export A=hunter2\nB: hunter2\nC="hunter2\nhunter2"',
    'skip-checks': 'fargate-sise',
  });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
  expect(run.outputs.message).toBe(`5 problems with the inputs:
  - environment-variables: line 1 begins with export. Remove that word: no shell reads this.
  - environment-variables: line 2 is written as NAME: value. Write NAME=value.
  - environment-variables: line 3 opens a quote that isn't closed on the same line. Quotes have no meaning here. For a value of several lines, write NAME<<END, its lines, and END.
  - skip-checks: there is no check "fargate-sise". Did you mean fargate-size?
  - on-cancel: "rolback" isn't allowed. Did you mean rollback? Use rollback or leave.`);
  const page = 'https://github.com/acme/fargate-deploy/blob/v1/docs/inputs.md';
  expect(run.log).toContain(`See ${page}#task-definition, ${page}#checks, ${page}#failure`);
  expect(run.summary).toContain(`${page}#task-definition`);
  expect(run.log).toContain('This action has no input aws-region, so it has no effect. Did you mean region?');
  expect(run.printed + run.summary).not.toContain('hunter2');
  expect(world.fargate.calls.all()).toHaveLength(calls);
});

it('warns of quotes in variables and of an unknown input, and deploys', async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v2', 'environment-variables': 'A="x"', timeout: '10' });
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  expect(run.log).toContain('The quotes around a value become part of it (lines: 1).');
  expect(run.log).toContain(
    'This action has no input timeout, so it has no effect. Did you mean wait-for-minutes?',
  );
});
