import { type Deployment, type ECSClient, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { describeTaskDefinition, registerTaskDefinition, updateServiceDocument } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import { isRevisionOf } from '../service/service-deployments.ts';
import { membersOf, notInRevision, type WayBack } from '../service/way-back.ts';
import { fromDescribed } from '../task-definition/document.ts';
import { isNewer, isSurelyNewer } from './deployment-age.ts';
import type { Reader } from './reader.ts';
import type { Rollout } from './rollout.ts';

/** What was begun to undo a deployment; `await-undo.ts` follows it to its end. */
export type Undo =
  /** ECS rolls the deployment back, by itself or because it was asked to. */
  | { readonly kind: 'by-ecs'; readonly serviceDeploymentArn: string | undefined; readonly asked: boolean }
  /** A new deployment of the way back was started. */
  | { readonly kind: 'by-update'; readonly deploymentId: string; readonly taskDefinitionArn: string }
  /** It completed before it could be undone: ECS calls it healthy, and it stays. */
  | { readonly kind: 'completed'; readonly running: number; readonly desired: number }
  /** The service runs something else by now; there is nothing of ours to undo. */
  | { readonly kind: 'not-ours'; readonly primaryId: string }
  | { readonly kind: 'no-way-back' }
  | { readonly kind: 'failed'; readonly why: string };

export interface UndoOptions {
  readonly ecs: ECSClient;
  readonly reader: Reader;
  readonly calling: Calling;
  readonly rollout: Rollout;
  readonly wayBack: WayBack | undefined;
  /** Whether a deployment that completed meanwhile is taken back too. */
  readonly undoesCompleted: boolean;
}

/**
 * Begins to undo a deployment of ours: follow ECS's own rollback where one runs, else StopServiceDeployment with
 * ROLLBACK while the deployment is in flight, else UpdateService to the way back.
 *
 * StopServiceDeployment names our own deployment, so it is safe whatever else goes on. UpdateService is not: PRIMARY is
 * read just before, and nothing is done when it is not ours. ECS has no conditional update, so another deployment that
 * begins between that reading and our call can't be excluded.
 */
export async function undo(options: UndoOptions): Promise<Undo> {
  try {
    return await begin(options);
  } catch (error) {
    return { kind: 'failed', why: wordsOf(error) };
  }
}

async function begin(options: UndoOptions): Promise<Undo> {
  const { rollout, wayBack } = options;
  const deployment = await ownServiceDeployment(options);
  const byEcs = { kind: 'by-ecs', serviceDeploymentArn: deployment?.arn, asked: false } as const;
  // Of a rollback that failed nothing more is to be expected.
  if (deployment?.status?.startsWith('ROLLBACK') && deployment.status !== 'ROLLBACK_FAILED') return byEcs;
  const isInFlight = deployment?.status === 'PENDING' || deployment?.status === 'IN_PROGRESS';
  if (wayBack !== undefined && deployment !== undefined && isInFlight) {
    if (await stopWithRollback(options, deployment.arn)) return { ...byEcs, asked: true };
  }
  const { primary, createdAt } = await readPrimary(options);
  if (primary?.id !== rollout.deploymentId) {
    return primary !== undefined && !isNewer(primary.createdAt, createdAt)
      ? byEcs
      : { kind: 'not-ours', primaryId: primary?.id ?? 'unknown' };
  }
  const isCompleted = deployment?.status === 'SUCCESSFUL' || primary.rolloutState === 'COMPLETED';
  if (isCompleted && !options.undoesCompleted) {
    return { kind: 'completed', running: primary.runningCount ?? 0, desired: primary.desiredCount ?? 0 };
  }
  return wayBack === undefined ? { kind: 'no-way-back' } : updateBack(options, wayBack);
}

/**
 * PRIMARY, and when our own deployment was made. A reading in which ours is missing may be older than ours (ECS is
 * eventually consistent), so it is believed only when PRIMARY is surely newer, or after several looks.
 */
async function readPrimary({ reader, calling, rollout }: UndoOptions): Promise<{
  readonly primary: Deployment | undefined;
  readonly createdAt: Date | undefined;
}> {
  for (let look = 0; ; look++) {
    if (look > 0) await calling.clock.sleep(1500);
    const service = await call(calling, 'ecs:DescribeServices', () =>
      reader.service(rollout.clusterArn, rollout.serviceArn),
    );
    const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
    const own = service?.deployments?.find(({ id }) => id === rollout.deploymentId);
    const createdAt = own?.createdAt ?? rollout.createdAt;
    const isKnown = own !== undefined || isSurelyNewer(primary?.createdAt, createdAt);
    if (isKnown || look === 4) return { primary, createdAt };
  }
}

/** A new service deployment is listed a moment after it was made (ECS is eventually consistent): three looks. */
async function ownServiceDeployment({
  reader,
  calling,
  rollout,
}: UndoOptions): Promise<{ arn: string; status: string | undefined } | undefined> {
  const { clusterArn, serviceArn, createdAt, deploymentId } = rollout;
  const since = createdAt === undefined ? undefined : new Date(createdAt.getTime() - 1000);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (attempt > 0) await calling.clock.sleep(500);
      const begun = await call(calling, 'ecs:ListServiceDeployments', () =>
        reader.serviceDeploymentsSince(clusterArn, serviceArn, since),
      );
      const arn = begun.find((one) => isRevisionOf(one.targetServiceRevisionArn, deploymentId))?.arn;
      if (arn === undefined) continue;
      const read = await call(calling, 'ecs:DescribeServiceDeployments', () => reader.serviceDeployment(arn));
      return { arn, status: read?.status };
    }
    return undefined;
  } catch (error) {
    // Without this API the way back by UpdateService is still there.
    calling.say(`The service deployment can't be read: ${wordsOf(error)}`);
    return undefined;
  }
}

