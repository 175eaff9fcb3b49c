import { isOfAws } from '../aws/errors.ts';
import { asFailure } from '../aws/failure.ts';
import { isJsonArray, isJsonObject } from '../aws/json.ts';
import type { ServiceChange } from '../change/service.ts';
import { Failure } from '../failure.ts';
import type { Inputs } from '../inputs.ts';
import { type Update, unfinished } from '../journal.ts';
import { type Aftermath, readAftermath } from '../rollout/aftermath.ts';
import { type Cause, causeOfFailure, diagnose } from '../rollout/diagnose.ts';
import { gatherEvidence } from '../rollout/evidence.ts';
import { type Followed, follow } from '../rollout/follow.ts';
import { createObserver } from '../rollout/observe.ts';
import type { ServiceOutcome } from '../rollout/outcome.ts';
import type { Reader } from '../rollout/reader.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { asSentence, nameOf, type Sentence, sentenceOfEnd, sentenceOfGiveUp } from '../rollout/sentence.ts';
import type { TargetHealthReader } from '../rollout/target-health.ts';
import { putSettingsBack } from '../rollout/undo.ts';
import { callingUntilDone, type Run } from '../run.ts';
import type { ServiceSeen } from '../service/look.ts';
import { hasCircuitBreaker, noSettings } from '../service/settings.ts';
import { updateService } from '../service/update.ts';
import type { WayBack } from '../service/way-back.ts';
import { containersOf, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { answersAsWanted } from './health-check.ts';
import { awaitScale } from './scale.ts';
import { mendCommands, takeWayBack } from './take-way-back.ts';

/** One service with all that its rollout needs. */
export interface RollOut {
  readonly run: Run;
  readonly inputs: Inputs;
  readonly reader: Reader;
  readonly targetHealth: TargetHealthReader;
  readonly seen: ServiceSeen;
  readonly change: ServiceChange;
  readonly taskDefinitionArn: string;
  /** What stands behind that ARN. */
  readonly taskDefinition: TaskDefinitionDocument;
  /** Puts the service's name before a line where there are several. */
  readonly say: (line: string) => void;
}

/** Updates one service, follows that deployment to its end, and takes the way back when it fails. Never throws. */
export async function rollOut(options: RollOut): Promise<ServiceOutcome> {
  const { seen, change, run } = options;
  try {
    switch (change.kind) {
      case 'unchanged':
        return outcome(options, {
          result: 'unchanged',
          reason: 'no-change',
          text: `${seen.name} already runs ${version(options)}, completed; nothing to do.`,
        });
      case 'join':
        if (!options.inputs.wait.forStability) return notWaitedFor(options, change.deployment.id ?? '');
        options.say(
          `${version(options)} is being deployed already (${change.deployment.id}); following that deployment`,
        );
        return await followToEnd(options, rolloutOf(options, change.deployment), undefined);
      case 'update':
        return await update(options, change);
      default:
        return change satisfies never;
    }
  } catch (error) {
    const failure = asFailure(error);
    // A defect of ours in the middle is left open in the journal, so that post undoes what was begun.
    const isOpen = unfinished(run.journal.entries).rollouts.some(
      ({ update: { serviceArn } }) => serviceArn === seen.arn,
    );
    const text = isOpen
      ? `The deployment of ${version(options)} to ${seen.name} can't be followed to its end, and is left to the post step: ${failure.message}`
      : `${seen.name} could not be updated: ${failure.message}`;
    return outcome(options, { result: 'failed', reason: failure.code, text });
  }
}

async function update(options: RollOut, change: ServiceChange & { kind: 'update' }): Promise<ServiceOutcome> {
  const { run, inputs, seen, taskDefinitionArn, reader, say } = options;
  if (run.signal.aborted) return cancelledBefore(options);
  const wayBack = wayBackOf(options, change);
  const intent: Update = {
    region: inputs.region,
    cluster: seen.clusterArn,
    serviceArn: seen.arn,
    taskDefinitionArn,
    previousDeploymentId: seen.primary?.id,
    wayBack,
    undoWhenCutOff:
      inputs.wait.forStability && inputs.failure.rollback && inputs.failure.onCancel === 'rollback',
  };
  run.journal.note({ kind: 'update', update: intent });
  const updated = await updateService(run, reader, seen, {
    taskDefinitionArn,
    deploys: change.deploys,
    desiredCount: change.desiredCount,
    settings: change.settings.request,
    force: change.force,
  }).catch((error: unknown) => {
    // AWS refused it. Any other error is ours, and says nothing about what AWS did.
    if (isOfAws(error)) run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    throw error;
  });
  if (updated.kind === 'cancelled') {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    return cancelledBefore(options);
  }
  if (updated.kind === 'unknown') return updateUnknown(options, updated.why);

  const deploymentId = updated.deployment.id ?? '';
  run.journal.note({ kind: 'deployment', serviceArn: seen.arn, deploymentId });
  const isNew = deploymentId !== seen.primary?.id;
  say(
    isNew
      ? `deployment ${deploymentId} of ${version(options)} has begun`
      : 'the service was updated; no new deployment was needed',
  );
  if (!inputs.wait.forStability) {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    return notWaitedFor(options, deploymentId);
  }
  const rollout = rolloutOf(options, updated.deployment);
  if (isNew) return followToEnd(options, rollout, { wayBack });
  if (seen.inFlight === undefined) {
    return change.desiredCount === undefined ? settingsOnly(options, rollout) : awaitScale(options, rollout);
  }
  say(`following the deployment ${deploymentId}, which is in flight and not of this run`);
  return followToEnd(options, rollout, undefined);
}

/** A deployment that this run began, with its way back. One that is not ours is followed, and never undone. */
interface Own {
  readonly wayBack: WayBack | undefined;
}

/** @param own undefined for a deployment that is not ours */
async function followToEnd(
  options: RollOut,
  rollout: Rollout,
  own: Own | undefined,
): Promise<ServiceOutcome> {
  const { run, reader, targetHealth, say, seen } = options;
  const observer = createObserver(rollout, {
    reader,
    targetHealth,
    clock: run.clock,
    say,
    notice: run.log.notice,
  });
  let followed: Followed;
  try {
    followed = await follow({ rollout, observer, reader, clock: run.clock, say, signal: run.signal });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return accessLost(options, rollout, own, error);
  }

  if (followed.kind === 'interrupted') return cancelled(options, rollout, own);
  const { snapshot } = followed;
  const sentence = await afterHealthCheck(
    options,
    followed.kind === 'ended'
      ? sentenceOfEnd(followed.end, seen.name, version(options))
      : sentenceOfGiveUp(followed.why, seen.name, version(options)),
  );
  // Asking the address was cut short: that is no answer.
  if (sentence.reason === 'health-check-url' && run.signal.aborted) return cancelled(options, rollout, own);
  const { deploymentId } = rollout;
  if (sentence.result === 'deployed') {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    return outcome(options, sentence, { deploymentId });
  }
  const wayBack = own?.wayBack;
  if (sentence.result === 'rolled-back') {
    await putSettingsBack({ ecs: run.aws.ecs, calling: callingUntilDone(run), rollout, wayBack });
  }
  const { taskDefinition } = options;
  const [cause, undone] = await Promise.all([
    gatherEvidence({ aws: run.aws, targetHealth, rollout, snapshot, taskDefinition }).then(diagnose),
    sentence.needsUndo && own !== undefined ? takeWayBack(options, rollout, wayBack, sentence) : undefined,
  ]);
  if (undone?.isOver !== false) run.journal.note({ kind: 'settled', serviceArn: seen.arn });
  if (undone !== undefined) return outcome(options, undone.sentence, { deploymentId, cause, ...undone });
  const isBroken =
    own !== undefined &&
    (sentence.result === 'rollback-failed' ||
      (sentence.result === 'failed' && sentence.reason === 'stopped-by-person'));
  if (!isBroken) return outcome(options, sentence, { deploymentId, cause });
  const aftermath = await readAftermath(reader, rollout);
  return outcome(options, sentence, { deploymentId, cause, aftermath, mend: mendCommands(rollout, wayBack) });
}

/** A deployment that completed still has to answer, where the workflow says how that is seen. */
async function afterHealthCheck(options: RollOut, sentence: Sentence): Promise<Sentence> {
  const { inputs, run, say, seen } = options;
  const url = inputs.wait.healthCheckUrl;
  if (sentence.result !== 'deployed' || url === undefined) return sentence;
  const answer = await answersAsWanted({ url, status: inputs.wait.healthCheckStatus, run, say });
  if (answer.isGood) return sentence;
  return {
    result: 'failed',
    reason: 'health-check-url',
    text: `${seen.name} completed the deployment of ${version(options)}, but health-check-url does not answer as wanted: ${answer.said}.`,
    needsUndo: true,
  };
}

/** The rollback is begun at once and left to `post`: GitHub gives this process only seconds. */
async function cancelled(options: RollOut, rollout: Rollout, own: Own | undefined): Promise<ServiceOutcome> {
  const { inputs, run, seen, say } = options;
  const { deploymentId } = rollout;
  if (own === undefined || !inputs.failure.rollback || inputs.failure.onCancel === 'leave') {
    run.journal.note({ kind: 'settled', serviceArn: seen.arn });
    const text = `The run was cancelled; the deployment of ${version(options)} to ${seen.name} goes on.`;
    return outcome(options, { result: 'cancelled', reason: 'cancelled-run', text }, { deploymentId });
  }
  say('cancelled: requesting the rollback now');
  const undone = await takeWayBack(
    options,
    rollout,
    own.wayBack,
    {
      result: 'cancelled',
      reason: 'cancelled-run',
      text: `The run was cancelled while ${version(options)} was being deployed to ${seen.name}.`,
      needsUndo: true,
    },
    { waits: false },
  );
  if (undone.isOver) run.journal.note({ kind: 'settled', serviceArn: seen.arn });
  return outcome(options, undone.sentence, { deploymentId, ...undone });
}

/** Nothing can be seen any more. What is still permitted is tried: the rollback. */
async function accessLost(
  options: RollOut,
  rollout: Rollout,
  own: Own | undefined,
  failure: Failure,
): Promise<ServiceOutcome> {
  const sentence: Sentence = {
    result: 'failed',
    reason: 'access-lost',
    text: `The deployment of ${version(options)} to ${options.seen.name} can't be followed any more. ${asSentence(failure.message)}`,
    needsUndo: true,
  };
  const undone = own === undefined ? undefined : await takeWayBack(options, rollout, own.wayBack, sentence);
  if (undone?.isOver !== false) options.run.journal.note({ kind: 'settled', serviceArn: options.seen.arn });
  return outcome(options, undone?.sentence ?? sentence, {
    deploymentId: rollout.deploymentId,
    cause: causeOfFailure(failure),
    ...undone,
  });
}

function notWaitedFor(options: RollOut, deploymentId: string): ServiceOutcome {
  const text = `The deployment of ${version(options)} to ${options.seen.name} has begun; its end was not waited for.`;
  return outcome(options, { result: 'started', reason: 'not-waited-for', text }, { deploymentId });
}

/** Nothing to wait for: ECS takes such settings at once and starts nothing (documented). */
function settingsOnly(options: RollOut, { deploymentId }: Rollout): ServiceOutcome {
  const { run, seen } = options;
  run.journal.note({ kind: 'settled', serviceArn: seen.arn });
  const text = `${seen.name} has the settings that were asked for, and runs ${version(options)} as before; they hold for deployments and tasks from now on.`;
  return outcome(options, { result: 'deployed', reason: 'completed', text }, { deploymentId });
}

function updateUnknown(options: RollOut, why: string): ServiceOutcome {
  const { seen, run } = options;
  return outcome(
    options,
    {
      result: run.signal.aborted ? 'cancelled' : 'failed',
      reason: 'update-unknown',
      text: `Whether ${seen.name} was updated to ${version(options)} is not known: ${why}`,
    },
    { mend: [`aws ecs describe-services --cluster ${seen.clusterArn} --services ${seen.name}`] },
  );
}

function cancelledBefore(options: RollOut): ServiceOutcome {
  return outcome(options, {
    result: 'cancelled',
    reason: 'cancelled',
    text: `The run was cancelled before ${options.seen.name} was touched.`,
  });
}

/** The settings of the way back are those that this update changes, as they were. */
function wayBackOf({ seen }: RollOut, change: ServiceChange & { kind: 'update' }): WayBack | undefined {
  if (seen.wayBack === undefined) return undefined;
  const { desiredCount } = seen.service;
  const changesCount = change.desiredCount !== undefined && desiredCount !== undefined;
  const others = change.settings.before;
  return {
    ...seen.wayBack,
    settings: {
      ...(changesCount ? { desiredCount } : {}),
      ...(Object.keys(others).length > 0 ? { others } : {}),
    },
  };
}

function rolloutOf(
  { seen, inputs, change, taskDefinition, taskDefinitionArn }: RollOut,
  deployment: { readonly id?: string | undefined; readonly createdAt?: Date | undefined },
): Rollout {
  const configuration = seen.service.deploymentConfiguration;
  const bakeMinutes = configuration?.bakeTimeInMinutes ?? 0;
  return {
    serviceName: seen.name,
    serviceArn: seen.arn,
    clusterArn: seen.clusterArn,
    deploymentId: deployment.id ?? '',
    createdAt: deployment.createdAt,
    taskDefinitionArn,
    desiredCount:
      (change.kind === 'update' ? change.desiredCount : undefined) ?? seen.service.desiredCount ?? 0,
    targetGroupArns: (seen.service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
    hasHealthCheck: containersOf(taskDefinition).some(
      ({ healthCheck }) => isJsonObject(healthCheck) && isJsonArray(healthCheck.command),
    ),
    policy: {
      failFast: inputs.failure.failFast,
      circuitBreaker: hasCircuitBreaker(
        seen.document,
        change.kind === 'update' ? change.settings : noSettings,
      ),
      limitSeconds: (inputs.wait.minutes + bakeMinutes) * 60,
      rollbackSeconds: inputs.failure.rollbackWaitMinutes * 60,
      noProgressSeconds:
        inputs.wait.noProgressMinutes === undefined ? undefined : inputs.wait.noProgressMinutes * 60,
    },
  };
}

function version({ taskDefinitionArn }: RollOut): string {
  return nameOf(taskDefinitionArn);
}

function outcome(
  { seen, taskDefinitionArn }: RollOut,
  { result, reason, text }: Pick<Sentence, 'result' | 'reason' | 'text'>,
  more: {
    readonly deploymentId?: string;
    readonly cause?: Cause;
    readonly aftermath?: Aftermath | undefined;
    readonly mend?: readonly string[];
  } = {},
): ServiceOutcome {
  return {
    service: seen.name,
    serviceArn: seen.arn,
    clusterArn: seen.clusterArn,
    result,
    reason,
    message: text,
    deploymentId: more.deploymentId,
    taskDefinitionArn,
    previousTaskDefinitionArn: seen.taskDefinitionArn,
    cause: more.cause,
    aftermath: more.aftermath,
    mend: more.mend ?? [],
  };
}
