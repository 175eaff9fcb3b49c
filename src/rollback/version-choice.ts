import { parseReference } from '../reference/image-reference.ts';
import type { WantedVersion } from '../reference/rollback-version.ts';
import { nameOf } from '../text/words.ts';
import type { PastDeployment } from './past.ts';

/** The version to go back to, or why it can't be chosen. */
export type VersionChoice =
  | { readonly kind: 'found'; readonly version: PastDeployment }
  /** It is in the history, but no deployment of it ever succeeded. */
  | { readonly kind: 'never-healthy'; readonly version: PastDeployment }
  /** A revision that the history does not have. */
  | { readonly kind: 'not-in-history'; readonly reference: string }
  /** A short SHA of several commits. */
  | { readonly kind: 'ambiguous'; readonly commits: readonly string[] }
  | { readonly kind: 'none'; readonly good: number };

/**
 * Chooses the version. Pure.
 *
 * @param past newest first
 * @param now the task definition that the service is to run at present, and whether its deployment completed
 * @param digests what the registry holds under a tag of that name
 */
export function chooseVersion(
  wanted: WantedVersion,
  past: readonly PastDeployment[],
  now: { readonly taskDefinitionArn: string; readonly isGood: boolean },
  digests: readonly string[] = [],
): VersionChoice {
  if (wanted.kind === 'steps') return stepsBack(wanted.steps, past, now);
  const matching = past.filter((version) => matches(wanted, version, digests));
  if (wanted.kind === 'name') {
    const commits = new Set(matching.flatMap(({ origin }) => origin.commit ?? []));
    const isTag = matching.some((version) => hasTag(version, wanted.name) || hasDigest(version, digests));
    if (commits.size > 1 && !isTag) return { kind: 'ambiguous', commits: [...commits] };
  }
  // A version that was deployed several times was healthy if it was so once.
  const good = matching.find(isGood);
  if (good !== undefined) return { kind: 'found', version: good };
  const [newest] = matching;
  if (newest !== undefined) return { kind: 'never-healthy', version: newest };
  return wanted.kind === 'revision'
    ? { kind: 'not-in-history', reference: wanted.reference }
    : { kind: 'none', good: goodVersions(past).length };
}

/**
 * The good versions like a stack, the latest first: a deployment of a version that is in it already went back to that
 * one, and what had come after it was left. So a second rollback goes further back, and not forward to what the first
 * one left.
 *
 * @param past newest first
 */
export function goodVersions(past: readonly PastDeployment[]): readonly PastDeployment[] {
  const stack: PastDeployment[] = [];
  for (const version of past.toReversed()) {
    if (!isGood(version)) continue;
    const before = stack.findIndex((other) => isSameVersion(other, version));
    if (before !== -1) stack.length = before;
    stack.push(version);
  }
  return stack.toReversed();
}

/** The history is not told: a revision that this action registered is taken for one that was deployed. */
function isGood({ status }: PastDeployment): boolean {
  return status === 'SUCCESSFUL' || status === undefined;
}

function stepsBack(
  steps: number,
  past: readonly PastDeployment[],
  now: { readonly taskDefinitionArn: string; readonly isGood: boolean },
): VersionChoice {
  const good = goodVersions(past);
  const current = good.findIndex(({ taskDefinitionArn }) => taskDefinitionArn === now.taskDefinitionArn);
  // A version that runs or is on its way without having completed is not good: the first step is to the latest good one.
  const version = good[(now.isGood ? current : -1) + steps];
  return version === undefined ? { kind: 'none', good: good.length } : { kind: 'found', version };
}

/** The same revision with a tag that was pushed again is another version. */
function isSameVersion(one: PastDeployment, other: PastDeployment): boolean {
  if (one.taskDefinitionArn !== other.taskDefinitionArn) return false;
  const digests = new Map(one.images.map(({ container, digest }) => [container, digest]));
  return other.images.every(({ container, digest }) => {
    const before = digests.get(container);
    return digest === undefined || before === undefined || before === digest;
  });
}

function matches(
  wanted: Exclude<WantedVersion, { kind: 'steps' }>,
  version: PastDeployment,
  digests: readonly string[],
): boolean {
  switch (wanted.kind) {
    case 'revision':
      return (
        version.taskDefinitionArn === wanted.reference ||
        nameOf(version.taskDefinitionArn) === wanted.reference
      );
    case 'digest':
      return hasDigest(version, [wanted.digest]);
    case 'name':
      return hasCommit(version, wanted.name) || hasTag(version, wanted.name) || hasDigest(version, digests);
    default:
      return wanted satisfies never;
  }
}

function hasDigest({ images }: PastDeployment, digests: readonly string[]): boolean {
  return images.some(({ image, digest }) =>
    [digest, image.split('@')[1]].some((one) => one !== undefined && digests.includes(one)),
  );
}

function hasCommit({ origin }: PastDeployment, name: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(name) && origin.commit?.startsWith(name.toLowerCase()) === true;
}

function hasTag({ images }: PastDeployment, name: string): boolean {
  return images.some(({ image }) => parseReference(image)?.tag === name);
}
