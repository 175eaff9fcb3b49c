import { randomBytes } from 'node:crypto';

/** The addresses that GetDownloadUrlForLayer returns. Each one gives access to a single layer. */
export interface LayerLinks {
  /** A path below the registry's host. */
  make(layer: Layer): string;
  find(path: string): Layer | undefined;
}

interface Layer {
  readonly repository: string;
  readonly digest: string;
}

export function layerLinks(): LayerLinks {
  const layers = new Map<string, Layer>();
  return {
    make: (layer) => {
      const path = `/layers/${randomBytes(24).toString('base64url')}`;
      layers.set(path, layer);
      return path;
    },
    find: (path) => layers.get(path),
  };
}
