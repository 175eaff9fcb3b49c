import type { BuildInputs } from '../../src/inputs/build.ts';

/** The inputs of a build of which nothing was given. */
export const buildInputs: BuildInputs = {
  context: '.',
  file: undefined,
  target: undefined,
  buildArgs: [],
  buildContexts: [],
  labels: [],
  annotations: [],
  platforms: [],
  cacheFrom: [],
  cacheTo: [],
  cache: true,
  noCache: false,
  pull: false,
  provenance: 'false',
  sbom: 'false',
  addHosts: [],
  ssh: [],
  shmSize: undefined,
  ulimits: [],
  network: undefined,
  secrets: [],
  builder: undefined,
  compression: 'gzip',
  rebuild: false,
};
