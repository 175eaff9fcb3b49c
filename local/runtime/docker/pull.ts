import type { Engine } from '../../docker/engine.ts';
import type { Container } from '../container.ts';
import { pullFailure, type StartFailure } from '../start-failures.ts';

export type Pulled =
  /** What to run by container, and the digests that the images had. */
  | {
      readonly kind: 'pulled';
      readonly images: Readonly<Record<string, string>>;
      readonly imageDigests: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'failed'; readonly failure: StartFailure };

/**
 * Pulls the images of a task's containers. It always asks the registry, as Fargate does, which keeps no images: one
 * that only this machine has cannot be pulled.
 * @param pull.digests by container, where the service revision has resolved the tag
 */
export async function pullImages(
  engine: Engine,
  containers: readonly Container[],
  pull: {
    readonly platform: string;
    readonly digests: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<Pulled> {
  const pulls = new Map<string, ReturnType<typeof pullImage>>();
  const answers = containers.map(async (container) => {
    const reference = byDigest(container.image, pull.digests[container.name]);
    const pulling = pulls.get(reference) ?? pullImage(engine, reference, pull);
    pulls.set(reference, pulling);
    return { container: container.name, reference, ...(await pulling) };
  });

  const images: Record<string, string> = {};
  const imageDigests: Record<string, string> = {};
  for (const { container, reference, digest, engineText } of await Promise.all(answers)) {
    if (engineText !== undefined) {
      const failed = { container, image: reference, platform: pull.platform, engineText };
      return { kind: 'failed', failure: pullFailure(failed) };
    }
    images[container] = byDigest(reference, digest);
    if (digest !== undefined) imageDigests[container] = digest;
  }
  return { kind: 'pulled', images, imageDigests };
}

/** `repository@digest` for an image whose digest is known; an image that names one keeps it. */
export function byDigest(image: string, digest: string | undefined): string {
  if (digest === undefined || image.includes('@')) return image;
  const slash = image.lastIndexOf('/');
  const colon = image.indexOf(':', slash + 1);
  return `${colon < 0 ? image : image.slice(0, colon)}@${digest}`;
}

/** Pulls one image; `engineText` is set when that failed. */
async function pullImage(
  engine: Engine,
  reference: string,
  { platform, signal }: { readonly platform: string; readonly signal: AbortSignal },
): Promise<{ readonly digest?: string; readonly engineText?: string }> {
  const pulled = await engine.run(['pull', '--quiet', '--platform', platform, reference], { signal });
  if (pulled.exitCode !== 0) return { engineText: pulled.stderr };
  const format = '{{.Os}}/{{.Architecture}} {{json .RepoDigests}}';
  const seen = await engine.run(['image', 'inspect', '--format', format, reference]);
  if (seen.exitCode !== 0) return { engineText: seen.stderr };
  const [actual = '', digests = ''] = seen.stdout.trim().split(' ');
  // An image for one platform is pulled whatever was asked; Fargate refuses it.
  if (actual !== platform) {
    return {
      engineText: `image does not match the specified platform: wanted ${platform}, actual ${actual}`,
    };
  }
  const digest = digestIn(reference, digests);
  return digest === undefined ? {} : { digest };
}

function digestIn(reference: string, repositoryDigests: string): string | undefined {
  const named = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  if (named !== undefined) return named;
  const all = [...repositoryDigests.matchAll(/"([^"@]+)@(sha256:[0-9a-f]{64})"/g)];
  const repository = byDigest(reference, 'sha256:').replace(/@sha256:$/, '');
  return (all.find(([, name]) => name === repository) ?? all[0])?.[2];
}
