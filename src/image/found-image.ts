import { calling, type Run } from '../run.ts';
import type { EcrImage } from './ecr-images.ts';
import { giveTags } from './give-tags.ts';
import type { Prepared } from './provide.ts';
import { atDigest } from './reference.ts';
import type { EcrRepository } from './repository.ts';
import { checkFindings } from './scan.ts';
import type { Severity } from './severity.ts';

/**
 * An image that the repository has already, with what is left to do: its scan, and tags that point elsewhere.
 *
 * @param found.present what the tags lead to; undefined where ECR does not tell
 * @param found.tasks the platforms of the tasks, as Docker writes them
 */
export function foundImage(
  run: Run,
  found: {
    readonly repository: EcrRepository;
    readonly image: EcrImage;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, EcrImage> | undefined;
    readonly severity: Severity | undefined;
    readonly tasks: readonly string[];
  },
): Prepared {
  const { repository, image, tags, present, severity, tasks } = found;
  const settle = async (): Promise<void> => {
    if (severity !== undefined) {
      await checkFindings({ repository, calling: calling(run), image, platforms: tasks, severity });
    }
    await giveTags(run, { repository, image, tags, now: present });
  };
  const { digest } = image;
  return { kind: 'there', image: { uri: atDigest(repository.uri, digest), digest }, settle };
}
