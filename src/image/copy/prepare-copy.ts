import { kindOf, wordsOf } from '../../aws/errors.ts';
import { findBuildx, findDocker } from '../../docker/docker.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { environmentFor } from '../../process/child-environment.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest, isDigest } from '../../reference/image-reference.ts';
import type { Run } from '../../run/run.ts';
import { checkPlatforms } from '../registry/image-platforms.ts';
import { describeIgnored } from '../registry/new-repository.ts';
import { existingImage, type Prepared, type UnsuitableImagePolicy } from '../registry/provided-image.ts';
import type { Repository } from '../registry/repository.ts';
import { tagsOf } from '../registry/tags.ts';
import { refuseUnscanned } from '../registry/unscanned.ts';
import { waitForImage } from '../registry/wait-for-image.ts';
import { pullDenied } from './copy-failure.ts';
import { type Copier, runCopy } from './run-copy.ts';

/**
 * Finds the image in the target repository, or prepares to copy it there. Refuses what would fail in the copy.
 *
 * @param options.commit that the image was built from, if known
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
  readonly policy: UnsuitableImagePolicy;
}): Promise<Prepared> {
  const { run, source, tagOrDigest, target, inputs, tasks } = options;
  if (target.notAsked !== undefined) refuseUnscanned(target.notAsked, inputs.failOnSeverity);
  const note = describeIgnored(inputs, target.cannotCreate);
  if (note !== undefined) run.log.notice(note);
  // A plan describes this moment, so it doesn't wait.
  const minutes = options.policy === 'refuse' ? inputs.waitForImageMinutes : 0;
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
  // The engine copies one platform, possibly under another digest, so that copy is known by its tag.
  const [name = ''] = whole;
  const part = named([name, ...tasks].join('-').replaceAll('/', '-'));
  const present =
    target.toCreate === undefined
      ? await target.readImages([digest, ...new Set([...whole, ...part])])
      : undefined;
  const same = present?.get(digest) ?? present?.get(part[0] ?? '');
  if (same !== undefined) {
    // A copy of one platform differs from the image at the source.
    if (!isChecked || same.digest !== digest) await checkPlatforms(same, tasks, run.log.say);
    run.log.say(`${target.uri} already has a copy of ${atDigest(source.uri, digest)}; nothing to copy.`);
    const severity = inputs.failOnSeverity;
    const tags = same.digest === digest ? whole : part;
    return existingImage(run, { image: same, tags, present, severity, tasks });
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
      runCopy(run, {
        copier,
        from,
        digest,
        isChecked,
        source,
        target,
        tags,
        present,
        tasks,
        inputs,
        note,
        stop,
      }),
  };
}

/** Resolves the image to its digest, and checks its platform if the registry is asked. */
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
    message: `image: ${source.notAsked ?? `${source.uri} is not in ECR`}, so copying ${tagOrDigest} takes its digest instead of its tag.`,
    advice: `Set image to ${source.uri}@sha256:...`,
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
    message: `Docker without buildx copies only one platform of an image, and the tasks run on ${tasks.join(', ')}.`,
    advice: 'Install buildx before this step (docker/setup-buildx-action does).',
  });
}
