import type { Container } from '@aws-sdk/client-ecs';
import { parseReference, repositoryUri } from '../../reference/image-reference.ts';
import { calling, type Run } from '../../run/run.ts';
import { isJsonArray, isJsonObject, type Json } from '../../text/json.ts';
import { findRepository } from './find-repository.ts';
import type { Repository } from './repository.ts';

/** What a task pulls, compressed, by the manifests in ECR; undefined where they can't be read. */
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

/** Of an index the first image that runs somewhere: those of other platforms are of about its size. */
async function sizeOf(repository: Repository, digest: string): Promise<number | undefined> {
  const manifest = await readManifestOf(repository, digest);
  if (manifest === undefined) return undefined;
  const layers = layerBytes(manifest);
  if (layers !== undefined) return layers;
  const child = firstImage(manifest);
  const image = child === undefined ? undefined : await readManifestOf(repository, child);
  return image === undefined ? undefined : layerBytes(image);
}

async function readManifestOf(repository: Repository, digest: string): Promise<Json | undefined> {
  const image = await repository.readImage(digest);
  return image === undefined ? undefined : (JSON.parse(image.manifest) as Json);
}

function layerBytes(manifest: Json): number | undefined {
  if (!isJsonObject(manifest) || !isJsonArray(manifest.layers)) return undefined;
  return manifest.layers.reduce<number>(
    (sum, layer) => sum + (isJsonObject(layer) && typeof layer.size === 'number' ? layer.size : 0),
    0,
  );
}

function firstImage(manifest: Json): string | undefined {
  if (!isJsonObject(manifest) || !isJsonArray(manifest.manifests)) return undefined;
  const image = manifest.manifests.find(
    (child) => isJsonObject(child) && isJsonObject(child.platform) && child.platform.os !== 'unknown',
  );
  return isJsonObject(image) && typeof image.digest === 'string' ? image.digest : undefined;
}
