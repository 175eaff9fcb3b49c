import type { DescribeImageScanFindingsCommandOutput } from '@aws-sdk/client-ecr';
import { call } from '../../aws/call.ts';
import { type Severity, severities } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import type { EcrImage } from './ecr-images.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';
import { childrenFor } from './manifest.ts';

/**
 * Waits for ECR's scan of an image, and refuses findings of this severity or worse. Starts a scan if there has been no scan yet. In an
 * index, the images for these platforms count.
 *
 * @throws Failure scan-findings, scan-unknown
 */
export async function refuseFindings(
  place: EcrPlace,
  image: EcrImage,
  platforms: readonly string[],
  severity: Severity,
): Promise<void> {
  const children = childrenFor(JSON.parse(image.manifest), platforms);
  for (const digest of children.length === 0 ? [image.digest] : children) {
    const scan = await waitForScan(place, digest);
    const problem = findingsProblem(scan, severity);
    if (problem === undefined) continue;
    throw new Failure({
      code: 'scan-findings',
      fault: 'yours',
      message: `ECR's scan of ${place.uri}@${digest} found ${problem}; fail-on-severity is ${severity}.`,
      advice: 'Update the base image and the listed packages, or raise fail-on-severity.',
      detail: linesOf(scan, severity),
    });
  }
}

type Scan = Pick<DescribeImageScanFindingsCommandOutput, 'imageScanFindings' | 'imageScanStatus'>;

async function waitForScan(place: EcrPlace, digest: string): Promise<Scan> {
  const { clock, say, signal } = place.calling;
  const deadline = clock.now() + limitSeconds * 1000;
  for (let isSaid = false; ; isSaid = true) {
    const scan = await readScan(place, digest);
    const status = scan.imageScanStatus?.status;
    // An image under continuous scanning is ACTIVE (documented for enhanced scanning).
    if (status === 'COMPLETE' || status === 'ACTIVE') return scan;
    const isUnderway = status === 'IN_PROGRESS' || status === 'PENDING';
    if (!isUnderway || clock.now() > deadline || signal?.aborted) {
      throw new Failure({
        code: 'scan-unknown',
        fault: 'yours',
        message:
          `There is no result of ECR's scan of ${place.uri}@${digest}: its status is ${status ?? 'unknown'}${isUnderway ? ` after ${limitSeconds / 60} minutes` : ''}. ${scan.imageScanStatus?.description ?? ''}`.trim(),
        advice: 'ECR scans only distributions that it supports. For other images, remove fail-on-severity.',
      });
    }
    if (!isSaid) say(`Waiting for ECR's scan of ${place.uri}@${digest}.`);
    await clock.sleep(2000, signal);
  }
}

const limitSeconds = 300;

async function readScan(place: EcrPlace, digest: string): Promise<Scan> {
  const { ecr, calling } = place;
  const request = { ...inRepository(place), imageId: { imageDigest: digest } };
  const { DescribeImageScanFindingsCommand, StartImageScanCommand } = await import('@aws-sdk/client-ecr');
  try {
    return await call(calling, 'ecr:DescribeImageScanFindings', (abortSignal) =>
      ecr.send(new DescribeImageScanFindingsCommand(request), { abortSignal }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ScanNotFoundException')) throw error;
    calling.say(`${place.uri}@${digest} has no scan yet; starting one.`);
    return call(calling, 'ecr:StartImageScan', (abortSignal) =>
      ecr.send(new StartImageScanCommand(request), { abortSignal }),
    );
  }
}

/** `2 critical and 3 high findings`; undefined if there are none of this severity or worse. */
function findingsProblem({ imageScanFindings }: Scan, severity: Severity): string | undefined {
  const counts = imageScanFindings?.findingSeverityCounts ?? {};
  const found = atLeast(severity).flatMap((one) => {
    const count = Object.entries(counts).find(([name]) => name.toLowerCase() === one)?.[1] ?? 0;
    return count === 0 ? [] : [{ count, text: `${count} ${one}` }];
  });
  if (found.length === 0) return undefined;
  const total = found.reduce((sum, { count }) => sum + count, 0);
  return `${found.map(({ text }) => text).join(' and ')} finding${total === 1 ? '' : 's'}`;
}

/** One line per finding of this severity or worse, up to twenty. */
function linesOf({ imageScanFindings }: Scan, severity: Severity): readonly string[] {
  const relevant = new Set<string>(atLeast(severity));
  const isRelevant = (text: string | undefined): boolean => relevant.has((text ?? '').toLowerCase());
  const basic = (imageScanFindings?.findings ?? [])
    .filter((finding) => isRelevant(finding.severity))
    .map(({ name, severity: own, uri }) => `${own ?? ''} ${name ?? ''} ${uri ?? ''}`);
  const enhanced = (imageScanFindings?.enhancedFindings ?? [])
    .filter((finding) => isRelevant(finding.severity))
    .map(({ title, severity: own }) => `${own ?? ''} ${title ?? ''}`);
  return [...basic, ...enhanced].slice(0, 20);
}

function atLeast(severity: Severity): readonly Severity[] {
  return severities.slice(0, severities.indexOf(severity) + 1);
}
