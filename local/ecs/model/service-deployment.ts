import { documentOf, documentsOf, flagOf, textsOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import { circuitBreakerOf, failureThreshold } from './circuit-breaker.ts';
import type { Deployment } from './deployment.ts';
import { describeHook } from './lifecycle-hook.ts';
import { hasEnded, type ServiceDeployment } from './service.ts';
import { restOf } from './stages.ts';
import { countTasks, type Task } from './task.ts';

export function describeBrief(one: ServiceDeployment): Document {
  return {
    serviceDeploymentArn: one.arn,
    serviceArn: one.service.arn,
    clusterArn: one.service.cluster.arn,
    createdAt: one.createdAt / 1000,
    startedAt: seconds(one.startedAt),
    finishedAt: seconds(one.finishedAt),
    targetServiceRevisionArn: one.target.revision.arn,
    status: one.shown?.status ?? one.status,
    statusReason: one.shown?.statusReason ?? one.statusReason,
  };
}

export function describeServiceDeployment(one: ServiceDeployment, tasks: readonly Task[]): Document {
  const { targetServiceRevisionArn: _target, ...brief } = describeBrief(one);
  const [target, ...sources] = one.ended?.revisions ?? revisionCounts(one, tasks);
  return {
    ...brief,
    lifecycleStage: one.stages?.shown,
    lifecycleHookDetails: one.stages?.hooks.map(describeHook),
    stoppedAt: seconds(one.stoppedAt),
    updatedAt: one.updatedAt / 1000,
    targetServiceRevision: target,
    sourceServiceRevisions: sources,
    deploymentConfiguration: one.configuration,
    rollback:
      one.rollback === undefined
        ? undefined
        : {
            reason: one.rollback.reason,
            startedAt: one.rollback.startedAt / 1000,
            serviceRevisionArn: one.rollback.to.revision.arn,
          },
    deploymentCircuitBreaker: breaker(one),
    alarms: alarms(one),
    ...one.shown,
  };
}

/** The counts of the target and then of the sources. */
export function revisionCounts(one: ServiceDeployment, tasks: readonly Task[]): Document[] {
  return [one.target, ...one.sources].map((deployment): Document => {
    const counts = countTasks(tasks.filter((task) => task.owner?.deployment === deployment));
    return {
      arn: deployment.revision.arn,
      requestedTaskCount: deployment.status === 'INACTIVE' ? 0 : deployment.desiredCount,
      runningTaskCount: counts.runningCount,
      pendingTaskCount: counts.pendingCount,
      ...weights(one, deployment),
    };
  });
}

/** The weights of a strategy that shifts traffic; a headless service has none to shift. */
function weights({ stages, target, live }: ServiceDeployment, deployment: Deployment): Document {
  if (stages === undefined || !hasTraffic(target.revision.settings)) return {};
  const { test, production } = stages.weights;
  const share = (ofTarget: number): number => {
    if (deployment === target) return ofTarget;
    return deployment === live ? restOf(ofTarget) : 0;
  };
  return { requestedTestTrafficWeight: share(test), requestedProductionTrafficWeight: share(production) };
}

/** Service Connect and VPC Lattice split the traffic themselves: here only the record tells it. */
function hasTraffic(settings: Document): boolean {
  return (
    documentsOf(settings, 'loadBalancers').length > 0 ||
    documentsOf(settings, 'vpcLatticeConfigurations').length > 0 ||
    flagOf(documentOf(settings, 'serviceConnectConfiguration'), 'enabled') === true
  );
}

function breaker(one: ServiceDeployment): Json {
  const configured = circuitBreakerOf(one.configuration);
  // What a disabled one shows besides its status is our choice.
  if (!configured.isEnabled) return { status: 'DISABLED', failureCount: 0, threshold: 0 };
  const running = hasEnded(one) ? 'MONITORING_COMPLETE' : 'MONITORING';
  return {
    status: one.failedBy === 'circuit-breaker' ? 'TRIGGERED' : running,
    failureCount: one.ended?.failureCount ?? one.target.failureCount,
    threshold: failureThreshold(configured, one.service.desiredCount),
  };
}

function alarms(one: ServiceDeployment): Json | undefined {
  const configured = documentOf(one.configuration, 'alarms');
  if (flagOf(configured, 'enable') !== true) return undefined;
  const running = hasEnded(one) ? 'MONITORING_COMPLETE' : 'MONITORING';
  const names = [...textsOf(configured, 'alarmNames')];
  return {
    status: one.failedBy === 'alarm' ? 'TRIGGERED' : running,
    alarmNames: names,
    triggeredAlarmNames: one.failedBy === 'alarm' ? names : [],
  };
}

const seconds = (at: number | undefined): number | undefined => (at === undefined ? undefined : at / 1000);
