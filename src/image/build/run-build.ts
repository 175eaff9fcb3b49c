import type { Builder } from '../../docker/builder.ts';
import type { Docker } from '../../docker/docker.ts';
import type { DockerConfig } from '../../docker/login.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import type { DockerNeeds } from '../../process/child-environment.ts';
import { Failure } from '../../process/failure.ts';
import type { Run } from '../../run/run.ts';
import { whyUnsuitable } from '../registry/image-platforms.ts';
import { withLogins } from '../registry/logins.ts';
import { sizeOfImage } from '../registry/manifest.ts';
import { existingImage, type ProvidedImage } from '../registry/provided-image.ts';
import type { RegistryImage, Repository } from '../registry/repository.ts';
import { retryPush } from '../registry/retry-push.ts';
import { addTags, tagsToPush } from '../registry/tags.ts';
import { refuseUnread } from '../registry/unscanned.ts';
import { registriesRead } from '../source/base-images.ts';
import { fileArgument, isRemote, type ReadDockerfile } from '../source/find-dockerfile.ts';
import type { Identity } from '../source/identity.ts';
import { buildAndPush, type PushedImage } from './build.ts';
import { reportBuild } from './build-report.ts';
import { cacheFor, cacheTrouble } from './cache.ts';
import type { ImageBuild } from './image-build.ts';

/** A build that is ready to start. */
export interface ReadyBuild {
  readonly docker: Docker;
  readonly builder: Builder;
  readonly repository: Repository;
  readonly inputs: ImageInputs;
  readonly dockerfile: ReadDockerfile | undefined;
  readonly hasIgnoreFile: boolean;
  readonly platforms: readonly string[];
  /** The platforms of the task definitions. */
  readonly tasks: readonly string[];
  readonly labels: readonly string[];
  /** The first one identifies the build. */
  readonly tags: readonly string[];
  /** What the registry had under these tags before the build; undefined: unknown. */
  readonly present: ReadonlyMap<string, RegistryImage> | undefined;
  readonly identity: Identity;
  /** The inputs that had no effect. */
  readonly note: string | undefined;
  /** Ends the build when it can't be deployed; the reason of the abort is thrown. */
  readonly stop: AbortSignal | undefined;
}

/** Builds and pushes with a private Docker login, which is removed afterwards whatever happens. */
export async function runBuild(run: Run, ready: ReadyBuild): Promise<ProvidedImage> {
  const { repository, stop } = ready;
  await repository.createIfMissing(run.log);
  try {
    const { dockerfile, inputs } = ready;
    const read = registriesRead(dockerfile?.instructions ?? [], inputs, run.environment);
    return await withLogins(run, { needed: [repository], read }, needsOf(ready), (config) =>
      buildUnder(config, run, ready),
    );
  } catch (error) {
    if (stop?.aborted && !run.signal.aborted) throw stop.reason;
    const same = await findSameBuild(run, ready, error);
    if (same === undefined) throw error;
    return same;
  }
}

/** Lists the variables whose values go into the build, and the caches that sign in by variables. */
function needsOf(ready: ReadyBuild): Pick<DockerNeeds, 'variables' | 'caches'> {
  const { inputs } = ready;
  const { from, to } = cacheFor(ready);
  return {
    variables: [
      ...inputs.buildArgs.filter((arg) => !arg.includes('=')),
      ...(isRemote(inputs.context) ? gitVariables : []),
    ],
    caches: [...from, ...to],
  };
}

/** Plain Docker clones a remote git context with the git of this machine. */
const gitVariables = ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'SSH_ASKPASS', 'GIT_SSL_CAINFO'];

