import { DescribeServiceDeploymentsCommand, ECSClient } from '@aws-sdk/client-ecs';
import { manualClock } from '../../local/base/clock.ts';
import type { DeploymentShown } from '../../local/ecs/snapshot.ts';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { type Aws, openAws } from '../../src/aws/clients.ts';
import { asFailure } from '../../src/aws/failure.ts';
import type { ServiceOutcome } from '../../src/deployment/outcome.ts';
import { noRecord } from '../../src/github/record.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { deploy } from '../../src/operations/deploy.ts';
import { finish } from '../../src/operations/finish.ts';
import type { Finished } from '../../src/operations/finisher.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import type { Failure } from '../../src/process/failure.ts';
import type { Log } from '../../src/process/log.ts';
import { annotationText, evidenceLines } from '../../src/report/explain.ts';
import { openJournal } from '../../src/run/journal.ts';
import { parseWork } from '../../src/run/parse-work.ts';
import type { Run } from '../../src/run/run.ts';
import { answerPauses } from './answer-pauses.ts';
import { disturb } from './disturb.ts';
import { behaviourOf, type RolloutCase } from './rollout-case.ts';
import { addHooks, cluster, letPass, makeService, others, tagOf, watchService } from './service.ts';
import { passTime, sharedClock } from './shared-clock.ts';
import { functionsOf } from './strategy-case.ts';

/** What came of a generated rollout. */
export interface Facts {
  readonly outcome: ServiceOutcome | undefined;
  /** Where the run ended before the service was touched. */
  readonly failure: Failure | undefined;
  readonly posted: readonly Finished[];
  readonly log: string;
  /** PRIMARY when the step ended, and when all is quiet. */
  readonly atEnd: DeploymentShown | undefined;
  readonly atLast: DeploymentShown | undefined;
  readonly statusAtLast: string | undefined;
  /** At both moments; undefined where ECS shifts no traffic. */
  readonly trafficAtEnd: Traffic | undefined;
  readonly trafficAtLast: Traffic | undefined;
  /** Calls of the run that change the service, in their order. */
  readonly changes: readonly Change[];
  /** The deployments of those service deployments that the run asked to stop. */
  readonly stopped: readonly string[];
  /** The task definitions of which a task was ever healthy. */
  readonly healthy: ReadonlySet<string>;
  /** Whether others had scaled the service while the step ran, and the count when all is quiet. */
  readonly hasScaled: boolean;
  readonly countAtLast: number | undefined;
  /** When tasks of the deployment that was PRIMARY at the step's end had failed: seconds before that end. */
  readonly failedBeforeEnd: readonly number[];
  /** Whether tasks of the run's own deployment had failed by the step's end. */
  readonly hasFailedTasks: boolean;
  readonly stepSeconds: number;
  readonly postSeconds: number;
  /** Calls that the published rates refused. */
  readonly throttled: number;
  /** Whether others did something while the step ran. */
  readonly isDisturbed: boolean;
}

/** What the weights of the production rule say. */
export interface Traffic {
  /** Whether one target group gets all of it. */
  readonly isWhole: boolean;
  /** The deployments that use the target groups that get some. */
  readonly deployments: readonly DeploymentShown[];
}

