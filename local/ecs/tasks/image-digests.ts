import type { Images } from '../../ecr/images.ts';
import { digestIn } from '../model/service-revision.ts';
import type { Task } from '../model/task.ts';

/**
 * The first task of a deployment settles which digest a tag means for all that follow (documented: versionConsistency).
 * What the runtime pulled counts; where it does not say, the local registry is asked.
 */
export function resolveDigests(
  source: { readonly images: Images | undefined; readonly registryHost: string | undefined },
  task: Task,
  pulled: Readonly<Record<string, string>>,
  changed: () => void,
): void {
  for (const container of task.containers) {
    const known = pulled[container.name] ?? digestIn(container.image);
    if (known !== undefined) {
      settle(task, container.name, known);
      continue;
    }
    const asked = taggedIn(container.image, source.registryHost);
    if (asked === undefined || source.images === undefined) continue;
    source.images.manifest(asked.repository, asked.tag).then(
      (manifest) => {
        if (manifest === undefined) return;
        container.imageDigest ??= manifest.digest;
        settle(task, container.name, manifest.digest);
        changed();
      },
      // A registry that does not answer leaves the digest unknown, as on AWS.
      () => undefined,
    );
  }
}

function settle(task: Task, container: string, digest: string): void {
  const revision = task.owner?.deployment.revision;
  if (revision === undefined || revision.imageDigests[container] !== undefined) return;
  revision.imageDigests = { ...revision.imageDigests, [container]: digest };
}

function taggedIn(
  image: string,
  registryHost: string | undefined,
): { readonly repository: string; readonly tag: string } | undefined {
  if (registryHost === undefined || !image.startsWith(`${registryHost}/`)) return undefined;
  const [repository, tag = 'latest'] = image.slice(registryHost.length + 1).split(':');
  return repository === undefined ? undefined : { repository, tag };
}
