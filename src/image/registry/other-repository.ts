import type { Repository } from './repository.ts';

/**
 * A repository in a registry that isn't ECR, known through docker alone: docker uses the logins that exist and pushes every
 * tag by name. The registry itself is never asked, so nothing is known of its images before they are pushed.
 *
 * @param uri registry and path
 */
export function otherRepository(uri: string): Repository {
  return {
    uri,
    toCreate: undefined,
    createIfMissing: () => Promise.resolve(),
    isImmutable: () => false,
    // A tag that is no image would be a surprise in a registry that shows its tags to people.
    keepsCaches: false,
    hasScans: false,
    login: undefined,
    readImage: () => Promise.resolve(undefined),
    readImages: () => Promise.resolve(undefined),
  };
}
