import type { Deployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../aws/json.ts';

/** Where a failed deployment returns to; fixed before anything is touched. */
export interface WayBack {
  /** Undefined where ECS does not tell service revisions. */
  readonly serviceRevisionArn: string | undefined;
  readonly taskDefinitionArn: string;
  /** The images that ECS ran for it; empty where it does not tell. */
  readonly images: readonly RunImage[];
  /** What the service had of the settings that this run changes; only those. */
  readonly settings: WayBackSettings;
}

export interface RunImage {
  readonly container: string;
  /** As the task definition names it. */
  readonly image: string;
  /** What ECS resolved it to; undefined where it does not tell. */
  readonly digest: string | undefined;
}

export interface WayBackSettings {
  readonly desiredCount?: number;
  /** Other members of UpdateService as they were, whole where AWS replaces them whole. */
  readonly others?: JsonObject;
}

/** The settings as members of UpdateService. */
export function membersOf({ desiredCount, others }: WayBackSettings): JsonObject {
  return { ...(desiredCount === undefined ? {} : { desiredCount }), ...others };
}

/**
 * Those that ECS's own rollback does not bring back: a service revision holds platform version and capacity providers
 * (documented), but neither the count nor how the service deploys. Sending them starts no deployment (documented).
 */
export function notInRevision(settings: WayBackSettings): JsonObject {
  const { platformVersion: _platform, capacityProviderStrategy: _strategy, ...members } = membersOf(settings);
  return members;
}

/** The settings as options of `aws ecs update-service`. */
export function optionsOf(settings: WayBackSettings): string {
  return Object.entries(membersOf(settings))
    .map(([member, value]) => {
      if (value === true || value === false) return ` --${value ? '' : 'no-'}${optionName(member)}`;
      return ` --${optionName(member)} ${typeof value === 'object' ? quoted(JSON.stringify(value)) : value}`;
    })
    .join('');
}

function optionName(member: string): string {
  if (member === 'enableECSManagedTags') return 'enable-ecs-managed-tags';
  return member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Which deployment the way back leads to; its task definition is read by the caller where only a revision is known. */
export type Candidate =
  | { readonly kind: 'revision'; readonly serviceRevisionArn: string }
  | { readonly kind: 'task-definition'; readonly taskDefinitionArn: string }
  | { readonly kind: 'none' };

/**
 * Chooses the way back: the target of the newest service deployment that succeeded; where that history is not told,
 * the deployment that is COMPLETED. Never the one in flight, never "revision minus one".
 *
 * @param history newest first; undefined when ECS does not tell it
 * @param deployments the service's `deployments[]`
 */
export function chooseWayBack(
  history: readonly ServiceDeploymentBrief[] | undefined,
  deployments: readonly Deployment[],
): Candidate {
  const succeeded = history?.find(
    ({ status, targetServiceRevisionArn }) =>
      status === 'SUCCESSFUL' && targetServiceRevisionArn !== undefined,
  );
  if (succeeded?.targetServiceRevisionArn !== undefined)
    return { kind: 'revision', serviceRevisionArn: succeeded.targetServiceRevisionArn };

  const completed =
    deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') ?? settled(deployments);
  return completed?.taskDefinition === undefined
    ? { kind: 'none' }
    : { kind: 'task-definition', taskDefinitionArn: completed.taskDefinition };
}

/** `rolloutState` can be absent (documented, for a Classic Load Balancer): alone and at full count is as good. */
function settled(deployments: readonly Deployment[]): Deployment | undefined {
  const [only, ...others] = deployments;
  if (only === undefined || others.length > 0 || only.rolloutState !== undefined) return undefined;
  const { desiredCount = 0, runningCount = 0 } = only;
  return desiredCount > 0 && runningCount === desiredCount ? only : undefined;
}
