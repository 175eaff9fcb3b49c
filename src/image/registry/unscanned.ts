import type { Severity } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';

/**
 * Refuses an image of a registry without scans when a scan is asked for.
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
 * Refuses a pushed image that may not be read when a scan is asked for: which parts of it to look at is unknown.
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
