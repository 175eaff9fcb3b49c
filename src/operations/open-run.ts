import { setSecret } from '@actions/core';
import { openAws } from '../aws/clients.ts';
import type { Sessions } from '../aws/session.ts';
import type { GithubInputs } from '../inputs/github.ts';
import type { WaitInputs } from '../inputs/rollout.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { systemClock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import { openRecord } from '../report/open-record.ts';
import { type Run, workspaceOf } from '../run/run.ts';
import { signIn } from '../sign-in/sign-in.ts';
import { secretsIn } from '../text/credentials.ts';

export interface OpenRun {
  readonly region: string | undefined;
  readonly signIn: SignInInputs | undefined;
  readonly github: GithubInputs;
  /** What the run waits for; nothing in `post`. */
  readonly wait?: Pick<WaitInputs, 'healthCheckUrl' | 'testUrl'>;
  readonly journal: Run['journal'];
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Keeps the id of the record that is begun; empty when it has ended. */
  readonly saveRecord: (id: string) => void;
  /** The record that the step had begun, for `post`. */
  readonly begunRecord?: number | undefined;
}

/** Puts together what the operations of the real action work with. */
export function openRun(options: OpenRun): { readonly run: Run; readonly sessions: Sessions | undefined } {
  const { region, log, journal, signal } = options;
  const clock = systemClock;
  for (const url of [options.wait?.healthCheckUrl, options.wait?.testUrl])
    for (const secret of secretsIn(url ?? '')) setSecret(secret);
  const sessions =
    options.signIn === undefined
      ? undefined
      : signIn({ inputs: options.signIn, region, clock, say: log.say });
  const record = openRecord({
    inputs: options.github,
    variables: process.env,
    begun: options.begunRecord,
    save: (id) => options.saveRecord(id === 0 ? '' : String(id)),
    say: log.say,
    notice: log.notice,
    signal,
  });
  const run = {
    aws: openAws(region, clock, sessions),
    clock,
    log,
    journal,
    signal,
    record,
    environment: process.env,
    workspace: workspaceOf(process.env),
    mask: setSecret,
  };
  return { run, sessions };
}
