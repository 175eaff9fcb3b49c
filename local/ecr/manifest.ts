/** What ECR reads in a manifest: the sizes of its parts, or the images of an index. */
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

/** Whoever pushes may push anything: what is no JSON object is a manifest with nothing in it. */
export function readManifest(body: string): Manifest {
  try {
    const manifest: Manifest | null = JSON.parse(body);
    return manifest ?? {};
  } catch {
    return {};
  }
}

/** The compressed size as DescribeImages has it; of an index the largest of its images (documented). */
export function sizeOf(manifest: Manifest, child: (digest: string) => Manifest | undefined): number {
  const children = manifest.manifests?.map(({ digest }) => sizeOf(child(digest) ?? {}, () => undefined));
  if (children !== undefined) return Math.max(0, ...children);
  return [manifest.config, ...(manifest.layers ?? [])].reduce((sum, part) => sum + (part?.size ?? 0), 0);
}
