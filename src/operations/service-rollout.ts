import type { Follower } from '../deployment/follow/follower.ts';
import type { HealthSources } from '../deployment/observe/observe-tasks.ts';
import type { TargetHealthReader } from '../deployment/observe/target-health.ts';
import type { RolloutPolicy } from '../deployment/policy.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { ServiceChange } from '../plan/decide/service.ts';
import type { ChangedSetting, RollbackTarget } from '../reference/rollback-target.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import { configurationAfter, hasCircuitBreaker, noSettings } from '../service/settings.ts';
import { waitsMinutes } from '../service/strategy.ts';
import { configuredGroups } from '../service/target-groups.ts';
import { containersOf, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { isJsonArray, isJsonObject } from '../text/json.ts';
import { nameOf } from '../text/words.ts';

/** One service with all that its rollout needs. */
export interface ServiceRollout {
  readonly run: Run;
  readonly inputs: Inputs;
  readonly reader: Reader;
  readonly targetHealth: TargetHealthReader;
  readonly follower: Follower;
  readonly seen: ServiceState;
  readonly change: ServiceChange;
  readonly taskDefinitionArn: string;
  /** What stands behind that ARN. */
  readonly taskDefinition: TaskDefinitionDocument;
  /** Puts the service's name before a line where there are several. */
  readonly say: (line: string) => void;
}

export function rollbackTargetOf(
  { seen }: ServiceRollout,
  { desiredCount: after, settings }: ServiceChange & { kind: 'update' },
): RollbackTarget | undefined {
  if (seen.rollbackTarget === undefined) return undefined;
  const before = seen.service.desiredCount;
  const count: readonly ChangedSetting[] =
    after === undefined || before === undefined
      ? []
      : [{ name: 'desired-count', member: 'desiredCount', place: 'service', before, after }];
  return { ...seen.rollbackTarget, settings: [...count, ...settings.changes] };
}

/** How many tasks the service is to have once it is updated. */
export function desiredCountOf({ seen, change }: ServiceRollout): number {
  return (change.kind === 'update' ? change.desiredCount : undefined) ?? seen.service.desiredCount ?? 0;
}

export function healthSourcesOf({ seen, taskDefinition }: ServiceRollout): HealthSources {
  return {
    targetGroups: configuredGroups(seen.service.loadBalancers),
    hasHealthCheck: containersOf(taskDefinition).some(
      ({ healthCheck }) => isJsonObject(healthCheck) && isJsonArray(healthCheck.command),
    ),
  };
}

export function policyOf({ seen, inputs, change }: ServiceRollout): RolloutPolicy {
  const settings = change.kind === 'update' ? change.settings : noSettings;
  // ECS waits so long by its own configuration: nothing of it is a reason to give up.
  const waits = waitsMinutes(configurationAfter(seen.document, settings));
  return {
    failFast: inputs.failure.failFast,
    circuitBreaker: hasCircuitBreaker(seen.document, settings),
    limitSeconds: (inputs.wait.minutes + waits.total) * 60,
    rollbackSeconds: inputs.failure.rollbackWaitMinutes * 60,
    // A step that ends once the deployment has started follows nothing.
    followsUntil: inputs.wait.until === 'started' ? 'completed' : inputs.wait.until,
    noProgressSeconds:
      inputs.wait.noProgressMinutes === undefined ? undefined : inputs.wait.noProgressMinutes * 60,
  };
}

export function version({ taskDefinitionArn }: ServiceRollout): string {
  return nameOf(taskDefinitionArn);
}
