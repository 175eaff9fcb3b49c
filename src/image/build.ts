import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Docker } from '../docker/docker.ts';
import { buildAndPushWithBuildx } from './buildx.ts';
import { buildAndPushClassically } from './classic.ts';
import { atDigest } from './reference.ts';

/** A build with where it goes to and who hears of it. */
export interface ImageBuild {
  readonly docker: Docker;
  /** The folder that the paths below count from. */
  readonly workspace: string;
  /** The build's context: a folder, or a URL that docker understands. */
  readonly context: string;
  /** The Dockerfile; undefined: `Dockerfile` in the context. */
  readonly file: string | undefined;
  readonly target: string | undefined;
  /** `NAME=value`, or `NAME` alone for the environment's value. */
  readonly buildArgs: readonly string[];
  /** As Docker writes it, `linux/arm64`; undefined: the engine's own. */
  readonly platform: string | undefined;
  /** `name=value` */
  readonly labels: readonly string[];
  readonly noCache: boolean;
  readonly pull: boolean;
  /** Registry and path without tag, as in ECR's `repositoryUri`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
  /** Gets what docker prints, line by line and as it is. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface PushedImage {
  /** `sha256:` and 64 hex digits: of the manifest or index that the registry holds. */
  readonly digest: string;
  /** `repository@digest` */
  readonly imageUri: string;
}

/**
 * Builds an image and pushes it under every tag: with buildx where it is, else with docker's own build and push.
 * @throws Failure build-failed, push-failed, push-denied, repository-missing, image-tag-immutable,
 *   image-digest-unknown, cancelled
 */
export async function buildAndPush(build: ImageBuild): Promise<PushedImage> {
  const scratch = await mkdtemp(join(build.docker.env.RUNNER_TEMP || tmpdir(), 'fargate-deploy-build-'));
  try {
    const digest =
      build.docker.buildxVersion === undefined
        ? await buildAndPushClassically(build, scratch)
        : await buildAndPushWithBuildx(build, build.docker.buildxVersion, scratch);
    return { digest, imageUri: atDigest(build.repository, digest) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
