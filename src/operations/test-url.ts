import { wordsOf } from '../aws/errors.ts';
import type { PauseAnswer } from '../deployment/follow/follow.ts';
import type { Snapshot } from '../deployment/observe/snapshot.ts';
import { type Pause, stageOf } from '../deployment/observe/stage.ts';
import { calling } from '../run/run.ts';
import { shiftedTraffic } from '../service/traffic.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { answersAsWanted, attempts, shownUrl } from './health-check.ts';
import { type ServiceRollout, version } from './service-rollout.ts';

/**
 * Requests test-url while the deployment is paused, and continues it when the answer is right. A pause before any traffic
 * reaches the new version can't be tested: it is somebody's gate, and nothing that was not tested opens it.
 *
 * @returns the reason to give the deployment up when the answer is wrong; `again` when ECS's reply to the answer was lost
 */
export async function testAtPause(
  options: ServiceRollout,
  pause: Pause,
  snapshot: Snapshot,
): Promise<PauseAnswer> {
  const { inputs, run, say } = options;
  const { testUrl: url, healthCheckStatus: status } = inputs.wait;
  if (url === undefined) return 'left';
  const stage = pause.stage ?? 'an unknown stage';
  if (!reachesNewVersion(snapshot, options.seen.document)) {
    say(
      `test-url is not requested in ${stage}: no traffic reaches ${version(options)} yet. Somebody has to answer this pause (operation: continue).`,
    );
    return 'left';
  }
  const answer = await answersAsWanted({ input: 'test-url', url, status, run, say });
  if (run.signal.aborted) return 'left';
  if (!answer.isGood) return { kind: 'test-url', stage, url: shownUrl(url), attempts, said: answer.said };
  return continueDeployment(options, pause, snapshot);
}

/** The pauses of a deployment that this run did not begin are not its to answer. */
export function leaveToOthers({ inputs, say }: ServiceRollout): PauseAnswer {
  if (inputs.wait.testUrl !== undefined)
    say('test-url is not requested: another run began this deployment, and has to answer its pauses.');
  return 'left';
}

async function continueDeployment(
  { run, reader, follower, say }: ServiceRollout,
  { hook }: Pause,
  { serviceDeployment }: Snapshot,
): Promise<PauseAnswer> {
  const serviceDeploymentArn = serviceDeployment?.serviceDeploymentArn;
  // The pause was read from this record; ECS always shows its ARN.
  if (serviceDeploymentArn === undefined) return 'again';
  const context = { ecs: run.aws.ecs, calling: calling(run), reader };
  try {
    const { kind } = await follower.answer(context, { serviceDeploymentArn, hookId: hook }, 'CONTINUE');
    switch (kind) {
      case 'answered':
        say('test-url passed; ECS continues the deployment');
        return 'continued';
      case 'closed':
      case 'over':
      case 'not-found':
        say('test-url passed; the pause has already ended without this answer');
        return 'continued';
      case 'cancelled':
        return 'left';
      case 'unknown':
        return 'again';
      default:
        return kind satisfies never;
    }
  } catch (error) {
    run.log.warning(
      `test-url passed, but this run can't continue the deployment: ${wordsOf(error)} Somebody has to answer the pause (operation: continue).`,
    );
    return 'left';
  }
}

/** By the weights that the record shows; test traffic counts only where something routes it to the new version. */
function reachesNewVersion({ serviceDeployment: record }: Snapshot, service: JsonObject): boolean {
  const { production = 0, test = 0 } = stageOf(record)?.weights ?? {};
  if (production > 0) return true;
  const configuration: unknown = JSON.parse(JSON.stringify(record?.deploymentConfiguration ?? {}));
  const deploymentConfiguration = isJsonObject(configuration) ? configuration : {};
  return test > 0 && shiftedTraffic({ ...service, deploymentConfiguration }).test;
}
