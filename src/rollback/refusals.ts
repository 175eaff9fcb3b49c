import { Failure } from '../process/failure.ts';
import type { DeploymentRef } from '../reference/deployment.ts';
import { type Origin, originOfRun } from '../task-definition/provenance.ts';
import { nameOf } from '../text/words.ts';
import { newestVersions, type PastDeployment } from './past.ts';

/** The history does not have what `to` names; its newest versions are listed. */
export function versionMissing(
  name: string,
  to: string | undefined,
  past: readonly PastDeployment[],
  good: number,
): Failure {
  return new Failure({
    code: 'rollback-target-missing',
    fault: 'yours',
    message:
      to === undefined
        ? `${name} has no earlier good version to go back to.`
        : /^-\d+$/.test(to)
          ? `${name} can't go ${to.slice(1)} good versions back: the history has ${good}.`
          : `The history of ${name} has no version ${to}.`,
    advice:
      'A version can be named by its revision, digest, image tag or commit. What ran more than 90 days ago is not in the history: deploy its image with the input image.',
    detail: newestVersions(past),
  });
}

export function ambiguous(to: string, commits: readonly string[]): Failure {
  return new Failure({
    code: 'rollback-target-missing',
    fault: 'yours',
    message: `${to} begins several commits: ${commits.join(', ')}.`,
    advice: 'Give more digits of the commit.',
  });
}

export function unproven(
  name: string,
  version: string,
  past: readonly PastDeployment[],
  why: string,
): Failure {
  return new Failure({
    code: 'rollback-target-unproven',
    fault: 'yours',
    message: `${name} was not rolled back to ${version}: ${why}.`,
    advice: 'Choose a version that was healthy, or set allow: never-healthy.',
    detail: newestVersions(past),
  });
}

export function imageGone(name: string, version: string, images: readonly string[]): Failure {
  return new Failure({
    code: 'image-missing',
    fault: 'yours',
    message: `${name} was not rolled back to ${version}: its repository no longer holds ${images.join(', ')}.`,
    advice:
      'Choose another version with the input to. To keep such images, exclude them from the lifecycle rules of the repository. allow: image-missing deploys it anyway.',
  });
}

/** Whether the tags of a revision name this workflow's repository. */
export function isOfRepository(environment: NodeJS.ProcessEnv, origin: Origin): boolean {
  const { repository } = originOfRun(environment);
  return repository !== undefined && origin.repository === repository;
}

/** A pause of somebody else's deployment. */
export function foreignPause(
  { service: { name }, id, target }: DeploymentRef,
  { origin }: Pick<PastDeployment, 'origin'>,
): Failure {
  return new Failure({
    code: 'deployment-in-flight',
    fault: 'yours',
    message: `The deployment ${id} of ${nameOf(target)} to ${name} is paused, and ${whose(origin)}.`,
    advice: 'Nothing was answered. To answer it anyway, set allow: foreign-deployment.',
  });
}

function whose(origin: Origin): string {
  return origin.repository === undefined
    ? "nothing shows that it is this repository's: its revision has no tags that say who began it (see revision-marks)"
    : `it isn't this repository's: it was begun by ${origin.run ?? origin.repository}`;
}

export function foreignDeployment(
  { service: { name }, id, target }: DeploymentRef,
  { origin }: Pick<PastDeployment, 'origin'>,
): Failure {
  return new Failure({
    code: 'deployment-in-flight',
    fault: 'yours',
    message: `The deployment ${id} of ${nameOf(target)} to ${name} is in flight, and ${whose(origin)}.`,
    advice: 'To stop it and roll back, set allow: foreign-deployment; if-in-flight: wait waits for its end.',
  });
}
