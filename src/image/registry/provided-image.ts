import type { Severity } from '../../inputs/image.ts';
import type { Run } from '../../run/run.ts';
import type { NewRepository } from './new-repository.ts';
import type { RegistryImage } from './repository.ts';
import { addTags } from './tags.ts';

/** The image to deploy: by digest wherever a digest is known. */
export interface ProvidedImage {
  /** What the task definition gets. */
  readonly uri: string;
  readonly digest: string | undefined;
  /** The image that this run copied it from. */
  readonly copyOf?: string;
  /** How this run built it. */
  readonly build?: BuildReport | undefined;
  /** The inputs that had no effect, and why, as one sentence. */
  readonly note?: string | undefined;
}

/** An existing image, or a build or copy that is ready to start. */
export type Prepared =
  | {
      readonly kind: 'there';
      readonly image: ProvidedImage;
      /** Does what is left before it is deployed: waits for its scan, adds missing tags. */
      readonly finish?: () => Promise<void>;
    }
  | {
      readonly kind: 'to-build';
      /** @param stop ends the build when it can't be deployed; the reason of the abort is thrown */
      readonly build: (stop?: AbortSignal) => Promise<ProvidedImage>;
      /** `repository:tag` */
      readonly what: string;
      /** Created before the build; undefined: the repository exists. */
      readonly newRepository: NewRepository | undefined;
    }
  | {
      readonly kind: 'to-copy';
      /** `repository@digest` */
      readonly from: string;
      /** By digest if the copy keeps it, otherwise by tag. */
      readonly uri: string;
      readonly digest: string | undefined;
      readonly newRepository: NewRepository | undefined;
      /** @param stop ends the copy in the same way */
      readonly copy: (stop?: AbortSignal) => Promise<ProvidedImage>;
    };

/**
 * What to do with an image that is missing or for another platform: a deployment refuses it at once; a plan goes on with
 * the image as it is named, and lists the problem among its checks.
 */
export type UnsuitableImagePolicy = 'refuse' | 'leave-to-checks';

/** What a build did, for whoever wants the next one to be faster. */
export interface BuildReport {
  readonly seconds: number;
  /** Undefined if the builder doesn't report it. */
  readonly pushSeconds: number | undefined;
  /** The number of instructions, and how many of them came from a cache. */
  readonly steps: number;
  readonly cached: number;
  /** The first instruction that ran although earlier ones came from a cache. */
  readonly missedAt: string | undefined;
  /** Sent to the builder. */
  readonly contextBytes: number | undefined;
  /** As stored, compressed; undefined for an index, and if the registry isn't asked. */
  readonly size: { readonly bytes: number; readonly layers: number } | undefined;
  /** What would make the image smaller or the build faster, as sentences. */
  readonly hints: readonly string[];
}

/**
 * Takes an image that the repository has, and what is left to do: its scan, and tags that point elsewhere.
 *
 * @param found.present what the tags point to; undefined: unknown
 * @param found.tasks the platforms of the tasks, as Docker writes them
 */
export function existingImage(
  run: Run,
  found: {
    readonly image: RegistryImage;
    readonly tags: readonly string[];
    readonly present: ReadonlyMap<string, RegistryImage> | undefined;
    readonly severity: Severity | undefined;
    readonly tasks: readonly string[];
  },
): Prepared & { readonly kind: 'there'; readonly finish: () => Promise<void> } {
  const { image, tags, present, severity, tasks } = found;
  const finish = async (): Promise<void> => {
    if (severity !== undefined) await image.refuseFindings(tasks, severity);
    await addTags(run, image, tags, present);
  };
  return { kind: 'there', image: { uri: image.uri, digest: image.digest }, finish };
}
