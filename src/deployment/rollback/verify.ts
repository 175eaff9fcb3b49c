import type { ECSClient, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { Calling } from '../../aws/call.ts';
import type { RollbackTarget } from '../../reference/rollback-target.ts';
import { imagesOf, isRevisionOf, readServiceRevision } from '../../service/service-deployments.ts';
import { nameOf } from '../../text/words.ts';

/** Whether what the service runs after a rollback is what it ran before. */
export type Verification =
  | { readonly kind: 'same' }
  /** Not the rollback target that was fixed, but a version that ECS itself chose. */
  | { readonly kind: 'other-version'; readonly says: string }
  /** The same task definition, but other images: its tags have moved since. */
  | { readonly kind: 'other-image'; readonly says: string }
  | { readonly kind: 'unknown' };

/**
 * Reads the service revision that runs after a rollback and compares it with the rollback target, by task definition and by
 * the digests of the images (the revision tells them, documented).
 *
 * @param deploymentId of the deployment that is PRIMARY after the rollback
 * @param isCopy whether the task definition was registered again, so that its ARN is another one
 */
export async function verifyRollback(
  { ecs, calling }: { readonly ecs: ECSClient; readonly calling: Calling },
  rollbackTarget: RollbackTarget,
  service: Service | undefined,
  deploymentId: string,
  isCopy: boolean,
): Promise<Verification> {
  const arn = service?.currentServiceRevisions?.find((one) => isRevisionOf(one.arn, deploymentId))?.arn;
  if (arn === undefined) return { kind: 'unknown' };
  // What can't be read is not verified; the deployment's own end stands without it.
  const revision = await readServiceRevision(ecs, calling, arn).catch(() => undefined);
  return revision === undefined ? { kind: 'unknown' } : compare(rollbackTarget, revision, isCopy);
}

export type VerifyRollback = typeof verifyRollback;

/** Pure. Digests are compared where both are told. */
export function compare(
  rollbackTarget: Pick<RollbackTarget, 'taskDefinitionArn' | 'images'>,
  revision: Pick<ServiceRevision, 'taskDefinition' | 'containerImages'>,
  isCopy: boolean,
): Verification {
  const { taskDefinition } = revision;
  if (!isCopy && taskDefinition !== undefined && taskDefinition !== rollbackTarget.taskDefinitionArn) {
    return {
      kind: 'other-version',
      says: `ECS went back to ${nameOf(taskDefinition)}, not to ${nameOf(rollbackTarget.taskDefinitionArn)}`,
    };
  }
  const running = new Map(imagesOf(revision).map(({ container, digest }) => [container, digest]));
  const moved = rollbackTarget.images.find(({ container, digest }) => {
    const now = running.get(container);
    return digest !== undefined && now !== undefined && now !== digest;
  });
  if (moved !== undefined) {
    return {
      kind: 'other-image',
      says: `the container ${moved.container} runs ${running.get(moved.container)}, and ran ${moved.digest} before: ${moved.image} was pushed again since`,
    };
  }
  const isTold = rollbackTarget.images.some(
    ({ container, digest }) => digest !== undefined && running.get(container) !== undefined,
  );
  return isTold ? { kind: 'same' } : { kind: 'unknown' };
}
