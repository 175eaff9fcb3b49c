import type { Account } from './account.ts';
import type { Clock } from './clock.ts';

/** The local Fargate as its starter holds it: where it listens, and the handles that tests and the demo move it by. */
export interface Fargate {
  /** `http://127.0.0.1:PORT`, what AWS_ENDPOINT_URL takes. */
  readonly endpoint: string;
  readonly account: Account;
  readonly clock: Clock;
  /** The variables that let an AWS client (SDK, CLI, the action) reach it: endpoint, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}
