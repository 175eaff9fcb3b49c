import { lostImages } from '../image/look-up.ts';
import { nameOf } from '../rollout/sentence.ts';
import type { Run } from '../run.ts';
import type { ServiceSeen } from '../service/look.ts';

/**
 * Warns, before a service is touched, when an image of its way back is no longer in ECR: a rollback could start no task
 * of it. What can't be looked up (another registry, no permission) is not known to be gone, and nothing is said.
 */
export async function warnOfLostImages(run: Run, { name, wayBack }: ServiceSeen): Promise<void> {
  if (wayBack === undefined) return;
  for (const image of await lostImages(run, wayBack.images)) {
    run.log.warning(
      `${name}: the way back, ${nameOf(wayBack.taskDefinitionArn)}, runs an image that is no longer in its repository (${image}). If this deployment fails, a rollback can keep tasks that still run but start none. Keep images of running versions out of the repository's lifecycle rules.`,
    );
  }
}
