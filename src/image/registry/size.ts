import type { Container } from '@aws-sdk/client-ecs';
import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import { calling, type Run } from '../../run/run.ts';
import type { Json } from '../../text/json.ts';
import { findRepository } from './find-repository.ts';
import { firstImage, sizeOfImage } from './manifest.ts';
import type { Repository } from './repository.ts';

/** The compressed bytes that a task pulls, from the manifests in ECR; undefined if none can be read. */
export async function imageBytes(run: Run, containers: readonly Container[]): Promise<number | undefined> {
  try {
    const sizes = await Promise.all(
      containers.map(async ({ image = '', imageDigest }) => {
        const reference = parseReference(image);
        const digest = imageDigest ?? reference?.digest;
        if (reference === undefined || digest === undefined) return undefined;
        const text = repositoryUri(reference);
        const repository = await findRepository({
          aws: run.aws,
          calling: calling(run),
          text,
          create: undefined,
        });
        return sizeOf(repository, digest);
      }),
    );
    const known = sizes.filter((size) => size !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}

/** The size of an image. An index counts as its first image that runs somewhere: the other platforms are about as large. */
async function sizeOf(repository: Repository, digest: string): Promise<number | undefined> {
  const manifest = await readManifestOf(repository, digest);
  if (manifest === undefined) return undefined;
  const child = firstImage(manifest);
  const image = child === undefined ? manifest : await readManifestOf(repository, child);
  return image === undefined ? undefined : sizeOfImage(image)?.bytes;
}

async function readManifestOf(repository: Repository, digest: string): Promise<Json | undefined> {
  const image = await repository.readImage(digest);
  return image === undefined ? undefined : (JSON.parse(image.manifest) as Json);
}
