import type { Severity } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';

/**
 * Refuses an image without a scan if `fail-on-severity` demands one.
 *
 * @param why there is no scan, as a clause: `ghcr.io/team/web is not in ECR`
 * @throws Failure scan-unknown
 */
export function refuseUnscanned(why: string, severity: Severity | undefined): void {
  if (severity === undefined) return;
  throw new Failure({
    code: 'scan-unknown',
    fault: 'yours',
    message: `fail-on-severity is ${severity}, and ${why}, so there is no scan to check.`,
    advice: 'Use an image in ECR that this job may read, or remove fail-on-severity.',
  });
}

/**
 * Refuses a pushed image that this job may not read if `fail-on-severity` demands a scan: the parts to check are unknown.
 * @throws Failure scan-unknown
 */
export function refuseUnread(image: string, severity: Severity | undefined): void {
  if (severity === undefined) return;
  throw new Failure({
    code: 'scan-unknown',
    fault: 'yours',
    message: `fail-on-severity is ${severity}, and ${image} was pushed but can't be read, so its scan can't be checked.`,
    advice: 'Allow this job ecr:BatchGetImage on the repository, or remove fail-on-severity.',
  });
}
