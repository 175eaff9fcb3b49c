import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamDocker } from '../../docker/stream.ts';
import { isOn } from '../../inputs/build.ts';
import { Failure } from '../../process/failure.ts';
import { isDigest } from '../../reference/image-reference.ts';
import { isJsonObject } from '../../text/json.ts';
import { buildxArguments, commonArguments } from './build-arguments.ts';
import { failureOfBuildx } from './build-failure.ts';
import type { BuildTools, ImageBuild } from './image-build.ts';

/**
 * `docker buildx build --push`.
 * @returns the pushed digest, from the metadata file of buildx
 */
export async function buildAndPushWithBuildx(
  build: ImageBuild,
  buildxVersion: string,
  { scratch, secretArguments, secretEnvironment, cover, read }: BuildTools,
): Promise<string> {
  const metadata = join(scratch, 'metadata.json');
  const { exitCode, lines } = await streamDocker({
    env: { ...build.docker.env, ...environmentOf(build), ...secretEnvironment },
    args: [
      'buildx',
      'build',
      '--progress=plain',
      `--metadata-file=${metadata}`,
      ...attestations(build, buildxVersion),
      ...secretArguments,
      ...buildxArguments(build),
      ...commonArguments(build),
    ],
    folder: build.workspace,
    cover,
    say: build.say,
    read,
    signal: build.signal,
  });
  if (exitCode !== 0) {
    const { repository, dockerfile } = build;
    throw failureOfBuildx({ lines, exitCode, repository, dockerfile });
  }
  return readDigest(await readFile(metadata, 'utf8'));
}

/**
 * The metadata file needs only the digest; with the provenance, buildx asks the builder again. Without attestations nothing
 * uses what buildx asks git (documented: both are only for provenance).
 */
function environmentOf({ inputs: { provenance, sbom } }: ImageBuild): Readonly<Record<string, string>> {
  const hasAttestations = isOn(provenance) || isOn(sbom);
  return {
    BUILDX_METADATA_PROVENANCE: 'disabled',
    ...(hasAttestations ? {} : { BUILDX_GIT_INFO: 'false' }),
  };
}

/**
 * Provenance is off by default: it turns a single image into an index, leaves untagged images in ECR, and its `mode=max`
 * may publish build arguments. The options came with buildx 0.10, the first version that adds provenance by default.
 */
function attestations({ inputs }: ImageBuild, buildxVersion: string): readonly string[] {
  const { provenance, sbom } = inputs;
  if (!isOn(provenance) && !isOn(sbom) && /^0\.\d\./.test(buildxVersion)) return [];
  return [`--provenance=${provenance}`, ...(isOn(sbom) ? [`--sbom=${sbom}`] : [])];
}

/** @throws Failure image-digest-unknown */
export function readDigest(metadata: string): string {
  const value: unknown = JSON.parse(metadata);
  const digest = isJsonObject(value) ? value['containerimage.digest'] : undefined;
  if (typeof digest === 'string' && isDigest(digest)) return digest;
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'ours',
    message: "The image was pushed, but buildx doesn't report its digest.",
    advice: 'Update buildx, or use a builder that pushes directly (driver docker-container).',
  });
}
