import type { Severity } from '../../inputs/image.ts';
import type { Log } from '../../process/log.ts';
import type { NewRepository } from './new-repository.ts';

/**
 * A repository, and everything that this action asks its registry. A registry that isn't asked, or doesn't know, says so in
 * its replies: no caller has to know which registry it is.
 */
export interface Repository {
  /** Registry and path. */
  readonly uri: string;
  /** How the repository is created before the first push; undefined when there is nothing to create. */
  readonly toCreate: NewRepository | undefined;
  /** Why it can't be created by this action, as a clause; undefined: it can, or it exists. */
  readonly cannotCreate: string | undefined;
  /** Does nothing when there is nothing to create. */
  readonly createIfMissing: (log: Pick<Log, 'say' | 'warning'>) => Promise<void>;
  /** Whether a tag can't move to another image. */
  readonly isImmutable: (tag: string) => boolean;
  /** Whether build caches may be kept beside the images, under tags of their own. */
  readonly keepsCaches: boolean;
  /** Why the registry is never asked anything, as a clause (`ghcr.io/a/b is not in ECR`); undefined: it is asked. */
  readonly notAsked: string | undefined;
  /** Asks for a docker login, once; undefined: docker uses the existing logins. */
  readonly login: (() => Promise<RegistryLogin>) | undefined;
  /**
   * Reads the image with a tag or digest; undefined: the registry isn't asked.
   * @throws Failure image-missing
   */
  readonly readImage: (tagOrDigest: string) => Promise<RegistryImage | undefined>;
  /**
   * Reads the images with these tags and digests, keyed by both. Missing ones are skipped. An image read by its digest
   * may also be under one of its tags. Undefined: the registry isn't asked, or denies it.
   */
  readonly readImages: (
    tagsOrDigests: readonly string[],
  ) => Promise<ReadonlyMap<string, RegistryImage> | undefined>;
}

/** A docker login. The password is a secret: mask it first. */
export interface RegistryLogin {
  /** With the port, if it has one. */
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
  /** Downloads a blob of the image as text, such as its configuration; undefined: the registry doesn't offer it. */
  readonly readBlob: (digest: string) => Promise<string | undefined>;
  /**
   * Adds a tag to the image without sending a layer. An immutable tag stays with its image.
   * @returns whether the image has the tag now
   */
  readonly addTag: (tag: string) => Promise<boolean>;
  /**
   * Waits for the registry's scan, and refuses findings of this severity or worse. In an index, the images for these
   * platforms count.
   * @throws Failure scan-findings, scan-unknown
   */
  readonly refuseFindings: (platforms: readonly string[], severity: Severity) => Promise<void>;
}
