import type { Document } from '../../server/operation.ts';
import type { Cluster } from './cluster.ts';
import type { Deployment } from './deployment.ts';
import type { ServiceEvent } from './events.ts';
import { currentStage, type StageProgress } from './stage-progress.ts';

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  taskDefinitionArn: string;
  /** Every other member as it was given, `deploymentConfiguration` with its defaults. */
  settings: Document;
  tags: readonly Document[];
  /** Newest first; INACTIVE ones are kept for a rollback. The PRIMARY is always there. */
  deployments: readonly [Deployment, ...Deployment[]];
  /** Newest first. */
  serviceDeployments: readonly ServiceDeployment[];
  /** The one whose end is awaited. */
  inFlight: ServiceDeployment | undefined;
  events: readonly ServiceEvent[];
  isSteady: boolean;
  /** The token of CreateService: the same token again returns the same service (documented). */
  readonly clientToken: string | undefined;
  /** When it became INACTIVE, in milliseconds since the epoch. */
  inactiveSince: number | undefined;
}

/** One rollout as ListServiceDeployments knows it; times are milliseconds since the epoch. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly service: Service;
  readonly target: Deployment;
  readonly sources: readonly Deployment[];
  /** The source that has the traffic; undefined for the first deployment of a service. */
  readonly live: Deployment | undefined;
  /** The stages of a strategy that shifts traffic. */
  stages: StageProgress | undefined;
  /** `deploymentConfiguration` when it began. */
  readonly configuration: Document;
  readonly createdAt: number;
  status: ServiceDeploymentStatus;
  statusReason: string | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  stoppedAt: number | undefined;
  updatedAt: number;
  rollback: { readonly reason: string; readonly startedAt: number; readonly to: Deployment } | undefined;
  failedBy: FailureKind | undefined;
  /** The counts when it ended: after that they are a snapshot (documented). */
  ended: { readonly failureCount: number; readonly revisions: readonly Document[] } | undefined;
  /** Set by `interfere`: shown instead of the truth. */
  shown: Document | undefined;
}

export type FailureKind = 'circuit-breaker' | 'alarm' | 'request' | 'stage';

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export function hasEnded({ status }: ServiceDeployment): boolean {
  return ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(status);
}

/** Whether its old tasks are going already, when nothing rolls it back any more. */
export function isCleaningUp({ stages, rollback }: ServiceDeployment): boolean {
  return rollback === undefined && currentStage(stages) === 'CLEAN_UP';
}

/** The deployment that is PRIMARY: the newest, or an older one after a rollback. */
export function primaryOf(service: Service): Deployment {
  return service.deployments.find((one) => one.status === 'PRIMARY') ?? service.deployments[0];
}

/** The deployment that has the traffic: what a rollback returns to, else the newest that completed, else the newest. */
export function liveDeployment({ deployments, inFlight }: Service): Deployment | undefined {
  const open = deployments.filter((one) => one.status !== 'INACTIVE');
  return inFlight?.rollback?.to ?? open.find((one) => one.rolloutState === 'COMPLETED') ?? open[0];
}
