import type { Address } from '../runtime/runtime.ts';

/** What the scheduler asks of the load balancer; `local/elb` implements it. */
export interface TargetGroups {
  /** Whether there is a target group of that ARN. */
  has(targetGroupArn: string): boolean;
  /** Registers a task's address; health checks start, the target is `initial`. */
  register(target: Target): void;
  /** Starts to drain; `drained` is called when the deregistration delay is over. */
  deregister(targetGroupArn: string, taskArn: string, drained: () => void): void;
  /** Takes the target away at once (its task is gone). */
  remove(targetGroupArn: string, taskArn: string): void;
  /** The target's health as DescribeTargetHealth has it; undefined when it is not registered. */
  healthOf(targetGroupArn: string, taskArn: string): TargetHealth | undefined;
  /** Calls the listener on every change of a target's health. */
  onChange(listener: (targetGroupArn: string, taskArn: string, health: TargetHealth) => void): void;
}

export interface Target {
  readonly targetGroupArn: string;
  readonly taskArn: string;
  readonly containerPort: number;
  readonly address: Address;
}

export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused' | 'unavailable';
  /** e.g. `Target.ResponseCodeMismatch` */
  readonly reason?: string;
  /** e.g. `Health checks failed with these codes: [500]` */
  readonly description?: string;
}
