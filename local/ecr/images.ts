/** The images behind the local ECR: a real registry, or a table where only tasks are simulated. */
export interface Images {
  /** Every image of the repository; empty when nothing has been pushed. */
  list(repositoryName: string): Promise<readonly StoredImage[]>;
  /** The raw manifest of a tag or digest; undefined when there is none. */
  manifest(repositoryName: string, reference: string): Promise<StoredManifest | undefined>;
}

export interface StoredImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly mediaType: string;
  readonly sizeInBytes: number;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: string;
}