export interface Change {
  readonly operation: 'UpdateService' | 'StopServiceDeployment';
  /** PRIMARY before and after the call. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Runs one case in this process: the operations with the real SDK clients over HTTP, on one clock with the server. */
export async function runCase(one: RolloutCase): Promise<Facts> {
  await using stack = new AsyncDisposableStack();
  const clock = manualClock();
  const digests = new Map<string, string>();
  const started = new Map<string, number>();
  let isOldBroken = false;
  const fargate = await startFargate({
    runtime: 'simulated',
    clock,
    rates: 'published',
    readings: one.readings,
    functions: one.strategy === undefined ? {} : functionsOf(one.strategy),
    behave: ({ taskDefinition }) => {
      const tag = tagOf(taskDefinition, digests);
      const nth = started.get(tag) ?? 0;
      started.set(tag, nth + 1);
      if (tag === 'v2') return behaviourOf(one.version, nth);
      return tag === 'v1' && isOldBroken ? behaviourOf('crashes at the start', nth) : {};
    },
  });
  stack.defer(() => fargate.close());
  Object.assign(process.env, fargate.environment);
  const balancer = await makeService(one, fargate, digests);
  const rule = balancer?.advancedConfiguration?.productionListenerRule;
  const watch = watchService(fargate);
  const traffic = (): Traffic | undefined => {
    const weights = rule === undefined ? undefined : fargate.ruleWeights(rule);
    if (weights === undefined) return undefined;
    const groups = [...weights].flatMap(([group, weight]) => (weight > 0 ? [group] : []));
    const serves = ({ targetGroupArns }: DeploymentShown): boolean =>
      targetGroupArns.some((group) => groups.includes(group));
    return { isWhole: groups.length === 1, deployments: watch.deployments().filter(serves) };
  };
  if (one.hasRun) await letPass(clock, 1800, () => watch.isQuiet());
  await addHooks(one, fargate);

  const shared = sharedClock(clock, randomFrom(one.randomSeed));
  const calls = { open: 0 };
  const pauses = one.strategy === undefined ? undefined : answerPauses(one.strategy, fargate, watch);
  const time = {
    clock,
    nextWaking: () => shared.nextWaking(),
    isBusy: () =>
      calls.open > 0 || disturbance.isActing() || pauses?.isActing() === true || fargate.openRequests() > 0,
  };
  const changes: Change[] = [];
  const stopArns: string[] = [];
  const lines: string[] = [];
  const cancelled = new AbortController();
  const saved = new Map<number, string>();
  const runWith = (signal: AbortSignal): Run => ({
    aws: watchedAws(openAws(undefined, shared), calls, (operation, input, call) => {
      if (operation !== 'UpdateService' && operation !== 'StopServiceDeployment') return call();
      const before = watch.primary()?.id;
      if (operation === 'StopServiceDeployment') stopArns.push(String(Object(input).serviceDeploymentArn));
      return call().finally(() => changes.push({ operation, before, after: watch.primary()?.id }));
    }),
    clock: shared,
    log: quietLog(lines),
    record: noRecord,
    journal: openJournal({
      save: (slot, text) => void saved.set(slot, text),
      before: [...saved.values()].filter((text) => text !== '').map(parseWork),
    }),
    signal,
    environment: {},
    workspace: '/nowhere',
    mask: () => {},
  });

  for (const fault of one.faults) fargate.faults.add(fault);
  fargate.calls.clear();
  const disturbance = disturb(one, { fargate, clock, watch, cancel: () => cancelled.abort() });
  const listening = fargate.ecs.onChange(() => {
    if (!changes.some(({ operation }) => operation === 'UpdateService') && !hasUpdated(watch.primary()?.id))
      return;
    isOldBroken = one.oldVersion === 'crashes';
    disturbance.arm();
  });
  const idBefore = watch.primary()?.id;
  const hasUpdated = (id: string | undefined): boolean => id !== idBefore;

  const begun = clock.now();
  let outcome: ServiceOutcome | undefined;
  let failure: Failure | undefined;
  try {
    outcome = (
      await passTime(
        deploy(readInputs(environmentOf(one), checkNames), runWith(cancelled.signal)),
        time,
        4 * 3600,
      )
    ).outcomes[0];
  } catch (error) {
    failure = asFailure(error);
    if (failure.code === 'unexpected') throw error;
  }
  for (const line of outcome === undefined ? [] : [annotationText(outcome), ...evidenceLines(outcome)])
    lines.push(`${line}\n`);
  const atEnd = watch.primary();
  const trafficAtEnd = traffic();
  const endedAt = clock.now();
  const failedBeforeEnd = [...watch.failures.values()]
    .filter(({ deployment }) => deployment === atEnd?.id)
    .map(({ at }) => (endedAt - at) / 1000);
  const own = changes.find(({ operation }) => operation === 'UpdateService')?.after;
  const hasFailedTasks = [...watch.failures.values()].some(({ deployment }) => deployment === own);
  const isDisturbed = disturbance.hasBegun();
  const stepSeconds = (clock.now() - begun) / 1000;
  const posted = await passTime(finish(runWith(new AbortController().signal)), time, 3600);
  const postSeconds = (clock.now() - begun) / 1000 - stepSeconds;
  listening();
  await passTime(disturbance.ended(), time, 3600);
  const throttled = fargate.calls
    .all()
    .filter(({ error, fault }) => error?.code === 'ThrottlingException' && fault === undefined).length;
  fargate.faults.clear();
  const stopped = await deploymentsOf(fargate, stopArns);
  await letPass(clock, 3600, () => watch.isQuiet());
  pauses?.stop();
  return {
    outcome,
    failure,
    posted,
    log: lines.join(''),
    atEnd,
    atLast: watch.primary(),
    statusAtLast: watch.status(),
    trafficAtEnd,
    trafficAtLast: traffic(),
    changes,
    stopped,
    healthy: watch.healthy,
    hasScaled: disturbance.hasScaled(),
    countAtLast: watch.desiredCount(),
    failedBeforeEnd,
    hasFailedTasks,
    stepSeconds,
    postSeconds,
    throttled,
    isDisturbed,
  };
}

/** Keeps what a runner would print. */
function quietLog(lines: string[]): Log {
  const keep = (line: string): void => void lines.push(`${line}\n`);
  return {
    say: keep,
    foreign: keep,
    debug: () => {},
    notice: keep,
    warning: keep,
    error: (title, text) => keep(`${title}: ${text}`),
    fold: (title, run) => {
      keep(title);
      return run();
    },
  };
}

type Around = (operation: string, input: unknown, call: () => Promise<unknown>) => Promise<unknown>;

/** Counts the calls that are open, and lets `around` see each. What a call waits for its turn does not count. */
function watchedAws(aws: Aws, calls: { open: number }, around: Around): Aws {
  const watched = <T extends Client>(client: T): T => {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (step) => {
          calls.open++;
          try {
            const operation = commandName.replace(/Command$/, '');
            return await around(operation, Object(step).input, () => next(step));
          } finally {
            calls.open--;
          }
        },
      { step: 'initialize', name: 'watched' },
    );
    client.middlewareStack.add(
      (next) => async (step) => {
        try {
          return await next(step);
        } catch (error) {
          throw ownError(error);
        }
      },
      { step: 'deserialize', name: 'ownErrors', priority: 'low' },
    );
    return client;
  };
  return {
    ...aws,
    ecs: watched(aws.ecs as unknown as Client) as unknown as Aws['ecs'],
    ecr: async (region) => watched((await aws.ecr(region)) as unknown as Client) as never,
    logs: async (region) => watched((await aws.logs(region)) as unknown as Client) as never,
    elb: async () => watched((await aws.elb()) as unknown as Client) as never,
    secrets: async (region) => watched((await aws.secrets(region)) as unknown as Client) as never,
    sts: async (region) => watched((await aws.sts(region)) as unknown as Client) as never,
  };
}

