import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonArray, type Json } from '../aws/json.ts';
import { type Docker, runDocker } from '../docker/docker.ts';
import { streamDocker } from '../docker/stream.ts';
import { Failure } from '../failure.ts';
import type { BuildTools, ImageBuild } from './build.ts';
import { classicArguments, commonArguments } from './build-arguments.ts';
import { failureOfBuild, failureOfPush } from './build-failure.ts';
import { isSameRepository, parseReference } from './reference.ts';

/**
 * `docker build`, then `docker push` for every tag.
 * @returns the digest that the registry gave the image
 */
export async function buildAndPushClassically(
  build: ImageBuild,
  { scratch, hidden }: BuildTools,
): Promise<string> {
  const env = classicEnvironment(build.docker);
  const run = (args: readonly string[]) =>
    streamDocker({ env, args, folder: build.workspace, hidden, say: build.say, signal: build.signal });

  const idFile = join(scratch, 'image-id');
  // Without force-rm a command that fails leaves its container on the engine.
  const built = await run([
    'build',
    '--force-rm',
    `--iidfile=${idFile}`,
    ...classicArguments(build),
    ...commonArguments(build),
  ]);
  if (built.exitCode !== 0) throw failureOfBuild({ ...built, dockerfile: build.dockerfile });

  const digests = new Set<string>();
  for (const tag of build.tags) {
    const pushed = await run(['push', `${build.repository}:${tag}`]);
    if (pushed.exitCode !== 0) throw failureOfPush({ ...pushed, repository: build.repository });
    const digest = pushedDigest(pushed.lines);
    if (digest !== undefined) digests.add(digest);
  }
  const imageId = (await readFile(idFile, 'utf8')).trim();
  return confirmDigest([...digests], await repoDigests(build, env, imageId), build.repository);
}

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

/**
 * The digest that the pushes told, if the image that was built has it in this repository: another build on the same
 * engine may have moved a tag between our build and our push.
 * @throws Failure image-digest-unknown
 */
export function confirmDigest(
  told: readonly string[],
  ofImage: readonly string[],
  repository: string,
): string {
  const own = parseReference(repository);
  const known = ofImage
    .flatMap((text) => parseReference(text) ?? [])
    .filter((reference) => own !== undefined && isSameRepository(reference, own))
    .map(({ digest }) => digest);
  const [digest, ...more] = told;
  if (digest !== undefined && more.length === 0 && known.includes(digest)) return digest;
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'ours',
    message: `What was pushed to ${repository} is not surely the image that was built: the push told ${told.join(', ') || 'no digest'}, the engine knows ${known.join(', ') || 'none'}.`,
    advice: 'Did another build on this engine use the same tag at the same time? Run the job again.',
  });
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
