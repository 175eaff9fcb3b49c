import { followerOf } from '../deployment/follow/follower.ts';
import { findLostImages } from '../image/registry/image-state.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Allowance } from '../inputs/rollback.ts';
import { type PlannedService, planService } from '../plan/decide/change.ts';
import { refuseWaitGoals } from '../plan/decide/wait-goal.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import { readWantedVersion } from '../reference/rollback-version.ts';
import { newestVersions, type PastDeployment, readPast, versionLine } from '../rollback/past.ts';
import { logProof } from '../rollback/proof.ts';
import { foreignDeployment, imageGone, isOfRepository } from '../rollback/refusals.ts';
import { findTaskDefinition } from '../rollback/task-definition.ts';
import { findVersion } from '../rollback/version.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates, type ServiceState } from '../service/describe.ts';
import { createReader, type Reader } from '../service/reader.ts';
import { waitsMinutes } from '../service/strategy.ts';
import { noOrigin, originOfRun } from '../task-definition/provenance.ts';
import { objectIn } from '../text/json.ts';
import { inWords, nameOf } from '../text/words.ts';
import { apply, type Deployed, stopIfCancelled } from './apply.ts';
import { awaitInFlight } from './in-flight.ts';
import { logServices } from './log-services.ts';
import { stopInFlight } from './stop-in-flight.ts';
import { imageOfVersion } from './version-image.ts';

/** How one service returns. */
type Return = Pick<PastDeployment, 'origin'> & {
  readonly past: readonly PastDeployment[];
  /** The image of the version to roll back to; undefined where several of its containers could be meant. */
  readonly image: ProvidedImage | undefined;
} & (
    | /** The deployment in flight is stopped, and ECS itself returns to the previous version. */
    { readonly kind: 'stop'; readonly seen: ServiceState; readonly deployment: DeploymentRef }
    | { readonly kind: 'deploy'; readonly planned: PlannedService }
  );

/**
 * Returns services to a version that ran before: look, read the history, choose, and then as a deploy does: update,
 * follow, judge, report. Builds nothing. A service that can't return keeps all others from being touched.
 *
 * @throws Failure for everything that is found out before a service is touched
 */
export async function rollback(inputs: Inputs, run: Run): Promise<Deployed> {
  const { aws } = run;
  const reader = createReader(aws.ecs, run.clock);
  const found = await readServiceStates(aws, calling(run), inputs.cluster, inputs.services);
  const services =
    inputs.ifInFlight === 'supersede' ? found : await awaitInFlight(inputs, run, reader, found);
  logServices(run, services);

  const returns = await Promise.all(services.map((seen) => decideReturn(inputs, run, reader, seen)));
  refuseWaitGoals(
    inputs.wait,
    returns.flatMap((one) => (one.kind === 'deploy' ? one.planned : [])),
  );
  stopIfCancelled(run);
  if (returns.some(touches)) await run.record.begin(commitOf(returns, run));
  const [deployed, stopped] = await Promise.all([
    apply({
      change: {
        image: { kind: 'kept', why: { kind: 'rollback' } },
        services: returns.flatMap((one) => (one.kind === 'deploy' ? one.planned : [])),
      },
      commit: undefined,
      inputs,
      run,
      reader,
    }),
    Promise.all(
      returns.flatMap((one) =>
        one.kind === 'stop' ? stopInFlight(inputs, run, reader, { ...one, rollsBackCompleted: true }) : [],
      ),
    ),
  ]);
  const outcomes = [...deployed.outcomes, ...stopped];
  return {
    ...deployed,
    image: imageOfAll(returns),
    commit: commitOf(returns, run),
    outcomes: services.flatMap(({ arn }) => outcomes.filter(({ serviceArn }) => serviceArn === arn)),
    histories: returns.map((one) => ({
      service: (one.kind === 'deploy' ? one.planned.seen : one.seen).name,
      past: one.past,
    })),
  };
}

function touches(one: Return): boolean {
  return one.kind === 'stop' || one.planned.update.kind === 'update';
}

/** Undefined where services return to different images: `image` speaks of all. */
function imageOfAll(returns: readonly Return[]): ProvidedImage | undefined {
  const [first] = returns;
  return returns.every(({ image }) => image?.uri === first?.image?.uri) ? first?.image : undefined;
}

/** The commit of the version to roll back to, where it is one of this repository. */
function commitOf(returns: readonly Return[], { environment }: Run): string | undefined {
  const { repository } = originOfRun(environment);
  return returns
    .map(({ origin }) => origin)
    .find((origin) => origin.commit !== undefined && origin.repository === repository)?.commit;
}

async function decideReturn(inputs: Inputs, run: Run, reader: Reader, seen: ServiceState): Promise<Return> {
  const { to, allow } = inputs.rollback;
  const past = await readPast(run.aws.ecs, calling(run), seen);
  if (seen.history.kind === 'unknown') {
    run.log.notice(
      `The history of ${seen.name} is not known, only the revisions that this action registered: they may never have been healthy.`,
    );
  }
  const inFlight = followerOf(seen).inFlight(seen);
  if (inFlight !== undefined) refuseForeign(run, seen, past, allow);

  const wanted = readWantedVersion(to);
  // A refusal lists the versions itself.
  const version = await findVersion(inputs, run, seen, past, wanted);
  for (const line of newestVersions(past)) run.log.say(`  ${seen.name}: ${line}`);
  await logProof(run, reader, seen, version, past);
  const name = nameOf(version.taskDefinitionArn);
  const isRollbackTarget = version.taskDefinitionArn === seen.rollbackTarget?.taskDefinitionArn;
  if (inFlight !== undefined && isRollbackTarget) {
    // Its own document is not read for this: containers seldom change their names.
    const image = imageOfVersion(inputs, seen.taskDefinition, version.images);
    return { kind: 'stop', seen, deployment: inFlight, past, origin: version.origin, image };
  }

  const lost = await findLostImages(run, version.images);
  if (lost.length > 0 && !allow.includes('image-missing')) throw imageGone(seen.name, name, lost);
  for (const image of lost) run.log.warning(`${name} runs ${image}, which is no longer in its repository.`);
  run.log.say(`${seen.name} returns to ${versionLine(version)}`);
  // A deployment that is over is left by a new one, through all stages.
  const waits = waitsMinutes(objectIn(seen.document.deploymentConfiguration));
  if (waits.total > 0) {
    const least = inWords(waits.total * 60);
    run.log.say(`${seen.name}: this is a new deployment; its bake and step times alone take ${least}`);
  }
  const taskDefinition = await findTaskDefinition(run, version);
  return {
    kind: 'deploy',
    past,
    origin: version.origin,
    image: imageOfVersion(inputs, taskDefinition.document, version.images),
    planned: { ...planService(seen, taskDefinition, inputs.service), findings: [] },
  };
}

/** A deployment is ours when its revision is marked with this repository. Nothing is asked of a rollback by ECS. */
function refuseForeign(
  { environment, log }: Run,
  seen: ServiceState,
  past: readonly PastDeployment[],
  allow: readonly Allowance[],
): void {
  const inFlight = followerOf(seen).inFlight(seen);
  if (inFlight === undefined || inFlight.status.startsWith('ROLLBACK')) return;
  const deployment = past.find(({ taskDefinitionArn }) => taskDefinitionArn === inFlight.target);
  const origin = deployment?.origin ?? noOrigin;
  if (!isOfRepository(environment, origin) && !allow.includes('foreign-deployment')) {
    throw foreignDeployment(inFlight, { origin });
  }
  log.say(`${inFlight.id} of ${nameOf(inFlight.target)} is in flight, and is given up`);
}
