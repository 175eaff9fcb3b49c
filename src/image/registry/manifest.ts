import { isJsonArray, isJsonObject, type Json, objectIn } from '../../text/json.ts';

/** The kind of a manifest, with what it tells about platforms. */
export type Manifest =
  | {
      readonly kind: 'index';
      /** As Docker writes them (`linux/arm64/v8`), each once. */
      readonly platforms: readonly string[];
    }
  /** One image; its platform is in its configuration, the blob with this digest. */
  | { readonly kind: 'image'; readonly configDigest: string }
  | { readonly kind: 'unknown' };

/** Reads a manifest by its shape: the media type is optional in OCI's index. */
export function readManifest(manifest: Json): Manifest {
  if (!isJsonObject(manifest)) return { kind: 'unknown' };
  if (isJsonArray(manifest.manifests)) {
    // OCI doesn't require a platform: an image without one may run on any.
    if (!manifest.manifests.every((child) => isJsonObject(objectIn(child).platform)))
      return { kind: 'unknown' };
    return { kind: 'index', platforms: [...new Set(imagesOf(manifest).map(({ platform }) => platform))] };
  }
  if (isJsonObject(manifest.config) && typeof manifest.config.digest === 'string') {
    return { kind: 'image', configDigest: manifest.config.digest };
  }
  return { kind: 'unknown' };
}

/** The platform in an image's configuration; undefined if it has none. */
export function platformOfConfig(config: Json): string | undefined {
  return isJsonObject(config) ? platformOf(config) : undefined;
}

/** Whether an image for one platform runs on the other. The variant counts only if both name one. */
export function runsOn(imagePlatform: string, taskPlatform: string): boolean {
  const [os, architecture, variant] = imagePlatform.split('/');
  const [taskOs, taskArchitecture, taskVariant] = taskPlatform.split('/');
  return (
    os === taskOs &&
    architecture === taskArchitecture &&
    (variant === undefined || taskVariant === undefined || variant === taskVariant)
  );
}

/** Whether an index has all these platforms. The manifest of a single image doesn't say, so it counts as having them. */
export function hasPlatforms(manifest: Json, platforms: readonly string[]): boolean {
  const read = readManifest(manifest);
  if (read.kind !== 'index') return true;
  return platforms.every((platform) => read.platforms.some((own) => runsOn(own, platform)));
}

/** The digests of an index's images that run on one of these platforms; none for a single image. */
export function childrenFor(manifest: Json, platforms: readonly string[]): readonly string[] {
  return imagesOf(manifest)
    .filter(({ platform: own }) => platforms.some((platform) => runsOn(own, platform)))
    .map(({ digest }) => digest);
}

/** The digest of the first image of an index that runs somewhere; undefined for a single image. */
export function firstImage(manifest: Json): string | undefined {
  return imagesOf(manifest)[0]?.digest;
}

/** The size of a single image as stored (compressed); undefined for an index. */
export function sizeOfImage(manifest: Json): { readonly bytes: number; readonly layers: number } | undefined {
  if (!isJsonObject(manifest) || !isJsonArray(manifest.layers)) return undefined;
  const sizes = manifest.layers.map((layer) =>
    isJsonObject(layer) && typeof layer.size === 'number' ? layer.size : 0,
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), layers: sizes.length };
}

/** The images of an index; attestations, which run nowhere, are skipped. */
function imagesOf(manifest: Json): readonly { readonly digest: string; readonly platform: string }[] {
  const children = isJsonObject(manifest) && isJsonArray(manifest.manifests) ? manifest.manifests : [];
  return children.flatMap((child) => {
    if (!isJsonObject(child) || typeof child.digest !== 'string' || !isJsonObject(child.platform)) return [];
    const platform = platformOf(child.platform);
    return platform === undefined ? [] : { digest: child.digest, platform };
  });
}

/** `unknown/unknown` is how BuildKit marks an attestation (seen in its indexes). */
function platformOf({
  os,
  architecture,
  variant,
}: {
  readonly [member: string]: Json | undefined;
}): string | undefined {
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  if (os === 'unknown' || os === '' || architecture === '') return undefined;
  return typeof variant === 'string' && variant !== ''
    ? `${os}/${architecture}/${variant}`
    : `${os}/${architecture}`;
}
