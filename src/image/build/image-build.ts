import type { Cover } from '../../docker/cover.ts';
import type { Docker } from '../../docker/docker.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import type { BuildCache } from './cache.ts';

/** A build, with its target and its output. */
export interface ImageBuild {
  readonly docker: Docker;
  /** The folder that paths of the inputs are relative to. */
  readonly workspace: string;
  /** A private folder that is removed after the run, whatever happens. */
  readonly folder: string;
  readonly inputs: BuildInputs;
  /** The environment of the job; it has the values of secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Undefined if it can't be read before the build. */
  readonly dockerfile: ReadDockerfile | undefined;
  /** As Docker writes them; empty: the engine's own. */
  readonly platforms: readonly string[];
  /** `name=value`: ours, and those of the inputs. */
  readonly labels: readonly string[];
  readonly cache: BuildCache;
  /** Registry and path without tag, as in ECR's `repositoryUri`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
  /** Called with each line that docker prints, with the secrets hidden. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a single docker command of a build needs. */
export interface BuildTools {
  /** A folder for the results of this build. */
  readonly scratch: string;
  readonly secretArguments: readonly string[];
  readonly secretEnvironment: Readonly<Record<string, string>>;
  readonly cover: Cover;
  /** Called with each line as printed, secrets included. */
  readonly read: (line: string) => void;
}
