import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { readable } from '../pure/rendered-summary.ts';
import { startWorld, type WorldOptions } from './world.ts';

const crash: Behaviour = {
  exit: { afterSeconds: 1, exitCode: 1, lastLines: ['reading the configuration', 'DATABASE_URL is not set'] },
};
const breaker = (rollback: boolean): { deploymentConfiguration: DeploymentConfiguration } => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

interface End {
  readonly name: string;
  readonly world?: WorldOptions;
  /** What tasks of v1 and v2 do. */
  readonly v1?: Behaviour;
  readonly v2?: Behaviour;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly result: string;
  readonly reason: string;
  /** The image that the service runs when all is over; undefined where it is left with two versions. */
  readonly runs: 'v1' | 'v2' | undefined;
  /** The cause, as the log has to tell it. */
  readonly log?: readonly RegExp[];
}

const ends: readonly End[] = [
  { name: 'a good version', result: 'deployed', reason: 'completed', runs: 'v2' },
  {
    name: 'a good version behind a load balancer',
    world: { loadBalancer: true },
    result: 'deployed',
    reason: 'completed',
    runs: 'v2',
  },
  {
    name: 'a crash at the start, with a circuit breaker that rolls back',
    world: { service: breaker(true) },
    v2: {
      neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: ref v2: not found' },
    },
    result: 'rolled-back',
    reason: 'circuit-breaker',
    runs: 'v1',
    log: [/rolled back by the service's circuit breaker/, /The image isn't in the registry/],
  },
  {
    name: 'a crash at the start, with a circuit breaker that does not roll back',
    world: { service: breaker(false) },
    v2: {
      neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: ref v2: not found' },
    },
    result: 'rolled-back',
    reason: 'circuit-breaker-without-rollback',
    runs: 'v1',
    log: [/its rollback is off/, /Rolled back: web runs web:1 again/],
  },
  {
    name: 'a crash at the start, without a circuit breaker',
    v2: crash,
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [
      /failed \(3 of 3\)/,
      /app: exit code 1/,
      /\| DATABASE_URL is not set/,
      /Rolled back: web runs web:1 again/,
    ],
  },
  {
    name: 'an image that cannot be pulled',
    v2: {
      neverStarts: {
        kind: 'cannot-be-pulled',
        stoppedReason: 'CannotPullContainerError: not authorized to perform: ecr:BatchGetImage',
      },
    },
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [/The execution role isn't allowed to pull the image/],
  },
  {
    name: 'out of memory',
    v2: {
      exit: {
        afterSeconds: 2,
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      },
    },
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [/ran out of memory and was killed/, /exit code 137/],
  },
  {
    name: 'a failing check of the load balancer',
    world: { loadBalancer: true },
    v2: { answers: [{ fromSeconds: 0, status: 500 }] },
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [
      /Likely cause: The load balancer's health check \(GET \/health .*\) got status 500/,
      /failed ELB health checks/,
    ],
  },
  {
    name: 'a failing check of the container',
    world: { containerHealthCheck: true },
    v2: { health: { status: 'UNHEALTHY' } },
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [/container's own health check failed/i],
  },
  {
    name: 'tasks that start and crash later, which a circuit breaker forgets',
    world: { service: breaker(true) },
    v2: {
      exit: { afterSeconds: 20, exitCode: 139, lastLines: ['Segmentation fault'] },
    },
    result: 'rolled-back',
    reason: 'tasks-failed',
    runs: 'v1',
    log: [/crashed on an invalid memory access/, /\| Segmentation fault/],
  },
  {
    name: 'tasks that are never placed, until the time limit',
    v2: { neverStarts: { kind: 'not-placed', reason: 'Capacity is unavailable at this time.' } },
    inputs: { 'wait-for-minutes': '0.1' },
    result: 'rolled-back',
    reason: 'time-limit',
    runs: 'v1',
    log: [/Capacity is unavailable/, /was not up on web within/],
  },
  {
    name: 'the time limit while only old tasks drain',
    world: { containerHealthCheck: true, container: { stopTimeout: 120 }, speed: 10 },
    v1: { ignoresSigterm: true },
    inputs: { 'wait-for-minutes': '0.1' },
    result: 'timed-out',
    reason: 'only-cleanup-left',
    runs: 'v2',
    log: [/already runs web:2 with all tasks healthy/, /It was left as it is/],
  },
  {
    name: 'a crash at the start that is left to ECS, until the time limit',
    v2: crash,
    inputs: { 'fail-fast': 'false', 'wait-for-minutes': '0.2' },
    result: 'rolled-back',
    reason: 'time-limit',
    runs: 'v1',
    log: [/more tasks? failed the same way/, /Its log says: “DATABASE_URL is not set”/],
  },
  {
    name: 'the same, with the rollback left out too',
    v2: crash,
    inputs: { rollback: 'false' },
    result: 'failed',
    reason: 'tasks-failed',
    runs: undefined,
    log: [/It was not rolled back, because rollback is false/, /--task-definition web:1/],
  },
  {
    name: 'nothing moves',
    v2: { neverStarts: { kind: 'not-placed', reason: 'Capacity is unavailable at this time.' } },
    inputs: { 'no-progress-minutes': '0.1' },
    result: 'rolled-back',
    reason: 'no-progress',
    runs: 'v1',
    log: [/Nothing moved in the deployment/],
  },
];

describe('every end has its own result, reason and exit code, and the service runs a good version', () => {
  it.concurrent.each(ends)(
    '$name',
    async ({ world: options, v1 = {}, v2 = {}, inputs, result, reason, runs, log }) => {
      await using world = await startWorld({ ...options, behaviours: { v1, v2 } });
      const run = await world.deploy({ image: 'v2', ...inputs });

      expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
        log: run.log,
        result,
        reason,
      });
      expect(run.exitCode).toBe(result === 'deployed' ? 0 : 1);
      for (const line of log ?? []) expect(run.log).toMatch(line);
      expect(run.summary).toContain(`<code>${reason}</code>`);
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(
        result === 'deployed' ? 0 : 1,
      );
      expect(runs && (await world.settled())).toBe(runs);
    },
    120_000,
  );
});

