import type { Repository } from './repository.ts';

/**
 * A repository that only docker talks to: docker uses the existing logins and pushes every tag by name. The registry itself
 * is never asked, so nothing is known about its images before a push.
 *
 * @param uri registry and path
 * @param notAsked why, as a clause
 */
export function otherRepository(uri: string, notAsked: string): Repository {
  return {
    uri,
    toCreate: undefined,
    cannotCreate: notAsked,
    createIfMissing: () => Promise.resolve(),
    isImmutable: () => false,
    // A tag that isn't an image would be a surprise in a registry that shows its tags to people.
    keepsCaches: false,
    notAsked,
    login: undefined,
    readImage: () => Promise.resolve(undefined),
    readImages: () => Promise.resolve(undefined),
  };
}
