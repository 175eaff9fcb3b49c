import type { Fault } from '../../local/server/faults.ts';
import type { StepRun } from '../../scripts/runner.ts';
import { answerFaults, startFaultyServer } from '../faulty-server.ts';
import { startWorld, type World } from './world.ts';

/** Doesn't end before it is rolled back, even on a busy machine. */
const slow = { v2: { pullSeconds: 1200 } };

/** Answers that only a limit would end: no test waits for that. */
const unanswered = ['silent', 'stalled', 'trickled'] as const;
const broken = answerFaults.filter((fault) => !(unanswered as readonly string[]).includes(fault));

const faultsOfAws: readonly Fault[] = (['hang', 'cut', 'trickle', 'break', 'reset-before'] as const).map(
  (kind) => ({
    kind,
  }),
);

/** Checks how a run ended; a failure shows its log. */
function expectEnd(run: StepRun, end: { exitCode: number; result?: string; reason?: string }): void {
  const { log, exitCode, outputs } = run;
  expect({ log, exitCode, ...outputs }).toMatchObject({ log, ...end });
}

async function expectPostToRollBack(world: World, run: StepRun): Promise<void> {
  expectEnd(await world.post({ image: 'v2' }, run), { exitCode: 0 });
  expect(await world.settled()).toBe('v1');
}

describe('a cancel requests its rollback, whatever becomes of the answers of AWS', () => {
  const operations = ['DescribeServices', 'ListTasks', 'ListServiceDeployments'];
  const ofOthers = faultsOfAws.filter(({ kind }) => kind === 'hang' || kind === 'break');
  const cases = [
    ...faultsOfAws.map((fault) => [fault.kind, 'DescribeServiceDeployments', fault] as const),
    ...operations.flatMap((operation) => ofOthers.map((fault) => [fault.kind, operation, fault] as const)),
  ];

  // One after the other: a cancelled run waits for no answer longer than 0.7 s, which a busy machine needs for any.
  it.each(cases)('%s from %s on', async (_kind, operation, fault) => {
    await using world = await startWorld({ behaviours: slow });
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    world.fargate.faults.add({ operation, fault, times: 'always' });
    // The cancel meets a read that is waiting. Tasks are read too seldom to wait for that.
    if (operation !== 'ListTasks') await world.hit();
    const before = world.fargate.calls.count();
    step.send('SIGINT');
    const run = await step.finished;
    const request = world.fargate.calls
      .all()
      .slice(before)
      .find(({ operation: name }) => /^(StopServiceDeployment|UpdateService)$/.test(name));
    expectEnd(run, { exitCode: 1, result: 'cancelled' });
    // No read outlives the cancel: how soon the request comes is tested on a clock of its own (pure/start-rollback).
    expect({ log: run.log, stillOpen: request?.stillOpen }).toEqual({ log: run.log, stillOpen: [] });
    world.fargate.faults.clear();
    await expectPostToRollBack(world, run);
  });

  it.concurrent.each(faultsOfAws.map((fault) => [fault.kind, fault] as const))(
    '%s of the request itself still has a verdict, and post finishes',
    async (_kind, fault) => {
      await using world = await startWorld({ behaviours: slow });
      const step = world.start({ image: 'v2' });
      await step.printed(/new tasks running/);
      world.fargate.faults.add({ operation: 'StopServiceDeployment', fault });
      step.send('SIGINT');
      const run = await step.finished;
      expectEnd(run, { exitCode: 1, result: 'cancelled' });
      await expectPostToRollBack(world, run);
    },
  );
});

describe('answers of AWS that break off are no verdict', () => {
  it.concurrent.each([
    'DescribeServices',
    'RegisterTaskDefinition',
    'UpdateService',
    'ListServiceDeployments',
    'DescribeServiceDeployments',
    'ListTasks',
    'DescribeTasks',
    'BatchGetImage',
  ])('%s', async (operation) => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation, fault: { kind: 'break' } });
    const run = await world.deploy({ image: 'v2' });
    expectEnd(run, { exitCode: 0, result: 'deployed' });
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('of the failed log and of the targets are said, and the rollback goes on', async () => {
    const v2 = { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['out of luck'] } };
    await using world = await startWorld({ behaviours: { v2 }, loadBalancer: true });
    for (const service of ['logs', 'elbv2'] as const)
      world.fargate.faults.add({ service, fault: { kind: 'break' }, times: 'always' });
    const run = await world.deploy({ image: 'v2' });
    expectEnd(run, { exitCode: 1, result: 'rolled-back' });
    expect(run.log).toMatch(/log can't be read: 127\.0\.0\.1 broke off the connection/);
  });
});

describe('the record of a deployment in GitHub', () => {
  const recorded = { environment: 'staging', 'github-token': 'a-token-of-github' };

  it.concurrent.each(broken)('is left out with a notice: %s', async (fault) => {
    await using github = await startFaultyServer(fault, '[]                    ');
    await using world = await startWorld({ environment: { GITHUB_API_URL: github.url } });
    const run = await world.deploy({ image: 'v2', ...recorded });
    expectEnd(run, { exitCode: 0, result: 'deployed' });
    expect(run.log).toMatch(/The deployment is not recorded in GitHub/);
    expect(github.heads[0]).toMatch(/^authorization: token a-token-of-github$/im);
  });

  it.concurrent.each(unanswered)('ends with a cancel: %s', async (fault) => {
    await using github = await startFaultyServer(fault);
    await using world = await startWorld({ environment: { GITHUB_API_URL: github.url } });
    const step = world.start({ image: 'v2', ...recorded });
    await github.asked();
    step.send('SIGINT');
    const run = await step.finished;
    expectEnd(run, { exitCode: 1, result: 'cancelled' });
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });
});

describe("GitHub's identity token", () => {
  it.concurrent.each(answerFaults)('that does not come ends with a cancel: %s', async (fault) => {
    await using github = await startFaultyServer(fault);
    await using world = await startWorld({
      environment: {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-token-to-ask-with',
      },
    });
    const step = world.start({ image: 'v2', 'role-to-assume': 'arn:aws:iam::123456789012:role/deploy' });
    await github.asked();
    step.send('SIGINT');
    const run = await step.finished;
    expectEnd(run, { exitCode: 1, reason: 'cancelled' });
    expect(run.printed).not.toContain('a-token-to-ask-with');
  });
});

describe('health-check-url', () => {
  it.concurrent.each(['stalled', 'trickled', 'cut', 'cut-chunk', 'endless'] as const)(
    'counts by its status, whatever comes after: %s',
    async (fault) => {
      await using server = await startFaultyServer(fault);
      await using world = await startWorld();
      const run = await world.deploy({ image: 'v2', 'health-check-url': `${server.url}/health` });
      expectEnd(run, { exitCode: 0, result: 'deployed' });
    },
  );

  it.concurrent('that does not answer ends with a cancel, and what completed is left or taken back', async () => {
    await using server = await startFaultyServer('silent');
    await using world = await startWorld();
    const step = world.start({
      image: 'v2',
      'health-check-url': server.url.replace('//', '//user:s3cret-of-health@'),
      'on-cancel': 'leave',
    });
    await server.asked();
    step.send('SIGINT');
    const run = await step.finished;
    expectEnd(run, { exitCode: 1, result: 'cancelled' });
    expect(run.log + run.summary + JSON.stringify(run.outputs)).not.toContain('s3cret-of-health');
  });
});
