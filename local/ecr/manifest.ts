/** The parts of a manifest that ECR reads: sizes, or the images of an index. */
export interface Manifest {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** Reads a manifest. A push may contain anything: what isn't JSON counts as an empty manifest. */
export function readManifest(body: string): Manifest {
  try {
    const manifest: Manifest | null = JSON.parse(body);
    return manifest ?? {};
  } catch {
    return {};
  }
}

/** The compressed size in DescribeImages; for an index, that of its largest image (documented). */
export function sizeOf(manifest: Manifest, child: (digest: string) => Manifest | undefined): number {
  const children = manifest.manifests?.map(({ digest }) => sizeOf(child(digest) ?? {}, () => undefined));
  if (children !== undefined) return Math.max(0, ...children);
  return [manifest.config, ...(manifest.layers ?? [])].reduce((sum, part) => sum + (part?.size ?? 0), 0);
}
