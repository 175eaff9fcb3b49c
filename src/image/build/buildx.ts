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

/** @returns the digest of what was pushed, as buildx reports it in its metadata file */
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
 * The metadata file is for the digest; finding out the provenance for it, too, takes another look at the builder. Without
 * provenance nobody reads what buildx asks git for (documented: both are for provenance alone).
 */
function environmentOf({ inputs: { provenance, sbom } }: ImageBuild): Readonly<Record<string, string>> {
  const hasAttestations = isOn(provenance) || isOn(sbom);
  return {
    BUILDX_METADATA_PROVENANCE: 'disabled',
    ...(hasAttestations ? {} : { BUILDX_GIT_INFO: 'false' }),
  };
}

/**
 * Provenance is off when nobody asks for it: it would make an index of a single image and leave untagged images in
 * ECR, and its `mode=max` may publish build arguments. The options came with buildx 0.10, which was the first to add
 * provenance by itself.
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
    message: 'The image was pushed, but buildx does not say under which digest.',
    advice: 'Update buildx, or use a builder that pushes by itself (driver docker-container).',
  });
}
