import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { coverOf, noCover } from '../../docker/cover.ts';
import { Failure } from '../../process/failure.ts';
import { atDigest } from '../../reference/image-reference.ts';
import { mountSecrets } from './build-secrets.ts';
import { buildAndPushWithBuildx } from './buildx.ts';
import { buildAndPushClassically } from './classic.ts';
import type { BuildTools, ImageBuild } from './image-build.ts';

export interface PushedImage {
  /** `sha256:` and 64 hex digits: of the manifest or index that the registry holds. */
  readonly digest: string;
  /** `repository@digest` */
  readonly imageUri: string;
  /** Docker's output with the secrets in it: to parse, never to print. */
  readonly lines: readonly string[];
  /** Hides the secrets in what is read from it. */
  readonly cover: (text: string) => string;
}

/**
 * Builds an image and pushes it under every tag: with buildx if installed, otherwise with docker's own build and push.
 * @throws Failure build-failed, push-failed, push-denied, repository-missing, image-tag-immutable,
 *   image-digest-unknown, input-invalid, cancelled
 */
export async function buildAndPush(build: ImageBuild): Promise<PushedImage> {
  const scratch = await mkdtemp(join(build.folder, 'fargate-deploy-build-'));
  const lines: string[] = [];
  let room = mostCharactersInAll;
  const read = (line: string): void => {
    room -= line.length + 1;
    if (room > 0) lines.push(line);
  };
  let cover = noCover;
  try {
    const { inputs, workspace, docker, environment } = build;
    const secrets = await mountSecrets({
      secrets: inputs.secrets,
      environment,
      workspace,
      folder: scratch,
    });
    cover = coverOf(secrets.hidden);
    const tools: BuildTools = {
      scratch,
      secretArguments: secrets.arguments,
      secretEnvironment: secrets.environment,
      cover,
      read,
    };
    const digest =
      docker.buildxVersion === undefined
        ? await buildAndPushClassically(build, tools)
        : await buildAndPushWithBuildx(build, docker.buildxVersion, tools);
    return { digest, imageUri: atDigest(build.repository, digest), lines, cover: cover.cover };
  } catch (error) {
    // The failure quotes lines with the secrets in them.
    throw error instanceof Failure ? error.with(cover.cover) : error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A build may print gigabytes; the lines about its steps take far less. */
const mostCharactersInAll = 8_000_000;
