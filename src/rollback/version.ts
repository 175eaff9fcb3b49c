import { readImageState } from '../image/registry/image-state.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { parseReference, repositoryUri } from '../reference/image-reference.ts';
import type { WantedVersion } from '../reference/rollback-version.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import { noOrigin } from '../task-definition/provenance.ts';
import { nameOf } from '../text/words.ts';
import type { PastDeployment } from './past.ts';
import { ambiguous, unproven, versionMissing } from './refusals.ts';
import { chooseVersion } from './version-choice.ts';

/**
 * The version of a service's past that is meant; one that the past does not have only where that is allowed.
 * @throws Failure rollback-target-missing, rollback-target-unproven
 */
export async function findVersion(
  { rollback: { to, allow } }: Inputs,
  run: Run,
  seen: ServiceState,
  past: readonly PastDeployment[],
  wanted: WantedVersion,
): Promise<PastDeployment> {
  const { taskDefinitionArn, primary } = seen;
  const isGood = seen.inFlight === undefined && primary?.rolloutState !== 'FAILED';
  const digests = wanted.kind === 'name' ? await digestsOfTag(run, past, wanted.name) : [];
  const target = chooseVersion(wanted, past, { taskDefinitionArn, isGood }, digests);
  const allowed = allow.includes('never-healthy');
  switch (target.kind) {
    case 'found':
      return target.version;
    case 'never-healthy': {
      const { status, taskDefinitionArn: arn } = target.version;
      if (!allowed)
        throw unproven(seen.name, nameOf(arn), past, `no deployment of it ever completed (${status})`);
      return target.version;
    }
    case 'not-in-history': {
      const isUnknown = seen.history.kind === 'unknown';
      if (!allowed && !isUnknown)
        throw unproven(seen.name, target.reference, past, 'the history of the last 90 days does not have it');
      return {
        createdAt: undefined,
        status: undefined,
        taskDefinitionArn: target.reference,
        images: [],
        origin: noOrigin,
      };
    }
    case 'ambiguous':
      throw ambiguous(to ?? '', target.commits);
    case 'none':
      throw versionMissing(seen.name, to, past, target.good);
    default:
      return target satisfies never;
  }
}

/** Looks up a tag of that name in the repositories of the versions. */
async function digestsOfTag(
  run: Run,
  past: readonly PastDeployment[],
  tag: string,
): Promise<readonly string[]> {
  const repositories = new Set(
    past.flatMap(({ images }) =>
      images.flatMap(({ image }) => {
        const reference = parseReference(image);
        return reference === undefined ? [] : repositoryUri(reference);
      }),
    ),
  );
  const found = await Promise.all(
    [...repositories].map((repository) => readImageState(run, repository, tag)),
  );
  return found.flatMap((one) => (one.kind === 'there' ? one.digest : []));
}
