import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from '../docker/docker.ts';
import type { BuildInputs } from '../inputs/build.ts';
import type { ReadDockerfile } from './broken-instruction.ts';
import { handOverSecrets } from './build-secrets.ts';
import { buildAndPushWithBuildx } from './buildx.ts';
import type { BuildCache } from './cache.ts';
import { buildAndPushClassically } from './classic.ts';
import { atDigest } from './reference.ts';

/** A build with where it goes to and who hears of it. */
export interface ImageBuild {
  readonly docker: Docker;
  /** The folder that the paths of the inputs count from. */
  readonly workspace: string;
  /** A private folder that is gone after the run, whatever happens. */
  readonly folder: string;
  readonly inputs: BuildInputs;
  /** The environment of the job, which has the values of secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Undefined where it can't be read before the build. */
  readonly dockerfile: ReadDockerfile | undefined;
  /** As Docker writes them; none: the engine's own. */
  readonly platforms: readonly string[];
  /** `name=value`: ours, and those of the inputs. */
  readonly labels: readonly string[];
  readonly cache: BuildCache;
  /** Registry and path without tag, as in ECR's `repositoryUri`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
  /** Gets what docker prints, line by line, with the secrets hidden. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What one command of a build works with. */
export interface BuildTools {
  /** Holds results of this build alone. */
  readonly scratch: string;
  readonly secretArguments: readonly string[];
  readonly secretEnvironment: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
}

export interface PushedImage {
  /** `sha256:` and 64 hex digits: of the manifest or index that the registry holds. */
  readonly digest: string;
  /** `repository@digest` */
  readonly imageUri: string;
  /** All that docker printed, as it was said. */
  readonly lines: readonly string[];
}

/**
 * Builds an image and pushes it under every tag: with buildx where it is, else with docker's own build and push.
 * @throws Failure build-failed, push-failed, push-denied, repository-missing, image-tag-immutable,
 *   image-digest-unknown, input-invalid, cancelled
 */
export async function buildAndPush(build: ImageBuild): Promise<PushedImage> {
  const scratch = await mkdtemp(join(build.folder, 'fargate-deploy-build-'));
  const lines: string[] = [];
  const heard: ImageBuild = {
    ...build,
    say: (line) => {
      if (lines.length < mostLines) lines.push(line);
      build.say(line);
    },
  };
  try {
    const { inputs, workspace, docker, environment } = build;
    const secrets = await handOverSecrets({
      secrets: inputs.secrets,
      environment,
      workspace,
      folder: scratch,
    });
    const tools: BuildTools = {
      scratch,
      secretArguments: secrets.arguments,
      secretEnvironment: secrets.environment,
      hidden: secrets.hidden,
    };
    const digest =
      docker.buildxVersion === undefined
        ? await buildAndPushClassically(heard, tools)
        : await buildAndPushWithBuildx(heard, docker.buildxVersion, tools);
    return { digest, imageUri: atDigest(build.repository, digest), lines };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A build may print a million; what tells of its steps comes in far fewer. */
const mostLines = 50_000;
