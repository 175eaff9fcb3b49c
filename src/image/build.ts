import type { Docker } from '../docker/docker.ts';

export interface ImageBuild {
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
}

export interface PushedImage {
  /** `sha256:` and 64 hex digits: the digest of the manifest or index that the registry holds. */
  readonly digest: string;
  /** `repository@digest` */
  readonly imageUri: string;
}

/**
 * Builds an image and pushes it under every tag.
 * @param options.repository registry and path without tag, as in ECR's `repositoryUri`
 * @param options.say gets the output of docker, line by line
 * @throws Failure build-failed, push-failed, push-denied, repository-missing, image-tag-immutable,
 *   image-digest-unknown, cancelled
 */
export async function buildAndPush(
  options: ImageBuild & {
    readonly docker: Docker;
    readonly repository: string;
    readonly tags: readonly string[];
    readonly say: (line: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<PushedImage> {
  await Promise.resolve();
  throw new Error(`not written yet: ${options.repository}`);
}
