import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import { nameOf } from '../text/words.ts';

/** Says what the services run, and what a failed deployment goes back to. */
export function logServices({ log }: Pick<Run, 'log'>, services: readonly ServiceState[]): void {
  for (const seen of services) {
    log.say(describeDeployments(seen));
    if (seen.history.kind === 'unknown')
      log.notice(`${seen.history.why}; the deployments of ${seen.name} are used instead.`);
  }
}

function describeDeployments({
  name,
  service,
  taskDefinitionArn,
  inFlight,
  rollbackTarget,
}: ServiceState): string {
  const { desiredCount = 0, runningCount = 0 } = service;
  const version = nameOf(taskDefinitionArn);
  const count = `${runningCount} of ${desiredCount} tasks run`;
  const now =
    inFlight === undefined
      ? `${name} runs ${version}, ${count}`
      : `${name} is being deployed ${nameOf(inFlight.target)} by somebody else (${inFlight.id}), ${count}`;
  if (rollbackTarget === undefined) {
    return `${now}; no deployment of it has ever completed, so there is nothing to roll back to`;
  }
  // What runs is what a failed deployment goes back to, unless it says otherwise.
  const target = nameOf(rollbackTarget.taskDefinitionArn);
  const isObvious = inFlight === undefined && target === version;
  return isObvious ? now : `${now}. If this fails, ${name} goes back to ${target}.`;
}
