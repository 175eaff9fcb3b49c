import type { Service, ServiceDeployment, ServiceEvent } from '@aws-sdk/client-ecs';
import { wordsOf } from '../../aws/errors.ts';
import type { Clock } from '../../process/clock.ts';
import type { DeploymentRef } from '../../reference/deployment.ts';
import type { Reader } from '../../service/reader.ts';
import { isRevisionOf } from '../../service/service-deployments.ts';
import { groupsOfRevision, isAmbiguous } from '../../service/target-groups.ts';
import { createAttempt, refuse } from './attempt.ts';
import { endOf } from './end.ts';
import { createTaskObserver, type HealthSources } from './observe-tasks.ts';
import { oldTasksStay, type Protection, protectionOf } from './protection.ts';
import { signatureOf } from './signature.ts';
import type { ObservedPause, Snapshot } from './snapshot.ts';
import { pauseOf, stageOf } from './stage.ts';
import { type StageSpan, withReading } from './stage-span.ts';
import type { TargetHealthReader } from './target-health.ts';

/** Watches one deployment: each reading asks for what may have changed, and returns all that is known. */
export interface Observer {
  /**
   * @throws Failure aws-denied or aws-credentials when the deployment can't be observed any more; passing errors never throw
   * @throws ExchangeError when the reader's reads have ended
   */
  observe(): Promise<Snapshot>;
  /** Reads the service (and its tasks with their health) again for the next answer, whatever was read last. */
  refresh(what: 'service' | 'service-and-tasks'): void;
}

export interface ObserverOptions {
  readonly deployment: DeploymentRef;
  /** How many tasks the service is to have, for as long as no reading of it shows that. */
  readonly desiredCount: number;
  readonly healthSources: HealthSources;
  readonly reader: Reader;
  readonly targetHealth: Pick<TargetHealthReader, 'healthyAddresses'>;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly notice: (line: string) => void;
}

/**
 * Seconds between two reads of the service, whose tasks and service deployment tell of most changes by themselves: so
 * following costs at most one read in two seconds, one of its service deployment every 2.65 s, and these.
 */
const serviceEverySeconds = 60;

const mostEvents = 2000;

/** Draining takes up to minutes, in which nothing moves; sooner nobody needs an explanation. */
const heldUpSeconds = 60;

