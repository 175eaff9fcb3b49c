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
  const told = pushes.flatMap(({ digest }) => digest ?? []);
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'ours',
    message: `What was pushed to ${repository} is not surely the image that was built (${imageId}): the push told ${[...new Set(told)].join(', ') || 'no digest'}.`,
    advice: 'Did other builds on this engine use the same tags all the time? Run the job again.',
  });
}

/**
 * Refuses what the tasks can't run before anything is pushed, so that no later run finds it under the name of this build.
 * The engine takes the platform of the base image, whatever was asked for.
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
    say(`The platform of ${imageId} can't be seen.`);
    return;
  }
  const own = platformOfConfig(lowerCased(JSON.parse(inspected.stdout)));
  const lacking = platforms.find((platform) => own !== undefined && !runsOn(own, platform));
  if (own === undefined || lacking === undefined) return;
  throw wrongPlatform('What was built', [own], lacking);
}

/** The engine writes `Os` and `Architecture` where an image's configuration has `os` and `architecture`. */
function lowerCased(image: Json): Json {
  const { Os, Architecture, Variant } = objectIn(image);
  return { os: Os ?? null, architecture: Architecture ?? null, variant: Variant ?? null };
}

/** What went to the registry under a tag. */
interface Push {
  readonly digest: string | undefined;
  /** Whether it is certain that this is the image that was built. */
  readonly isOurs: boolean;
}

/**
 * Pushes a tag until it was our image that went. Docker pushes by name, and a name on an engine is for all: another build
 * may give it to its own image between our build and our push. Then it is given back, and pushed again.
 */
async function pushOurs(options: {
  readonly build: ImageBuild;
  readonly run: (args: readonly string[]) => ReturnType<typeof streamDocker>;
  readonly env: NodeJS.ProcessEnv;
  readonly imageId: string;
  readonly name: string;
  /** The digest of our image, once a push has told it. */
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
    say(`Another build on this engine has given ${name} to its own image meanwhile.`);
    const tagged = await run(['tag', imageId, name]);
    if (tagged.exitCode !== 0) return { digest, isOurs };
  }
}

const attempts = 3;

/**
 * Without the plugin a client from 23 on can only use the classic builder, and stops when BuildKit is asked for;
 * an older one has BuildKit in it.
 */
function classicEnvironment(docker: Docker): NodeJS.ProcessEnv {
  const major = Number(docker.clientVersion.split('.')[0]);
  return major < 23 ? docker.env : { ...docker.env, DOCKER_BUILDKIT: '0' };
}

/** The last line of a push that went well: `v1: digest: sha256:... size: 528`. */
export function pushedDigest(lines: readonly string[]): string | undefined {
  return lines.flatMap((line) => /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(line)?.[1] ?? []).at(-1);
}

/** Whether an image has a digest in this repository, by what the engine has pushed or pulled it as. */
export function isDigestOf(digest: string, ofImage: readonly string[], repository: string): boolean {
  const own = parseReference(repository);
  return ofImage
    .flatMap((text) => parseReference(text) ?? [])
    .some((one) => own !== undefined && isSameRepository(one, own) && one.digest === digest);
}

/** What the engine has pushed or pulled this image as: `repository@digest`. */
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
