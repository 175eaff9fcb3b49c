import { kindOf, wordsOf } from '../../aws/errors.ts';
import { findBuildx, findDocker } from '../../docker/docker.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { environmentFor } from '../../process/child-environment.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest, isDigest } from '../../reference/image-reference.ts';
import type { Run } from '../../run/run.ts';
import { checkPlatforms } from '../registry/image-platforms.ts';
import { foundImage, type Prepared, type UnsuitableImagePolicy } from '../registry/provided-image.ts';
import type { Repository } from '../registry/repository.ts';
import { tagsOf } from '../registry/tags.ts';
import { refuseUnscanned } from '../registry/unscanned.ts';
import { waitForImage } from '../registry/wait-for-image.ts';
import { pullDenied } from './copy-failure.ts';
import { type Copier, runCopy } from './run-copy.ts';

/**
 * Finds the image in the repository where it shall be, or all that is needed to copy it there; what would fail in the copy is
 * refused.
 *
 * @param options.commit that the image was built from, where it is known
 * @param options.tasks the platforms of the tasks, as Docker writes them
 * @throws Failure pull-denied, image-missing, image-platform, input-invalid, builder-unsupported, docker-missing,
 *   docker-engine-missing
 */
export async function prepareCopy(options: {
  readonly run: Run;
  readonly source: Repository;
  readonly tagOrDigest: string;
  readonly target: Repository;
  readonly commit: string | undefined;
  readonly inputs: ImageInputs;
  readonly tasks: readonly string[];
  readonly unfit: UnsuitableImagePolicy;
}): Promise<Prepared> {
  const { run, source, tagOrDigest, target, inputs, tasks } = options;
  if (!target.hasScans) refuseUnscanned(target.uri, inputs.failOnSeverity);
  // A plan is for now.
  const minutes = options.unfit === 'refuse' ? inputs.waitForImageMinutes : 0;
  const { digest, isChecked } = await waitForImage(run, minutes, () =>
    checkSource(run, source, tagOrDigest, tasks),
  );
  const named = (identity: string): readonly string[] => {
    const { tags, problems } = tagsOf({
      identity,
      commit: options.commit,
      asked: [...(isDigest(tagOrDigest) ? [] : [tagOrDigest]), ...inputs.tags],
      repository: target.uri,
    });
    if (problems.length === 0) return tags;
    throw new Failure({ code: 'input-invalid', fault: 'yours', message: problems.join('\n') });
  };
  const whole = named(`copy-of-${digest.slice('sha256:'.length).slice(0, 16)}`);
  // What the engine copies is of one platform, may have another digest, and is known by its tag.
  const [name = ''] = whole;
  const part = named([name, ...tasks].join('-').replaceAll('/', '-'));
  const present =
    target.toCreate === undefined
      ? await target.readImages([digest, ...new Set([...whole, ...part])])
      : undefined;
  const same = present?.get(digest) ?? present?.get(part[0] ?? '');
  if (same !== undefined) {
    // The copy of one platform is another image than the one at the source.
    if (!isChecked || same.digest !== digest) await checkPlatforms(same, tasks, run.log.say);
    run.log.say(`${target.uri} has a copy of ${atDigest(source.uri, digest)}: nothing is copied.`);
    const severity = inputs.failOnSeverity;
    const tags = same.digest === digest ? whole : part;
    return foundImage(run, { image: same, tags, present, severity, tasks });
  }
  const copier = await findCopier(run, tasks);
  const tags = copier.kind === 'buildx' ? whole : part;
  const from = atDigest(source.uri, digest);
  return {
    kind: 'to-copy',
    from,
    newRepository: target.toCreate,
    ...(copier.kind === 'buildx'
      ? { uri: atDigest(target.uri, digest), digest }
      : { uri: `${target.uri}:${tags[0] ?? ''}`, digest: undefined }),
    copy: (stop) =>
      runCopy(run, { copier, from, digest, isChecked, source, target, tags, present, tasks, inputs, stop }),
  };
}

/** Finds out the image's digest, and checks its platform where the registry tells it. */
async function checkSource(
  run: Run,
  source: Repository,
  tagOrDigest: string,
  tasks: readonly string[],
): Promise<{ readonly digest: string; readonly isChecked: boolean }> {
  const image = await source.readImage(tagOrDigest).catch((error: unknown) => {
    throw kindOf(error) === 'denied' ? pullDenied(source.uri, wordsOf(error)) : error;
  });
  if (image !== undefined) {
    await checkPlatforms(image, tasks, run.log.say);
    return { digest: image.digest, isChecked: true };
  }
  if (isDigest(tagOrDigest)) return { digest: tagOrDigest, isChecked: false };
  throw new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message: `image: ${source.uri}:${tagOrDigest} is not in ECR, and would be copied; which image that is only its digest says.`,
    advice: `Name it by its digest: ${source.uri}@sha256:...`,
  });
}

/** @throws Failure builder-unsupported, docker-missing, docker-engine-missing */
async function findCopier({ environment, signal }: Run, tasks: readonly string[]): Promise<Copier> {
  const env = environmentFor(environment, { kind: 'docker' });
  if ((await findBuildx(env, signal)) !== undefined) return { kind: 'buildx' };
  await findDocker(env, signal);
  const [platform, ...more] = tasks;
  if (platform !== undefined && more.length === 0) return { kind: 'engine', platform };
  throw new Failure({
    code: 'builder-unsupported',
    fault: 'yours',
    message: `Docker without buildx copies an image for one platform, and the tasks run on ${tasks.join(', ')}.`,
    advice: 'Install buildx before this step (docker/setup-buildx-action does).',
  });
}
