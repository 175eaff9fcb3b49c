import type { Cover } from '../../docker/cover.ts';
import type { Docker } from '../../docker/docker.ts';
import type { BuildInputs } from '../../inputs/build.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import type { BuildCache } from './cache.ts';

/** A build with where it goes to and who hears of it. */
export interface ImageBuild {
  readonly docker: Docker;
  /** The folder that the paths of the inputs count from. */
  readonly workspace: string;
  /** A private folder that is gone after the run, whatever happens. */
  readonly folder: string;
  readonly inputs: BuildInputs;
  /** The environment of the job, which has the values of secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Undefined where it can't be read before the build. */
  readonly dockerfile: ReadDockerfile | undefined;
  /** As Docker writes them; none: the engine's own. */
  readonly platforms: readonly string[];
  /** `name=value`: ours, and those of the inputs. */
  readonly labels: readonly string[];
  readonly cache: BuildCache;
  /** Registry and path without tag, as in ECR's `repositoryUri`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
  /** Gets what docker prints, line by line, with the secrets hidden. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What one command of a build works with. */
export interface BuildTools {
  /** Holds results of this build alone. */
  readonly scratch: string;
  readonly secretArguments: readonly string[];
  readonly secretEnvironment: Readonly<Record<string, string>>;
  readonly cover: Cover;
  /** Hears each line as it was printed. */
  readonly read: (line: string) => void;
}
