import type { Calling } from '../aws/call.ts';
import type { Aws } from '../aws/clients.ts';
import type { DeploymentRecord } from '../github/record.ts';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { Journal } from './journal.ts';

/** What an operation works with besides its inputs. */
export interface Run {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** Aborted when the workflow is cancelled. */
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
  /** The checkout. */
  readonly workspace: string;
  /** GitHub's record of the deployment; begun when a service is about to be touched. */
  readonly record: DeploymentRecord;
  /** Tells the runner to hide a text in everything that is printed from now on. */
  readonly mask: (secret: string) => void;
}

/** For calls that end with the run's cancellation. */
export function calling({ clock, log, signal }: Run): Calling {
  return { clock, say: log.say, signal };
}

/** For calls that have to be made although the run is cancelled, because they roll back. They are hurried then. */
export function callingUntilDone({ clock, log, signal }: Run): Calling {
  return { clock, say: log.say, hurry: signal };
}

/** The checkout, as the runner names it; the current folder outside a runner. */
export function workspaceOf({ GITHUB_WORKSPACE }: Run['environment']): string {
  return GITHUB_WORKSPACE || process.cwd();
}
