import { failedHookIn, type RolledBackBy } from './observe/rollback-cause.ts';
import type { Pause } from './observe/stage.ts';
import type { Reason } from './outcome.ts';

/** Says who or what rolled a deployment back, as the end of `was rolled back …`: with `by` or `because`. */
export function rollbackWords({
  by,
  reason,
  pause,
}: {
  readonly by: RolledBackBy;
  /** In ECS's words. */
  readonly reason: string;
  readonly pause?: Pause;
}): string {
  const { stage, target } = failedHookIn(reason);
  const inStage = (name: string | undefined): string => (name === undefined ? '' : ` in the stage ${name}`);
  switch (by) {
    case 'circuit-breaker':
      return "by the service's circuit breaker";
    case 'alarm':
      return 'by a CloudWatch alarm';
    case 'hook':
      return target === undefined
        ? `by a lifecycle hook${inStage(stage)}`
        : `by the lifecycle hook ${target}${inStage(stage)}`;
    case 'pause-timed-out':
      return stage === undefined
        ? 'because nobody answered the pause hook in time'
        : `because nobody answered the pause hook of the stage ${stage} in time`;
    case 'pause-refused':
      return `by somebody while it was paused${pause?.stage === undefined ? '' : ` in the stage ${pause.stage}`}`;
    case 'network':
      return 'because ECS cannot shift traffic with this load balancer configuration';
    case 'load-balancer-permission':
      return 'because ECS lacks a permission for the load balancer';
    case 'stage-timed-out':
      return 'because a stage took longer than 24 hours';
    case 'person':
      return 'by somebody';
    case 'unknown':
      return 'by ECS';
    default:
      return by satisfies never;
  }
}

export const reasonOf: Readonly<Record<RolledBackBy, Reason>> = {
  'circuit-breaker': 'circuit-breaker',
  alarm: 'alarm',
  hook: 'lifecycle-hook',
  'pause-timed-out': 'pause-timed-out',
  'pause-refused': 'pause-refused',
  network: 'network-configuration',
  'load-balancer-permission': 'load-balancer-permission',
  'stage-timed-out': 'stage-timed-out',
  person: 'stopped-by-person',
  unknown: 'rolled-back-by-ecs',
};