async function buildUnder(config: DockerConfig, run: Run, ready: ReadyBuild): Promise<ProvidedImage> {
  const { repository, stop } = ready;
  const tags = tagsToPush(run, ready);
  const pushedTags = canTagByCall(ready) ? tags.slice(0, 1) : tags;
  const startedAt = run.clock.now();
  const cache = cacheFor(ready);
  if (cache.note !== undefined) run.log.say(cache.note);
  const build: ImageBuild = {
    docker: { ...ready.docker, env: config.env },
    workspace: run.workspace,
    folder: config.path,
    inputs: { ...ready.inputs, file: fileArgument(ready.inputs, run.workspace) },
    environment: run.environment,
    dockerfile: ready.dockerfile,
    platforms: ready.platforms,
    labels: ready.labels,
    cache,
    repository: repository.uri,
    tags: pushedTags,
    say: run.log.foreign,
    signal: stop === undefined ? run.signal : AbortSignal.any([run.signal, stop]),
  };
  // A retry takes its layers from the cache: after no-cache, those of the first attempt are as fresh as can be.
  const retry: ImageBuild = { ...build, inputs: { ...build.inputs, noCache: false, pull: false } };
  const pushed = await run.log.fold(`Building ${repository.uri}:${tags[0] ?? ''}`, () =>
    retryPush(run, build.signal, (attempt) => buildAndPush(attempt === 1 ? build : retry)),
  );
  const seconds = (run.clock.now() - startedAt) / 1000;
  const trouble = cacheTrouble(pushed.lines);
  if (trouble !== undefined) run.log.notice(pushed.cover(trouble));
  // BuildKit writes the requested platform into the image, whatever platform the base image has.
  const foreign = pushed.lines.find((line) => line.includes('InvalidBaseImagePlatform: '));
  if (foreign !== undefined) {
    run.log.warning(
      pushed.cover(foreign.replace(/^.*InvalidBaseImagePlatform: /, 'The image may not run: ')),
    );
  }
  const image = await checkPushed({ run, pushed, tags, pushedTags, ready });
  const report = reportBuild({
    lines: pushed.lines,
    cover: pushed.cover,
    seconds,
    size: image === undefined ? undefined : sizeOfImage(JSON.parse(image.manifest)),
    hasIgnoreFile: ready.hasIgnoreFile,
  });
  return { uri: pushed.imageUri, digest: pushed.digest, build: report, note: ready.note };
}

/**
 * Checks the pushed image: the run deploys its digest, wherever the tags point by now, and only if its scan permits it.
 * The platform needs no check: plain Docker's image was inspected before the push, and BuildKit always writes the requested
 * platform.
 */
async function checkPushed(done: {
  readonly run: Run;
  readonly pushed: PushedImage;
  readonly tags: readonly string[];
  /** The tags that were pushed; the others are added once the image has passed. */
  readonly pushedTags: readonly string[];
  readonly ready: ReadyBuild;
}): Promise<RegistryImage | undefined> {
  const { run, tags, pushedTags, ready } = done;
  const { repository, tasks } = ready;
  const severity = ready.inputs.failOnSeverity;
  const { digest } = done.pushed;
  const now = await repository.readImages([digest, ...tags]);
  for (const tag of tags) {
    const other = now?.get(tag)?.digest;
    const before = pushedTags.includes(tag) ? digest : ready.present?.get(tag)?.digest;
    if (other === undefined || other === digest || other === before) continue;
    run.log.notice(
      `The tag ${tag} now points to ${other}: another build or person moved it. This run deploys ${digest}, which it pushed.`,
    );
  }
  const lacking = tags.filter((tag) => !pushedTags.includes(tag));
  const image = [...(now?.values() ?? [])].find((one) => one.digest === digest);
  if (image === undefined) {
    if (lacking.length > 0) {
      run.log.warning(
        `The image isn't tagged as ${lacking.join(', ')}: ${repository.uri}@${digest} can't be read.`,
      );
    }
    refuseUnread(`${repository.uri}@${digest}`, severity);
    return undefined;
  }
  if (severity !== undefined) await image.refuseFindings(tasks, severity);
  await addTags(run, image, lacking, now);
  return image;
}

/** Whether a call can add tags. ECR needs to return the image for that, and the read before the build shows if it does. */
function canTagByCall({ repository, present }: ReadyBuild): boolean {
  return present !== undefined || repository.toCreate !== undefined;
}

/** Finds the image of another job that ran the same build, if an immutable tag shows that it pushed first. */
async function findSameBuild(
  run: Run,
  { repository, identity, inputs, tags, platforms, tasks }: ReadyBuild,
  error: unknown,
): Promise<ProvidedImage | undefined> {
  const isTooLate = error instanceof Failure && error.code === 'image-tag-immutable';
  if (!isTooLate) return undefined;
  const present = await repository.readImages(tags);
  const image = present?.get(identity.tag);
  if (image === undefined) return undefined;
  const why = await whyUnsuitable(run, { image, platforms, tasks });
  if (why !== undefined) {
    run.log.say(`Another job pushed ${repository.uri}:${identity.tag} first, and it can't be used: ${why}`);
    return undefined;
  }
  run.log.say(
    `Another job ran the same build and pushed ${repository.uri}:${identity.tag} first; using its image.`,
  );
  const found = { image, tags, present, severity: inputs.failOnSeverity, tasks };
  const existing = existingImage(run, found);
  await existing.finish();
  return existing.image;
}