/**
 * Node's own errors are of another realm than the tests, which Jest runs in a context of its own. The SDK takes such a
 * one for no error and drops its code, so a lost connection would not be known as one.
 */
function ownError(error: unknown): unknown {
  if (error instanceof Error || typeof error !== 'object' || error === null) return error;
  const { message, name, code } = error as Readonly<Record<string, unknown>>;
  return Object.assign(new Error(String(message)), { name, code });
}

/** Any client of the SDK, as far as its middleware goes. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (step: unknown) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (step: unknown) => Promise<unknown>,
      options: {
        readonly step: 'initialize' | 'deserialize';
        readonly name: string;
        readonly priority?: 'low';
      },
    ): void;
  };
}

function environmentOf({ inputs }: RolloutCase): Record<string, string> {
  const given = {
    cluster,
    service: 'web',
    image: 'v2',
    'skip-checks': 'all',
    // Long enough for all that comes up, and short for what never does.
    'wait-for-minutes': '10',
    'rollback-wait-minutes': '6',
    ...inputs,
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** The deployments behind service deployments, from the inside of the API: both carry the same number. */
async function deploymentsOf(fargate: Fargate, arns: readonly string[]): Promise<readonly string[]> {
  if (arns.length === 0) return [];
  const ecs = new ECSClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: others,
  });
  try {
    const { serviceDeployments = [] } = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...new Set(arns)] }),
    );
    return serviceDeployments.map(
      ({ targetServiceRevision }) => `ecs-svc/${targetServiceRevision?.arn?.split('/').at(-1)}`,
    );
  } finally {
    ecs.destroy();
  }
}

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
