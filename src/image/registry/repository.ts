import type { Severity } from '../../inputs/image.ts';
import type { Log } from '../../process/log.ts';
import type { NewRepository } from './new-repository.ts';

/**
 * A repository, and all that this action asks of its registry. A registry that isn't asked, or can't tell, says so in the
 * answers: no caller has to know which registry it is.
 */
export interface Repository {
  /** Registry and path. */
  readonly uri: string;
  /** How the repository is created before the first push; undefined when there is nothing to create. */
  readonly toCreate: NewRepository | undefined;
  /** Does nothing when there is nothing to create. */
  readonly createIfMissing: (log: Pick<Log, 'say' | 'warning'>) => Promise<void>;
  /** Whether a tag stays with its first image. */
  readonly isImmutable: (tag: string) => boolean;
  /** Whether build caches may be kept beside the images, under tags of their own. */
  readonly keepsCaches: boolean;
  /** Whether the registry can tell what a scan has found in an image. */
  readonly hasScans: boolean;
  /** Asks for a login for docker, once; undefined: docker uses the logins that exist. */
  readonly login: (() => Promise<RegistryLogin>) | undefined;
  /**
   * Reads the image under a tag or digest; undefined: the registry isn't asked.
   * @throws Failure image-missing
   */
  readonly readImage: (tagOrDigest: string) => Promise<RegistryImage | undefined>;
  /**
   * Reads the images under these tags and digests, keyed by both. Missing ones are left out. An image read by its digest
   * may come with one of its tags too. Undefined: the registry isn't asked, or doesn't permit it.
   */
  readonly readImages: (
    tagsOrDigests: readonly string[],
  ) => Promise<ReadonlyMap<string, RegistryImage> | undefined>;
}

/** A login for docker. The password is a secret: mask it before anything else is done with it. */
export interface RegistryLogin {
  /** Host, with port if there is one. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/** An image that a registry holds. */
export interface RegistryImage {
  /** `repository@digest` */
  readonly uri: string;
  readonly digest: string;
  /** The manifest or index, byte for byte. */
  readonly manifest: string;
  /** Downloads a blob of the image as text, e.g. its configuration; undefined: the registry doesn't hand it out. */
  readonly readBlob: (digest: string) => Promise<string | undefined>;
  /**
   * Gives the image another tag without sending a layer. An immutable tag stays with the image that has it.
   * @returns whether the image has the tag now
   */
  readonly addTag: (tag: string) => Promise<boolean>;
  /**
   * Waits for the registry's scan, and refuses findings of this severity or worse. Of an index, the images for these
   * platforms count.
   * @throws Failure scan-findings, scan-unknown
   */
  readonly refuseFindings: (platforms: readonly string[], severity: Severity) => Promise<void>;
}
