import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Docker, runDocker } from '../../docker/docker.ts';
import { streamDocker } from '../../docker/stream.ts';
import { Failure } from '../../process/failure.ts';
import { isSameRepository, parseReference } from '../../reference/image-reference.ts';
import { isJsonArray, type Json, objectIn } from '../../text/json.ts';
import { wrongPlatform } from '../registry/image-platforms.ts';
import { platformOfConfig, runsOn } from '../registry/manifest.ts';
import { classicArguments, commonArguments } from './build-arguments.ts';
import { failureOfBuild } from './build-failure.ts';
import type { BuildTools, ImageBuild } from './image-build.ts';
import { failureOfPush } from './push-failure.ts';

/**
 * `docker build`, then `docker push` for every tag.
 * @returns the digest that the registry gave the image
 */
export async function buildAndPushClassically(
  build: ImageBuild,
  { scratch, cover, read }: BuildTools,
): Promise<string> {
  const env = classicEnvironment(build.docker);
  const run = (args: readonly string[]) =>
    streamDocker({ env, args, folder: build.workspace, cover, say: build.say, read, signal: build.signal });

  const idFile = join(scratch, 'image-id');
  // Without force-rm a command that fails leaves its container on the engine.
  const built = await run([
    'build',
    '--force-rm',
    `--iidfile=${idFile}`,
    ...classicArguments(build),
    ...commonArguments(build),
  ]);
  if (built.exitCode !== 0) {
    throw failureOfBuild({ ...built, dockerfile: build.dockerfile, isClassic: true });
  }

  const { repository } = build;
  const imageId = (await readFile(idFile, 'utf8')).trim();
  await checkBuilt(build, env, imageId);
  const pushes: Push[] = [];
  for (const tag of build.tags) {
    const confirmed = pushes.find((push) => push.isOurs)?.digest;
    const name = `${repository}:${tag}`;
    pushes.push(await pushOurs({ build, run, env, imageId, name, confirmed }));
  }
  const ours = pushes.find((push) => push.isOurs)?.digest;
  if (ours !== undefined) return ours;
  const reported = pushes.flatMap(({ digest }) => digest ?? []);
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'ours',
    message: `The image in ${repository} may not be the one that this run built (${imageId}): the push reported ${[...new Set(reported)].join(', ') || 'no digest'}.`,
    advice: 'Other builds on this engine may use the same tags at the same time. Run the job again.',
  });
}

/**
 * Refuses an image that the tasks can't run before it is pushed, so that no later run finds it under the tag of this build.
 * The engine uses the platform of the base image, whatever was requested.
 *
 * @throws Failure image-platform
 */
async function checkBuilt(
  { platforms, say, signal }: ImageBuild,
  env: NodeJS.ProcessEnv,
  imageId: string,
): Promise<void> {
  const args = ['image', 'inspect', '--format', '{{json .}}', imageId];
  const inspected = await runDocker({ env, args, signal });
  if (inspected.kind === 'missing' || inspected.exitCode !== 0) {
    say(`The platform of ${imageId} wasn't checked: docker image inspect failed.`);
    return;
  }
  const own = platformOfConfig(lowerCased(JSON.parse(inspected.stdout)));
  const lacking = platforms.find((platform) => own !== undefined && !runsOn(own, platform));
  if (own === undefined || lacking === undefined) return;
  throw wrongPlatform('The built image', [own], lacking);
}

/** The engine writes `Os` and `Architecture` where an image's configuration has `os` and `architecture`. */
function lowerCased(image: Json): Json {
  const { Os, Architecture, Variant } = objectIn(image);
  return { os: Os ?? null, architecture: Architecture ?? null, variant: Variant ?? null };
}

/** The push of one tag. */
interface Push {
  readonly digest: string | undefined;
  /** Whether it certainly pushed the image that this run built. */
  readonly isOurs: boolean;
}

/**
 * Pushes a tag until the registry has our image. Docker pushes by name, and all builds on an engine share its names: another
 * build may move the name to its own image between our build and our push. Then we move it back and push again.
 */
async function pushOurs(options: {
  readonly build: ImageBuild;
  readonly run: (args: readonly string[]) => ReturnType<typeof streamDocker>;
  readonly env: NodeJS.ProcessEnv;
  readonly imageId: string;
  readonly name: string;
  /** The digest of our image, once a push has confirmed it. */
  readonly confirmed: string | undefined;
}): Promise<Push> {
  const { build, run, env, imageId, name, confirmed } = options;
  const { repository, say } = build;
  for (let attempt = 1; ; attempt++) {
    const pushed = await run(['push', name]);
    if (pushed.exitCode !== 0) throw failureOfPush({ ...pushed, repository });
    const digest = pushedDigest(pushed.lines);
    const isOurs =
      digest !== undefined &&
      (digest === confirmed || isDigestOf(digest, await repoDigests(build, env, imageId), repository));
    if (isOurs || digest === undefined || attempt === attempts) return { digest, isOurs };
    say(`Another build on this engine moved ${name} to its own image; pushing again.`);
    const tagged = await run(['tag', imageId, name]);
    if (tagged.exitCode !== 0) return { digest, isOurs };
  }
}

const attempts = 3;

/**
 * Without the plugin, a client from version 23 on has only the classic builder and stops if BuildKit is requested; an older
 * one includes BuildKit.
 */
function classicEnvironment(docker: Docker): NodeJS.ProcessEnv {
  const major = Number(docker.clientVersion.split('.')[0]);
  return major < 23 ? docker.env : { ...docker.env, DOCKER_BUILDKIT: '0' };
}

/** Reads the digest from the last line of a successful push: `v1: digest: sha256:... size: 528`. */
export function pushedDigest(lines: readonly string[]): string | undefined {
  return lines.flatMap((line) => /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(line)?.[1] ?? []).at(-1);
}

/** Whether the engine pushed or pulled an image under this digest in this repository. */
export function isDigestOf(digest: string, ofImage: readonly string[], repository: string): boolean {
  const own = parseReference(repository);
  return ofImage
    .flatMap((text) => parseReference(text) ?? [])
    .some((one) => own !== undefined && isSameRepository(one, own) && one.digest === digest);
}

/** The names under which the engine pushed or pulled this image: `repository@digest`. */
async function repoDigests(
  { signal }: ImageBuild,
  env: NodeJS.ProcessEnv,
  imageId: string,
): Promise<readonly string[]> {
  const args = ['image', 'inspect', '--format', '{{json .RepoDigests}}', imageId];
  const inspected = await runDocker({ env, args, signal });
  if (inspected.kind === 'missing' || inspected.exitCode !== 0) return [];
  const list: Json = JSON.parse(inspected.stdout);
  return isJsonArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
