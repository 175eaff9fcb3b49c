import { findLostImages } from '../image/registry/image-state.ts';
import type { RunImage } from '../reference/rollback-target.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import { nameOf } from '../text/words.ts';

/**
 * Warns, before a service is touched, when an image of its rollback target is no longer in ECR: a rollback could start no task
 * of it. What can't be looked up (another registry, no permission) is not known to be gone, and nothing is said. An
 * image that several services run is looked up once.
 */
export async function warnOfLostImages(run: Run, services: readonly ServiceState[]): Promise<void> {
  const lookUps = new Map<string, Promise<readonly string[]>>();
  const lookUp = (image: RunImage): Promise<readonly string[]> => {
    const key = `${image.image} ${image.digest}`;
    const found = lookUps.get(key) ?? findLostImages(run, [image]);
    lookUps.set(key, found);
    return found;
  };
  await Promise.all(
    services.map(async ({ name, rollbackTarget }) => {
      if (rollbackTarget === undefined) return;
      for (const image of (await Promise.all(rollbackTarget.images.map(lookUp))).flat()) {
        run.log.warning(
          `${name}: ${nameOf(rollbackTarget.taskDefinitionArn)}, the version to roll back to, runs an image that is no longer in its repository (${image}). A rollback could keep the tasks that still run, but start none. Exclude images of running versions from the repository's lifecycle rules.`,
        );
      }
    }),
  );
}
