import { randomBytes, randomInt } from 'node:crypto';

/** The id of a task, container or attachment: 32 hex digits. */
export function newTaskId(): string {
  return randomBytes(16).toString('hex');
}

/**
 * The number that a deployment (`ecs-svc/<N>`) and the service revision it runs have in common (seen in real logs and
 * relied on by other tools; AWS does not promise it).
 */
export function newDeploymentNumber(): string {
  return `${randomInt(1_000_000_000, 9_999_999_999)}${randomInt(100_000_000, 999_999_999)}`;
}

/** The last segment of a service deployment's ARN: 21 characters that are safe in a URL. */
export function newServiceDeploymentId(): string {
  return randomBytes(16).toString('base64url').slice(0, 21);
}

/** The last segment of an ARN, as a view shows it. */
export function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
