import { DescribeTasksCommand, type Service, type ServiceDeployment, type Task } from '@aws-sdk/client-ecs';
import { imageBytes } from '../../image/registry/size.ts';
import { untilCancelled } from '../../process/until-cancelled.ts';
import type { Run } from '../../run/run.ts';
import type { ServiceState } from '../../service/describe.ts';
import { type IdentifiedDeployment, primaryOf } from '../../service/primary.ts';
import type { Reader } from '../../service/reader.ts';
import { isRevisionOf } from '../../service/service-deployments.ts';
import { strategyOf, waitsMinutes } from '../../service/strategy.ts';
import { configuredGroups, groupsOfRevision, isAmbiguous } from '../../service/target-groups.ts';
import { type IdentifiedTask, isIdentifiedTask, taskView } from '../../service/task.ts';
import { containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isJsonObject } from '../../text/json.ts';
import { configurationOf } from '../observe/stage.ts';
import { failureOf } from '../observe/task-failure.ts';
import type { ServiceOutcome } from '../outcome.ts';
import type { Settings, StrategyWaits } from './shorten.ts';
import type { DeploymentTimes, TaskTimeline } from './timeline.ts';

/** What the summary alone needs to know of a service when its rollout is over. */
export interface SummaryFacts {
  readonly runsNow: RunsNow | undefined;
  readonly times: DeploymentTimes;
  readonly settings: Settings;
}

export interface RunsNow {
  readonly taskDefinitionArn: string;
  readonly running: number;
  readonly desired: number;
}

/** As many as one call of DescribeTasks takes (documented); a picture needs no more. */
const mostTasks = 100;

/** A summary is not worth a longer wait. */
const mostMilliseconds = 5_000;

interface ToRead {
  readonly run: Run;
  readonly reader: Reader;
  /** The service before the run touched it. */
  readonly service: ServiceState;
  /** The deployed task definition. */
  readonly document: TaskDefinitionDocument;
  readonly outcome: ServiceOutcome;
}

/**
 * Reads what the summary shows beside the outcome. Undefined when there is no summary, nothing began, time is short
 * (a cancel) or AWS doesn't answer: no run fails or waits for its summary.
 */
export async function readSummaryFacts(options: ToRead): Promise<SummaryFacts | undefined> {
  const { environment, signal, clock } = options.run;
  const { deploymentId, result } = options.outcome;
  const isWanted = deploymentId !== undefined && !['unchanged', 'started', 'paused'].includes(result);
  if (!isWanted || !environment.GITHUB_STEP_SUMMARY || signal.aborted) return undefined;
  const over = new AbortController();
  const tooLate = clock.sleep(mostMilliseconds, over.signal).then(() => undefined);
  const run = { ...options.run, signal: AbortSignal.any([signal, over.signal]) };
  const read = await untilCancelled(signal, Promise.race([readAll({ ...options, run }), tooLate]));
  over.abort();
  return read === 'cancelled' ? undefined : read;
}

/** Its requests end with the run's signal. */
async function readAll({
  run,
  reader: shared,
  service: before,
  document,
  outcome,
}: ToRead): Promise<SummaryFacts | undefined> {
  const reader = shared.until(run.signal);
  const { clusterArn, serviceArn, deploymentId } = outcome;
  try {
    const deploymentRead = readDeployment(reader, outcome, deploymentId);
    const [service, tasks, deployment, group] = await Promise.all([
      reader.service(clusterArn, serviceArn),
      readTasks(run, reader, outcome),
      deploymentRead,
      deploymentRead.then((one) => readTargetGroup(run, reader, before.service, one)),
    ]);
    const primary = primaryOf(service);
    const own = service?.deployments?.find(({ id }) => id === deploymentId);
    const rollback = await readRollback(reader, outcome, { deployment, primary });
    const begun = (deployment?.startedAt ?? deployment?.createdAt ?? own?.createdAt)?.getTime();
    const newTasks = tasks.filter(({ startedBy }) => startedBy === deploymentId);
    const oldTasks = tasks.filter(
      ({ startedBy, stoppingAt }) =>
        startedBy !== deploymentId && begun !== undefined && (stoppingAt?.getTime() ?? 0) >= begun,
    );
    return {
      runsNow:
        primary === undefined
          ? undefined
          : {
              taskDefinitionArn: primary.taskDefinition,
              running: primary.runningCount ?? 0,
              desired: primary.desiredCount ?? 0,
            },
      times: {
        begun,
        finished: deployment?.finishedAt?.getTime(),
        rollback,
        newTasks: newTasks.filter(isIdentifiedTask).map(taskTimeline),
        oldTasks: oldTasks.filter(isIdentifiedTask).map(taskTimeline),
        stages: outcome.stages ?? [],
      },
      settings: {
        ...group,
        containerCheckSeconds: containerCheckOf(document),
        maximumPercent: service?.deploymentConfiguration?.maximumPercent,
        waits: waitsOf(deployment),
        imageBytes: await imageBytes(run, newTasks[0]?.containers ?? []),
      },
    };
  } catch {
    return undefined;
  }
}

/** Reads the running tasks and the stopped ones, which ECS forgets after about an hour (documented). */
async function readTasks(
  { aws: { ecs }, signal: abortSignal }: Run,
  reader: Reader,
  { clusterArn, service }: ServiceOutcome,
): Promise<readonly Task[]> {
  const [stopped, running] = await Promise.all([
    reader.taskArns(clusterArn, service, 'STOPPED'),
    reader.taskArns(clusterArn, service, 'RUNNING'),
  ]);
  const tasks = [...running.slice(0, mostTasks / 2), ...stopped].slice(0, mostTasks);
  if (tasks.length === 0) return [];
  return (
    (await ecs.send(new DescribeTasksCommand({ cluster: clusterArn, tasks }), { abortSignal })).tasks ?? []
  );
}

