/** What happens to the image; decided before anything is built. */
export type ImageChange =
  /** The image that the task definition already names. */
  | { readonly kind: 'keep'; readonly why: WhyKept }
  /** An existing image, by tag or digest. */
  | { readonly kind: 'existing'; readonly repository: string; readonly tagOrDigest: string }
  /** An existing image that has to be in another repository. */
  | {
      readonly kind: 'copy';
      readonly repository: string;
      readonly tagOrDigest: string;
      readonly to: string;
    }
  | { readonly kind: 'build'; readonly repository: string };

/** Why a run brings no image of its own: no build is wanted, or there is nothing to build. */
export type WhyKept =
  | { readonly kind: 'build-is-false' }
  | { readonly kind: 'no-dockerfile'; readonly lookedAt: string };
