import type { Repository } from '@aws-sdk/client-ecr';

/** The tags of a repository that are immutable. */
export interface TagRules {
  readonly isImmutable: (tag: string) => boolean;
}

/** Each setting has a variant with exclusions: wildcards of tags that the opposite setting applies to (documented). */
export function readTagRules(
  repository: Pick<Repository, 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'> | undefined,
): TagRules {
  const { imageTagMutability: setting = 'MUTABLE', imageTagMutabilityExclusionFilters: filters = [] } =
    repository ?? {};
  const isExcepted = (tag: string): boolean => filters.some(({ filter = '' }) => fits(tag, filter));
  const isImmutable = setting.startsWith('IMMUTABLE');
  const hasExceptions = setting.endsWith('_WITH_EXCLUSION');
  return { isImmutable: (tag) => (hasExceptions && isExcepted(tag) ? !isImmutable : isImmutable) };
}

/** `*` stands for any characters (documented); nothing else is special. */
function fits(tag: string, wildcard: string): boolean {
  const parts = wildcard.split('*').map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}
