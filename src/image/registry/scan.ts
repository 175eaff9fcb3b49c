import type { DescribeImageScanFindingsCommandOutput } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import { type Severity, severities } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import type { EcrImage } from './ecr-images.ts';
import { childrenFor } from './manifest.ts';
import type { EcrRepository } from './repository.ts';

/**
 * Waits for ECR's scan of an image and refuses it for findings of this severity or worse. An image that nobody has
 * scanned is given to be scanned. Of an index, the images for these platforms are looked at.
 *
 * @throws Failure scan-findings, scan-unknown
 */
export async function checkFindings(options: {
  readonly repository: EcrRepository;
  readonly calling: Calling;
  readonly image: EcrImage;
  readonly platforms: readonly string[];
  readonly severity: Severity;
}): Promise<void> {
  const { repository, calling, image, platforms, severity } = options;
  const children = childrenFor(JSON.parse(image.manifest), platforms);
  for (const digest of children.length === 0 ? [image.digest] : children) {
    const scan = await scanned({ repository, calling, digest });
    const problem = findingsProblem(scan, severity);
    if (problem === undefined) continue;
    throw new Failure({
      code: 'scan-findings',
      fault: 'yours',
      message: `ECR's scan of ${repository.uri}@${digest} found ${problem}; fail-on-severity is ${severity}.`,
      advice: 'Update the base image and the packages that are named, or raise fail-on-severity.',
      detail: namesOf(scan, severity),
    });
  }
}

type Scan = Pick<DescribeImageScanFindingsCommandOutput, 'imageScanFindings' | 'imageScanStatus'>;

async function scanned(place: {
  readonly repository: EcrRepository;
  readonly calling: Calling;
  readonly digest: string;
}): Promise<Scan> {
  const { repository, calling, digest } = place;
  const { clock, signal } = calling;
  const giveUpAt = clock.now() + patienceSeconds * 1000;
  for (let isSaid = false; ; isSaid = true) {
    const scan = await describe(place);
    const status = scan.imageScanStatus?.status;
    // ACTIVE is what an image that is scanned again and again has (documented for enhanced scanning).
    if (status === 'COMPLETE' || status === 'ACTIVE') return scan;
    const isUnderway = status === 'IN_PROGRESS' || status === 'PENDING';
    if (!isUnderway || clock.now() > giveUpAt || signal?.aborted) {
      throw new Failure({
        code: 'scan-unknown',
        fault: 'yours',
        message:
          `ECR does not tell what is in ${repository.uri}@${digest}: the scan is ${status ?? 'not there'}${isUnderway ? ` after ${patienceSeconds / 60} minutes` : ''}. ${scan.imageScanStatus?.description ?? ''}`.trim(),
        advice: 'ECR scans images of the distributions that it knows. Leave fail-on-severity out for others.',
      });
    }
    if (!isSaid) calling.say(`Waiting for ECR's scan of ${repository.uri}@${digest}.`);
    await clock.sleep(2000, signal);
  }
}

async function describe({
  repository,
  calling,
  digest,
}: {
  readonly repository: EcrRepository;
  readonly calling: Calling;
  readonly digest: string;
}): Promise<Scan> {
  const place = {
    repositoryName: repository.name,
    ...(repository.registryId === undefined ? {} : { registryId: repository.registryId }),
    imageId: { imageDigest: digest },
  };
  const { DescribeImageScanFindingsCommand, StartImageScanCommand } = await import('@aws-sdk/client-ecr');
  try {
    return await call(calling, 'ecr:DescribeImageScanFindings', (abortSignal) =>
      repository.ecr.send(new DescribeImageScanFindingsCommand(place), { abortSignal }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ScanNotFoundException')) throw error;
    calling.say(`${repository.uri}@${digest} has not been scanned: asking ECR to.`);
    return call(calling, 'ecr:StartImageScan', (abortSignal) =>
      repository.ecr.send(new StartImageScanCommand(place), { abortSignal }),
    );
  }
}

/** `2 critical and 3 high findings`; undefined when there are none so bad. */
function findingsProblem({ imageScanFindings }: Scan, severity: Severity): string | undefined {
  const counts = imageScanFindings?.findingSeverityCounts ?? {};
  const found = worseThan(severity).flatMap((one) => {
    const count = Object.entries(counts).find(([name]) => name.toLowerCase() === one)?.[1] ?? 0;
    return count === 0 ? [] : [{ count, text: `${count} ${one}` }];
  });
  if (found.length === 0) return undefined;
  const total = found.reduce((sum, { count }) => sum + count, 0);
  return `${found.map(({ text }) => text).join(' and ')} finding${total === 1 ? '' : 's'}`;
}

function namesOf({ imageScanFindings }: Scan, severity: Severity): readonly string[] {
  const bad = new Set<string>(worseThan(severity));
  const isBad = (text: string | undefined): boolean => bad.has((text ?? '').toLowerCase());
  const basic = (imageScanFindings?.findings ?? [])
    .filter((finding) => isBad(finding.severity))
    .map(({ name, severity: own, uri }) => `${own ?? ''} ${name ?? ''} ${uri ?? ''}`);
  const enhanced = (imageScanFindings?.enhancedFindings ?? [])
    .filter((finding) => isBad(finding.severity))
    .map(({ title, severity: own }) => `${own ?? ''} ${title ?? ''}`);
  return [...basic, ...enhanced].slice(0, 20);
}

function worseThan(severity: Severity): readonly Severity[] {
  return severities.slice(0, severities.indexOf(severity) + 1);
}

const patienceSeconds = 300;

/**
 * Who asks for a scan shall not get an image without one.
 * @throws Failure scan-unknown
 */
export function refuseUnscanned(image: string, severity: Severity | undefined): void {
  if (severity === undefined) return;
  throw new Failure({
    code: 'scan-unknown',
    fault: 'yours',
    message: `${image} is not in ECR, so that ECR has no scan of it; fail-on-severity is ${severity}.`,
    advice: 'Leave fail-on-severity out for this image, or bring it to ECR first.',
  });
}

/**
 * The same where the image may not be read: what is to be scanned of it is not known then.
 * @throws Failure scan-unknown
 */
export function refuseUnread(image: string, severity: Severity | undefined): void {
  if (severity === undefined) return;
  throw new Failure({
    code: 'scan-unknown',
    fault: 'yours',
    message: `${image} was pushed, but can't be read, so its scan can't be checked; fail-on-severity is ${severity}.`,
    advice: 'Permit ecr:BatchGetImage for this repository to this job, or leave fail-on-severity out.',
  });
}