it.concurrent('a version whose first tasks fail and that recovers is deployed', async () => {
  let started = 0;
  await using world = await startWorld({
    behave: (tag) => (tag === 'v2' && started++ < 2 ? crash : {}),
    speed: 5,
  });
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed-after-failures' });
  expect(run.log).toMatch(/failed \(2 of 3\)/);
  expect(run.log).toMatch(/2 tasks failed: watching for \d+ s/);
  const said = /2 of 2 tasks run, but 2 of its tasks had failed before\..*DATABASE_URL is not set/;
  expect(run.outputs.message).toMatch(said);
  expect(readable(run.summary)).toMatch(said);
  expect(run.annotations.filter(({ level }) => level === 'warning')).toEqual([
    expect.objectContaining({ message: expect.stringMatching(said) }),
  ]);
  expect(await world.settled()).toBe('v2');
});

it.concurrent('a version that ECS calls completed while its tasks keep failing is rolled back', async () => {
  // Healthy for the load balancer within a few seconds, and out of memory after 40.
  const outOfMemory: Behaviour = {
    exit: {
      afterSeconds: 40,
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    },
  };
  let started = 0;
  await using world = await startWorld({
    loadBalancer: true,
    behave: (tag) => (tag === 'v2' ? (started++ === 0 ? crash : outOfMemory) : {}),
    speed: 10,
  });
  const run = await world.deploy({ image: 'v2' });
  expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
    log: run.log,
    result: 'rolled-back',
    reason: 'tasks-failed',
  });
  expect(run.outputs.message).toMatch(
    /^web:2 keeps failing: \d+ tasks? of web failed before ECS completed the deployment, and \d+ more failed/,
  );
  expect(await world.settled()).toBe('v1');
});

it.concurrent('a deployment of no tasks proves nothing, and says so', async () => {
  await using world = await startWorld({ service: { desiredCount: 0 } });
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'nothing-proven' });
  expect(run.exitCode).toBe(0);
  expect(run.outputs.message).toMatch(/runs no task: .* 0 of 0 tasks, which proves nothing/);
  expect(run.annotations.filter(({ level }) => level === 'warning')).toHaveLength(1);
});

it.concurrent('an image of the way back that is gone is warned of before the update', async () => {
  await using world = await startWorld();
  const { taskDefinition } = await world.describeTaskDefinition('web:1');
  const digest = JSON.stringify(taskDefinition).match(/sha256:\w+/)?.[0] ?? '';
  world.fargate.images.remove('web', digest);
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs.result).toBe('deployed');
  const warnings = run.annotations.filter(({ level }) => level === 'warning');
  expect(warnings).toHaveLength(1);
  expect(run.log).toMatch(
    /web:1, the version to roll back to, runs an image that is no longer in its repository[^]*has begun/,
  );
});
