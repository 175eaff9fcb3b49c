/** The images behind the local ECR: in a real registry, or in a table if tasks are simulated. */
export interface Images {
  /** Lists every image of a repository. */
  list(repositoryName: string): Promise<readonly StoredImage[]>;
  /** The raw manifest of a tag or digest; undefined if the image doesn't exist. */
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
