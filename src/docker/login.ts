/** A Docker configuration of this run's own, which no other job reads and which is gone afterwards. */
export interface DockerConfig {
  /** The private folder; saved for `post`, which removes it when the step was killed. */
  readonly path: string;
  /** The environment for docker commands that shall use this configuration. */
  readonly env: NodeJS.ProcessEnv;
  /** Signs docker in to one registry (host with port, no scheme). The password goes into the private file only. */
  login(registry: string, username: string, password: string): Promise<void>;
  close(): Promise<void>;
}

export async function openDockerConfig(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}): Promise<DockerConfig> {
  await Promise.resolve();
  throw new Error(`not written yet: ${Object.keys(options).join(' ')}`);
}

/** Removes what a killed run left; does nothing when it is gone already. */
export async function removeDockerConfig(path: string): Promise<void> {
  await Promise.resolve();
  throw new Error(`not written yet: ${path}`);
}
