import type { TargetGroups } from '../../elb/target-groups.ts';
import { numberOf } from '../../server/members.ts';
import { noBackOff } from '../model/back-off.ts';
import { eventText } from '../model/events.ts';
import { post } from '../model/post-event.ts';
import type { Service } from '../model/service.ts';
import { type State, tasksOf } from '../model/state.ts';
import { containerHealth, type Task } from '../model/task.ts';
import { breakerOf } from '../rollout/failures.ts';
import { targetsOf } from '../tasks/targets.ts';
import { judgeTask, type Verdict } from '../tasks/task-health.ts';

interface Judging {
  readonly state: State;
  readonly targetGroups: TargetGroups;
}

/** Judges every task of the service again; returns when a verdict changes by itself. */
export function judgeTasks({ state, targetGroups }: Judging, service: Service): number | undefined {
  const { clock } = state;
  const graceSeconds = numberOf(service.settings, 'healthCheckGracePeriodSeconds') ?? 0;
  const changes: number[] = [];
  for (const task of tasksOf(state, service)) {
    if (task.desiredStatus === 'STOPPED') continue;
    const targets = targetsOf(task).map(({ targetGroupArn }) =>
      targetGroups.healthOf(targetGroupArn, task.arn),
    );
    const { startedAt } = task.times;
    const containers = containerHealth(task);
    const verdict = judgeTask({ now: clock.now(), startedAt, containers, targets, graceSeconds });
    if (verdict.changesAt !== undefined) changes.push(verdict.changesAt);
    if (verdict.health === 'unhealthy' && task.health !== 'unhealthy')
      tellUnhealthy({ state, targetGroups }, service, task, verdict);
    const isNewlyHealthy = verdict.health === 'healthy' && task.health !== 'healthy';
    task.health = verdict.health;
    noteSuccess(service, task, isNewlyHealthy);
  }
  return changes.length === 0 ? undefined : Math.min(...changes);
}

/** A task that reaches RUNNING ends the back-off, one that becomes healthy sets the failures to 0 (documented). */
function noteSuccess(service: Service, task: Task, isNewlyHealthy: boolean): void {
  const deployment = task.owner?.deployment;
  if (deployment === undefined || task.times.startedAt === undefined) return;
  if (!task.isSeenRunning) deployment.backOff = noBackOff;
  task.isSeenRunning = true;
  if (!isNewlyHealthy) return;
  deployment.hadHealthyTask = true;
  deployment.failedTasks = 0;
  if (breakerOf(service).resetsOnHealthyTask) deployment.failureCount = 0;
}

function tellUnhealthy(
  { state, targetGroups }: Judging,
  service: Service,
  task: Task,
  { failed }: Verdict,
): void {
  if (failed === 'container checks') return post(state, service, eventText.failedContainerChecks(task.id));
  for (const { targetGroupArn, containerPort } of targetsOf(task)) {
    const health = targetGroups.healthOf(targetGroupArn, task.arn);
    if (health?.state !== 'unhealthy') continue;
    const reason = health.description ?? health.reason ?? 'Health checks failed';
    post(state, service, eventText.failedTargetChecks(task.id, containerPort, targetGroupArn, reason));
  }
}
