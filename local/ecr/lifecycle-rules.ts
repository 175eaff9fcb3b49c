import { documentOf, documentsOf, numberOf, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document } from '../server/operation.ts';
import { fitsWildcard } from './repositories.ts';

/** A rule of a lifecycle policy, as documented. */
export interface LifecycleRule {
  readonly priority: number;
  readonly tagStatus: string;
  /** The rule applies to an image with a matching tag for each of them. */
  readonly patterns: readonly string[];
  readonly countType: string;
  readonly countNumber: number;
}

export interface LifecycleImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  /** Whether an existing index refers to it. */
  readonly isPart: boolean;
}

/** Reads a policy by the documented rules; the words of the refusals are ours. */
export function readRules(text: string): readonly LifecycleRule[] {
  const rules = documentsOf(parsed(text), 'rules').map(readRule);
  if (rules.length === 0) throw refused('it has no rules');
  const last = Math.max(...rules.map(({ priority }) => priority));
  if (new Set(rules.map(({ priority }) => priority)).size < rules.length)
    throw refused('two rules have the same rulePriority');
  if (rules.some(({ tagStatus, priority }) => tagStatus === 'any' && priority < last))
    throw refused('a rule for any tagStatus has to have the highest rulePriority');
  return rules.toSorted((one, other) => one.priority - other.priority);
}

/**
 * Lists the images that the rules expire now. Documented: the first rule that applies to an image decides, and an image in an
 * index stays as long as the index.
 */
export function expiredBy(
  rules: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
  now: number,
): readonly { readonly digest: string; readonly priority: number }[] {
  const left = new Set(images.filter(({ isPart }) => !isPart));
  return rules.flatMap((rule) => {
    const matching = [...left].filter((image) => applies(rule, image));
    for (const image of matching) left.delete(image);
    const newestFirst = matching.toSorted((one, other) => other.pushedAt - one.pushedAt);
    const expired =
      rule.countType === 'imageCountMoreThan'
        ? newestFirst.slice(rule.countNumber)
        : newestFirst.filter(({ pushedAt }) => now - pushedAt > rule.countNumber * dayMilliseconds);
    return expired.map(({ digest }) => ({ digest, priority: rule.priority }));
  });
}

const dayMilliseconds = 86_400_000;

function applies({ tagStatus, patterns }: LifecycleRule, { tags }: LifecycleImage): boolean {
  if (tagStatus === 'any') return true;
  if (tagStatus === 'untagged') return tags.length === 0;
  return patterns.every((pattern) => tags.some((tag) => fitsWildcard(pattern, tag)));
}

function readRule(rule: Document): LifecycleRule {
  const selection = documentOf(rule, 'selection');
  const priority = numberOf(rule, 'rulePriority');
  const tagStatus = textOf(selection, 'tagStatus') ?? '';
  const countType = textOf(selection, 'countType') ?? '';
  const countNumber = numberOf(selection, 'countNumber');
  const patterns = [
    ...textsOf(selection, 'tagPatternList'),
    ...textsOf(selection, 'tagPrefixList').map((prefix) => `${prefix}*`),
  ];
  const hasDays = textOf(selection, 'countUnit') === 'days';
  if (priority === undefined) throw refused('a rule has no rulePriority');
  if (!['tagged', 'untagged', 'any'].includes(tagStatus)) throw refused('a tagStatus is invalid');
  if ((tagStatus === 'tagged') !== patterns.length > 0)
    throw refused('tagPrefixList or tagPatternList belong to the tagStatus tagged, which needs one');
  if (countType !== 'imageCountMoreThan' && countType !== 'sinceImagePushed')
    throw refused(`the countType ${countType} is not implemented here`);
  if (hasDays !== (countType === 'sinceImagePushed')) throw refused('countUnit belongs to sinceImagePushed');
  if (countNumber === undefined || countNumber < 1) throw refused('a countNumber is not positive');
  if (textOf(documentOf(rule, 'action'), 'type') !== 'expire') throw refused('an action is not expire');
  return { priority, tagStatus, patterns, countType, countNumber };
}

function parsed(text: string): Document | undefined {
  try {
    return documentOf({ policy: JSON.parse(text) }, 'policy');
  } catch {
    throw refused('it is not JSON');
  }
}

function refused(why: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${why}'`,
  );
}