/**
 * Works without a circuit breaker too (documented). ECS returns to the newest deployment that completed.
 * @returns false when it can't be had (denied, unsupported, over meanwhile) and UpdateService has to do it
 */
async function stopWithRollback(
  { ecs, calling }: UndoOptions,
  serviceDeploymentArn: string,
): Promise<boolean> {
  try {
    await call(calling, 'ecs:StopServiceDeployment', () =>
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })),
    );
    return true;
  } catch (error) {
    if (kindOf(error) === 'credentials') throw error;
    calling.say(
      `ECS can't stop and roll back this deployment (${wordsOf(error)}); updating the service instead.`,
    );
    return false;
  }
}

async function updateBack(options: UndoOptions, wayBack: WayBack): Promise<Undo> {
  const { ecs, calling, rollout, reader } = options;
  const settings = membersOf(wayBack.settings);
  const update = (taskDefinition: string) =>
    // A lost answer may be sent again: the second call asks for what the first one has begun, and begins nothing new
    // (the same task definition without forceNewDeployment starts no deployment).
    call(calling, 'ecs:UpdateService', () =>
      updateServiceDocument(ecs, {
        cluster: rollout.clusterArn,
        service: rollout.serviceArn,
        taskDefinition,
        ...settings,
        // The same revision again (only settings or a forced deployment failed) needs a deployment all the same; so
        // does a strategy that is put back.
        ...(taskDefinition === rollout.taskDefinitionArn || settings.capacityProviderStrategy !== undefined
          ? { forceNewDeployment: true }
          : {}),
      }),
    );
  let taskDefinitionArn = wayBack.taskDefinitionArn;
  let reply: Awaited<ReturnType<typeof update>>;
  try {
    reply = await update(taskDefinitionArn);
  } catch (error) {
    // ECS deploys ACTIVE revisions only (documented); a copy of a deregistered one is as good.
    if (!/inactive/i.test(wordsOf(error))) throw error;
    calling.say(`${taskDefinitionArn} is INACTIVE; registering a copy of it.`);
    taskDefinitionArn = await registerCopy(ecs, calling, taskDefinitionArn);
    reply = await update(taskDefinitionArn);
  }
  const primary = reply.service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const read = primary ?? (await reader.service(rollout.clusterArn, rollout.serviceArn))?.deployments?.[0];
  return { kind: 'by-update', deploymentId: read?.id ?? '', taskDefinitionArn };
}

/**
 * Puts back the settings that ECS's own rollback leaves as they are: a service revision holds no desired count and
 * nothing of how the service deploys. Starts no deployment (documented), and may be sent again.
 */
export async function putSettingsBack({
  ecs,
  calling,
  rollout,
  wayBack,
}: Pick<UndoOptions, 'ecs' | 'calling' | 'rollout' | 'wayBack'>): Promise<void> {
  const settings = notInRevision(wayBack?.settings ?? {});
  const names = Object.entries(settings).map(([name, value]) =>
    name === 'desiredCount' ? `desired count ${JSON.stringify(value)}` : name,
  );
  if (names.length === 0) return;
  const { clusterArn: cluster, serviceArn: service } = rollout;
  try {
    await call(calling, 'ecs:UpdateService', () =>
      updateServiceDocument(ecs, { cluster, service, ...settings }),
    );
    calling.say(`put back: ${names.join(', ')}`);
  } catch (error) {
    calling.say(`Settings could not be put back (${names.join(', ')}): ${wordsOf(error)}`);
  }
}

async function registerCopy(ecs: ECSClient, calling: Calling, arn: string): Promise<string> {
  const described = await call(calling, 'ecs:DescribeTaskDefinition', () => describeTaskDefinition(ecs, arn));
  const registered = await call(calling, 'ecs:RegisterTaskDefinition', () =>
    registerTaskDefinition(ecs, fromDescribed(described)),
  );
  const copy = isJsonObject(registered.taskDefinition)
    ? registered.taskDefinition.taskDefinitionArn
    : undefined;
  if (typeof copy !== 'string') throw new Error('ECS registered a copy but did not tell its ARN');
  return copy;
}
