import type { Severity } from '../../inputs/image.ts';
import type { Run } from '../../run/run.ts';
import type { NewRepository } from './new-repository.ts';
import type { RegistryImage } from './repository.ts';
import { giveTags } from './tags.ts';

/** The image to deploy: by digest wherever a digest can be had. */
export interface ProvidedImage {
  /** What the task definition gets. */
  readonly uri: string;
  readonly digest: string | undefined;
  /** The image that this one is a copy of, when this run has made it. */
  readonly copyOf?: string;
  /** How it was built, when this run did. */
  readonly build?: BuildReport | undefined;
}

/** An image that is known to be there, or whose build or copy has all that it needs. */
export type Prepared =
  | {
      readonly kind: 'there';
      readonly image: ProvidedImage;
      /** What is left to do before it is deployed: waits for its scan, gives it the tags that it lacks. */
      readonly settle?: () => Promise<void>;
    }
  | {
      readonly kind: 'to-build';
      /** @param stop ends the build when it can't be deployed; what it is aborted with is thrown */
      readonly build: (stop?: AbortSignal) => Promise<ProvidedImage>;
      readonly what: string;
      /** What is created before it; undefined: the repository is there. */
      readonly newRepository: NewRepository | undefined;
    }
  | {
      readonly kind: 'to-copy';
      /** `repository@digest` */
      readonly from: string;
      /** By digest where the copy keeps it, else by tag. */
      readonly uri: string;
      readonly digest: string | undefined;
      readonly newRepository: NewRepository | undefined;
      /** @param stop as that of a build */
      readonly copy: (stop?: AbortSignal) => Promise<ProvidedImage>;
    };

/**
 * What becomes of an image that is missing, or for another platform: a deploy refuses it at once; a plan goes on with the
 * image as it was named, and its checks tell it beside the rest.
 */
export type UnsuitableImagePolicy = 'refuse' | 'leave-to-checks';

/** What a build did, for the person who wants the next one to be faster. */
export interface BuildReport {
  readonly seconds: number;
  /** Undefined where the builder does not tell it apart. */
  readonly pushSeconds: number | undefined;
  /** How many instructions there were, and how many came from a cache. */
  readonly steps: number;
  readonly cached: number;
  /** The first instruction that was carried out, though others before it came from a cache. */
  readonly missedAt: string | undefined;
  /** What was sent to the builder. */
  readonly contextBytes: number | undefined;
  /** As it is stored, compressed; undefined for an index and where the registry was not asked. */
  readonly size: { readonly bytes: number; readonly layers: number } | undefined;
  /** What would make it smaller or faster, as sentences. */
  readonly hints: readonly string[];
}

/**
 * Takes an image that the repository has already, with what is left to do: its scan, and tags that point elsewhere.
 *
 * @param found.present what the tags lead to; undefined: the registry doesn't tell
 * @param found.tasks the platforms of the tasks, as Docker writes them
 */
export function foundImage(
  run: Run,
  found: {
    readonly image: RegistryImage;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, RegistryImage> | undefined;
    readonly severity: Severity | undefined;
    readonly tasks: readonly string[];
  },
): Prepared & { readonly kind: 'there'; readonly settle: () => Promise<void> } {
  const { image, tags, present, severity, tasks } = found;
  const settle = async (): Promise<void> => {
    if (severity !== undefined) await image.refuseFindings(tasks, severity);
    await giveTags(run, image, tags, present);
  };
  return { kind: 'there', image: { uri: image.uri, digest: image.digest }, settle };
}
