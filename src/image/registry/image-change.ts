/** What shall become of the image; decided before anything is built. */
export type ImageChange =
  /** The image that the task definition names already. */
  | { readonly kind: 'keep'; readonly why: WhyKept }
  /** One that exists, by tag or digest of a repository. */
  | { readonly kind: 'existing'; readonly repository: string; readonly tagOrDigest: string }
  /** One that exists, and is to be in another repository. */
  | {
      readonly kind: 'copy';
      readonly repository: string;
      readonly tagOrDigest: string;
      readonly to: string;
    }
  | { readonly kind: 'build'; readonly repository: string };

/** Why a run puts in no image of its own: no build is wanted, or there is nothing to build. */
export type WhyKept =
  | { readonly kind: 'build-is-false' }
  | { readonly kind: 'no-dockerfile'; readonly lookedAt: string };