export function createObserver({
  deployment,
  desiredCount,
  healthSources,
  reader,
  targetHealth,
  clock,
  say,
  notice,
}: ObserverOptions): Observer {
  const { clusterArn, arn: serviceArn, name: serviceName } = deployment.service;
  const attempt = createAttempt({ reader, clock, say });
  const started = clock.now();
  const startedDate = clock.date().getTime();
  let service: Service | undefined;
  let serviceDeployment: ServiceDeployment | undefined;
  let serviceDeploymentArn: string | undefined;
  let hasServiceDeployments = true;
  let canReadTasks = true;
  let searches = 0;
  let wasListed = false;
  let signature = '';
  let changed = started;
  let serviceRead = Number.NEGATIVE_INFINITY;
  let completedAt: number | undefined;
  let protection: Protection | undefined;
  let protectionRead = started;
  let canReadProtection = true;
  let targetGroups = healthSources.targetGroups;
  let isRevisionRead = !isAmbiguous(targetGroups);
  let stages: readonly StageSpan[] = [];
  let lastPause: ObservedPause | undefined;
  let isRollbackRequested = false;
  const events = new Map<string, ServiceEvent>();
  const tasks = createTaskObserver({
    deployment,
    hasHealthCheck: healthSources.hasHealthCheck,
    targetGroups: () => targetGroups,
    reader,
    targetHealth,
    clock,
  });

  return {
    refresh: (what) => {
      serviceRead = Number.NEGATIVE_INFINITY;
      if (what === 'service') return;
      tasks.refresh();
    },
    observe: async () => {
      const before = signature;
      const earlier = serviceDeployment;
      await attempt('ecs:DescribeServiceDeployments', readServiceDeployment, giveUpServiceDeployments);
      if (!isRevisionRead) await attempt('ecs:DescribeServiceRevisions', readRevision, giveUpRevision);
      const status = serviceDeployment?.status;
      // One that is already rolled back or over at the first reading has failed tasks to explain it.
      const hasTurned = serviceDeployment !== undefined && status !== (earlier?.status ?? 'IN_PROGRESS');
      const readBefore = serviceRead;
      if (!hasServiceDeployments || hasTurned || isDue(serviceRead, serviceEverySeconds)) {
        await attempt('ecs:DescribeServices', readService, refuse);
      }
      const hasLost = hasServiceDeployments
        ? tasksOf(serviceDeployment) < tasksOf(earlier)
        : updateSignature() !== before;
      if (canReadTasks && (hasTurned || hasLost || tasks.isDue())) {
        await attempt('ecs:ListTasks and ecs:DescribeTasks', () => tasks.read(), giveUpTasks);
      }
      if (updateSignature() !== before) changed = clock.now();
      if (isHeldUp()) await attempt('ecs:GetTaskProtection', readProtection, giveUpProtection);
      const snapshot: Snapshot = {
        deploymentId: deployment.id,
        createdAt: deployment.createdAt,
        wantedCount: desiredCount,
        service,
        events: [...events.values()].toSorted(newestFirst),
        serviceDeployment,
        ...tasks.observed(),
        isServiceFresh: serviceRead !== readBefore,
        protection,
        targetGroups,
        stages,
        stageSeconds: (dateNow() - (stages.at(-1)?.from ?? dateNow())) / 1000,
        lastPause,
        isRollbackRequested,
        completed: undefined,
        elapsedSeconds: (clock.now() - started) / 1000,
        idleSeconds: (clock.now() - changed) / 1000,
      };
      // After the tasks were read: what has failed by then failed before it.
      if (endOf(snapshot)?.kind === 'completed') completedAt ??= clock.now();
      return completedAt === undefined
        ? snapshot
        : { ...snapshot, completed: { at: completedAt, seconds: (clock.now() - completedAt) / 1000 } };
    },
  };

  async function readServiceDeployment(): Promise<void> {
    if (!hasServiceDeployments) return;
    serviceDeploymentArn ??= await findServiceDeployment();
    if (serviceDeploymentArn === undefined) return;
    const read = await reader.serviceDeployment(serviceDeploymentArn);
    if (read === undefined) return;
    stages = withReading(stages, read, { at: dateNow(), isFirst: serviceDeployment === undefined });
    serviceDeployment = read;
    isRollbackRequested ||= read.status === 'ROLLBACK_REQUESTED';
    // Kept when the deployment ends or is rolled back, to tell who answered.
    if (read.status !== 'IN_PROGRESS') return;
    const pause = pauseOf(read);
    const since = pause?.hook === lastPause?.hook ? lastPause?.since : undefined;
    lastPause = pause && { ...pause, since: since ?? new Date(dateNow()) };
  }

  /** Reads which group of a pair the new tasks are in. Until it is known, a target that is healthy in either counts. */
  async function readRevision(): Promise<void> {
    const arn = serviceDeployment?.targetServiceRevision?.arn;
    if (arn === undefined) return;
    const revision = await reader.serviceRevision(arn);
    targetGroups = groupsOfRevision(healthSources.targetGroups, revision);
    isRevisionRead = !isAmbiguous(targetGroups) || revision !== undefined;
  }

  /** Both groups of each pair are asked then. */
  function giveUpRevision(): void {
    isRevisionRead = true;
  }

  /** Milliseconds since the epoch, and never back: the machine's clock may be set meanwhile. */
  function dateNow(): number {
    return startedDate + (clock.now() - started);
  }

  /**
   * By the number that the deployment's id and its target revision share. Where AWS should end to keep that, the only
   * service deployment begun since then is ours too; two of them are not told apart, and `deployments[]` is used.
   */
  async function findServiceDeployment(): Promise<string | undefined> {
    searches++;
    const since =
      deployment.createdAt === undefined ? undefined : new Date(deployment.createdAt.getTime() - 1000);
    const begun = await reader.serviceDeploymentsSince(clusterArn, serviceArn, since);
    const ours = begun.find((one) => isRevisionOf(one.targetServiceRevisionArn, deployment.id));
    const [only, ...others] = begun;
    return ours?.arn ?? (searches > 8 && others.length === 0 ? only?.arn : undefined);
  }

  async function readService(): Promise<void> {
    const read = await reader.service(clusterArn, serviceArn);
    serviceRead = clock.now();
    if (read === undefined) return;
    const isListed = read.deployments?.some(({ id }) => id === deployment.id) === true;
    wasListed ||= isListed;
    // ECS is eventually consistent (documented): a reading without our deployment, soon after it was made, is old;
    // unless the service deployment tells that another one may have taken its place already.
    const isYoung = clock.now() - started < 60_000;
    const mayBeGone =
      serviceDeployment !== undefined && !['PENDING', 'IN_PROGRESS'].includes(serviceDeployment.status ?? '');
    if (!isListed && !wasListed && isYoung && !mayBeGone && read.status === 'ACTIVE') return;
    service = read;
    for (const event of read.events ?? []) {
      // Old events are about other deployments; a service that fails for hours doesn't fill the memory.
      if (events.size < mostEvents) events.set(event.id ?? '', event);
    }
  }

  /** Old tasks have stayed beside the new ones, and nothing has moved for a minute. Before CLEAN_UP they are to stay. */
  function isHeldUp(): boolean {
    const isBefore = !['CLEAN_UP', undefined].includes(stageOf(serviceDeployment)?.name);
    const isWaiting =
      !isBefore && oldTasksStay({ deploymentId: deployment.id, desiredCount, service, serviceDeployment });
    if (!isWaiting) protection = undefined;
    return (
      canReadProtection && isWaiting && isDue(changed, heldUpSeconds) && isDue(protectionRead, heldUpSeconds)
    );
  }

  async function readProtection(): Promise<void> {
    protectionRead = clock.now();
    const running = await reader.taskArns(clusterArn, serviceName, 'RUNNING');
    const { foreign } = await reader.tasks(clusterArn, running, deployment.id);
    protection = protectionOf(await reader.protection(clusterArn, foreign));
  }

  /** It only says why old tasks stay, and most roles may not ask. */
  function giveUpProtection(): void {
    canReadProtection = false;
    say(
      'Old tasks still run. To learn whether they are protected from scale-in, permit ecs:GetTaskProtection.',
    );
  }

  function isDue(last: number, seconds: number): boolean {
    return clock.now() - last >= seconds * 1000;
  }

  function updateSignature(): string {
    signature = signatureOf(service, serviceDeployment, tasks.count());
    return signature;
  }

  function giveUpServiceDeployments(what: string, error: unknown): void {
    hasServiceDeployments = false;
    serviceDeployment = undefined;
    notice(
      `${what} is not available (${wordsOf(error)}); the deployment is followed by the service's deployments instead. Permit ecs:ListServiceDeployments and ecs:DescribeServiceDeployments to see why ECS ends one.`,
    );
  }

  function giveUpTasks(what: string, error: unknown): void {
    canReadTasks = false;
    notice(
      `${what} is not permitted (${wordsOf(error)}); failed tasks can be neither counted nor explained.`,
    );
  }
}

function newestFirst(a: ServiceEvent, b: ServiceEvent): number {
  return (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0);
}

function tasksOf(deployment: ServiceDeployment | undefined): number {
  const { runningTaskCount = 0, pendingTaskCount = 0 } = deployment?.targetServiceRevision ?? {};
  return runningTaskCount + pendingTaskCount;
}
