import type { Clock } from '../base/clock.ts';
import { documentOf, textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import type { ImageTable } from './image-table.ts';
import { readManifest } from './manifest.ts';
import type { Repository } from './repositories.ts';

/** The findings of a scan: names by severity, such as `{ HIGH: ['CVE-2026-1'] }`. */
export type Findings = Readonly<Record<string, readonly string[]>>;

/**
 * Basic scans. A scan starts on push if the repository is set to that, otherwise by StartImageScan, and takes five seconds (our
 * choice; AWS doesn't document it). An index has no scan of its own.
 */
export function scanOperations(options: {
  readonly clock: Pick<Clock, 'now'>;
  readonly images: ImageTable;
  readonly repository: (input: Document) => Repository;
  readonly findings: (repository: string, digest: string) => Findings;
}): Operations {
  const { clock, images, repository, findings } = options;
  const started = new Map<string, number>();

  const imageOf = async (input: Document) => {
    const { name, scanning } = repository(input);
    const id = documentOf(input, 'imageId') ?? {};
    const digest = images.find(name, textOf(id, 'imageDigest') ?? textOf(id, 'imageTag') ?? '');
    const image = (await images.list(name)).find((one) => one.digest === digest);
    if (digest === undefined || image === undefined)
      throw new AwsError('ImageNotFoundException', `The image is not in the repository with name '${name}'`);
    const body = (await images.manifest(name, digest))?.body ?? '';
    const onPush = scanning?.['scanOnPush'] === true ? image.pushedAt : undefined;
    const isIndex = readManifest(body).manifests !== undefined;
    return {
      name,
      digest,
      begunAt: isIndex ? undefined : (started.get(`${name}@${digest}`) ?? onPush),
      isIndex,
    };
  };
  const shown = (name: string, digest: string): Document => ({
    repositoryName: name,
    imageId: { imageDigest: digest },
  });

  return {
    StartImageScan: async (input) => {
      const { name, digest, isIndex } = await imageOf(input);
      if (isIndex) throw new AwsError('UnsupportedImageTypeException', 'The image is an index');
      started.set(`${name}@${digest}`, clock.now());
      return { ...shown(name, digest), imageScanStatus: { status: 'IN_PROGRESS' } };
    },
    DescribeImageScanFindings: async (input) => {
      const { name, digest, begunAt } = await imageOf(input);
      if (begunAt === undefined)
        throw new AwsError('ScanNotFoundException', `There is no scan of the image '${digest}'`);
      if (clock.now() < begunAt + 5000)
        return { ...shown(name, digest), imageScanStatus: { status: 'IN_PROGRESS' } };
      const found = Object.entries(findings(name, digest));
      return {
        ...shown(name, digest),
        imageScanStatus: { status: 'COMPLETE' },
        imageScanFindings: {
          findingSeverityCounts: Object.fromEntries(
            found.map(([severity, names]) => [severity, names.length]),
          ),
          findings: found.flatMap(([severity, names]) => names.map((each) => ({ name: each, severity }))),
        },
      };
    },
  };
}