async function readDeployment(
  reader: Reader,
  { clusterArn, serviceArn }: ServiceOutcome,
  deploymentId: string | undefined,
): Promise<ServiceDeployment | undefined> {
  try {
    const begun = await reader.serviceDeploymentsSince(clusterArn, serviceArn, undefined);
    const arn = begun.find((one) => isRevisionOf(one.targetServiceRevisionArn, deploymentId))?.arn;
    return arn === undefined ? undefined : await reader.serviceDeployment(arn);
  } catch {
    return undefined;
  }
}

/**
 * When the rollback began and ended: ECS's own is part of the deployment that it rolls back (documented); ours is a
 * deployment of its own, PRIMARY by now.
 */
async function readRollback(
  reader: Reader,
  outcome: ServiceOutcome,
  {
    deployment,
    primary,
  }: {
    readonly deployment: ServiceDeployment | undefined;
    readonly primary: IdentifiedDeployment | undefined;
  },
): Promise<DeploymentTimes['rollback']> {
  if (deployment?.rollback?.startedAt !== undefined) {
    return { begun: deployment.rollback.startedAt.getTime(), finished: deployment.finishedAt?.getTime() };
  }
  const { result, deploymentId } = outcome;
  const isRollback = result === 'rolled-back' || result === 'rollback-failed';
  if (!isRollback || primary === undefined || primary.id === deploymentId) {
    return { begun: undefined, finished: undefined };
  }
  const own = await readDeployment(reader, outcome, primary.id);
  return { begun: primary.createdAt?.getTime(), finished: own?.finishedAt?.getTime() };
}

/** The waits of the strategy with which the deployment began. */
function waitsOf(deployment: ServiceDeployment | undefined): StrategyWaits | undefined {
  if (deployment === undefined) return undefined;
  const configuration = configurationOf(deployment);
  const { kind, steps } = strategyOf(configuration);
  if (steps.length === 0) return undefined;
  const waiting = steps.filter(({ bakeMinutes }) => bakeMinutes > 0);
  return {
    bakeMinutes: waitsMinutes(configuration).bake,
    stepMinutes: waiting[0]?.bakeMinutes ?? 0,
    stepCount: waiting.length,
    stepSetting: kind === 'CANARY' ? 'canaryBakeTimeInMinutes' : 'stepBakeTimeInMinutes',
  };
}

/**
 * Reads the first load balancer's target group: nearly every service has one at most. Of a pair between which traffic
 * shifts, new tasks are checked in one group, and old ones drain from the other.
 */
async function readTargetGroup(
  { aws, signal: abortSignal }: Run,
  reader: Reader,
  { loadBalancers = [] }: Service,
  deployment: ServiceDeployment | undefined,
): Promise<Pick<Settings, 'deregistrationDelaySeconds' | 'targetCheck'>> {
  const [pair] = configuredGroups(loadBalancers);
  const revisionArn = deployment?.targetServiceRevision?.arn;
  const revision =
    pair === undefined || !isAmbiguous([pair]) || revisionArn === undefined
      ? undefined
      : await reader.serviceRevision(revisionArn).catch(() => undefined);
  const [arn] = pair === undefined ? [] : (groupsOfRevision([pair], revision)[0] ?? []);
  const drained = pair?.find((group) => group !== arn) ?? arn;
  if (arn === undefined) {
    const targetCheck = loadBalancers.length === 0 ? ({ kind: 'none' } as const) : unknownCheck;
    return { deregistrationDelaySeconds: undefined, targetCheck };
  }
  const { DescribeTargetGroupAttributesCommand, DescribeTargetGroupsCommand } = await import(
    '@aws-sdk/client-elastic-load-balancing-v2'
  );
  const elb = await aws.elb();
  const [groups, attributes] = await Promise.all([
    elb
      .send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), { abortSignal })
      .catch(() => undefined),
    elb
      .send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: drained }), { abortSignal })
      .catch(() => undefined),
  ]);
  const delay = attributes?.Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds');
  const { HealthCheckIntervalSeconds: seconds } = groups?.TargetGroups?.[0] ?? {};
  return {
    deregistrationDelaySeconds: delay?.Value === undefined ? undefined : Number(delay.Value),
    targetCheck: seconds === undefined ? unknownCheck : { kind: 'every', seconds },
  };
}

const unknownCheck = { kind: 'unknown' } as const;

/**
 * The longest interval of the essential containers' health checks, which ECS waits for; 30 seconds by default
 * (documented).
 */
function containerCheckOf(document: TaskDefinitionDocument): number | undefined {
  const intervals = containersOf(document)
    .filter(({ essential }) => essential !== false)
    .flatMap(({ healthCheck }) =>
      isJsonObject(healthCheck) ? [typeof healthCheck.interval === 'number' ? healthCheck.interval : 30] : [],
    );
  return intervals.length === 0 ? undefined : Math.max(...intervals);
}

function taskTimeline(task: IdentifiedTask): TaskTimeline {
  const view = taskView(task);
  return {
    id: view.id,
    ...view.times,
    hasFailed: failureOf(view) !== undefined,
    exitCodes: (task.containers ?? []).flatMap(({ exitCode }) => exitCode ?? []),
  };
}
