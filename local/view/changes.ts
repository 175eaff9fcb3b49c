import type { DeploymentShown, ServiceShown, Snapshot, TaskShown } from '../ecs/snapshot.ts';

/** What is new between two snapshots, one line for each change, oldest first. */
export function changes(before: Snapshot, after: Snapshot): string[] {
  return [
    ...after.services.flatMap((service) => {
      const earlier = before.services.find((one) => keyOf(one) === keyOf(service));
      return serviceChanges(earlier, service);
    }),
    ...after.tasks.flatMap((task) => {
      const earlier = before.tasks.find((one) => one.taskId === task.taskId);
      return taskChanges(earlier, task);
    }),
  ].map(onOneLine);
}

/** Identifies a service by cluster and name: a service created again under its name is the same to a reader. */
export function keyOf({ cluster, name }: Pick<ServiceShown, 'cluster' | 'name'>): string {
  return `${cluster}/${name}`;
}

/** Text from containers and engines may contain anything, even sequences that move a terminal's cursor. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function serviceChanges(before: ServiceShown | undefined, after: ServiceShown): string[] {
  const lines: string[] = [];
  if (before?.status !== after.status || before.desiredCount !== after.desiredCount)
    lines.push(`service ${keyOf(after)} ${after.status}, ${after.desiredCount} tasks desired`);
  for (const deployment of after.deployments) {
    const earlier = before?.deployments.find(({ id }) => id === deployment.id);
    if (earlier !== undefined && stateOf(earlier) === stateOf(deployment)) continue;
    lines.push(`deployment ${deployment.id} of ${after.name}: ${stateOf(deployment)}`);
  }
  const known = before?.events[0];
  const fresh = after.events.findIndex(({ at, message }) => at === known?.at && message === known.message);
  const events = fresh === -1 ? after.events : after.events.slice(0, fresh);
  return [...lines, ...events.map(({ message }) => message).toReversed()];
}

function stateOf({ status, taskDefinition, rolloutState }: DeploymentShown): string {
  return [taskDefinition, status, rolloutState].filter((part) => part !== undefined).join(' ');
}

function taskChanges(before: TaskShown | undefined, after: TaskShown): string[] {
  if (before !== undefined && shown(before) === shown(after)) return [];
  const reason = after.lastStatus === 'STOPPED' && after.stoppedReason ? `: ${after.stoppedReason}` : '';
  return [`task ${after.taskId.slice(0, 8)} of ${after.taskDefinition} ${shown(after)}${reason}`];
}

/** Shows health only for running tasks. */
function shown({ lastStatus, health }: TaskShown): string {
  return lastStatus === 'RUNNING' ? `RUNNING, ${health}` : lastStatus;
}
