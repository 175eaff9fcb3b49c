import { checkRegion } from './aws/clients.ts';
import { hearCancel } from './cancel.ts';
import { systemClock } from './clock.ts';
import { exitWith } from './exit.ts';
import { cancelledFailure } from './failure.ts';
import { type DeploymentRecord, noRecord } from './github/record.ts';
import type { SignInInputs } from './inputs/sign-in.ts';
import { readInputs } from './inputs.ts';
import { type Journal, openJournal } from './journal.ts';
import { lastResort } from './last-resort.ts';
import { openRun } from './open-run.ts';
import { deploy } from './operations/deploy.ts';
import { plan } from './operations/plan.ts';
import { rollback } from './operations/rollback.ts';
import { type Log, runnerLog } from './report/log.ts';
import { type StateFile, stateFile } from './saved-state.ts';
import type { Sessions } from './sign-in/session.ts';
import { tellVerdict } from './tell-verdict.ts';
import { untilCancelled } from './until-cancelled.ts';
import { exitCodeOf, type Verdict, verdictOnError } from './verdict.ts';

/** Does what the inputs say, tells how that ended, and ends the process. */
export async function step(): Promise<never> {
  const started = systemClock.now();
  const log = runnerLog();
  const { toItsEnd } = lastResort(log);
  const signal = hearCancel(log);
  const state = stateFile(log.say);
  const journal = openJournal({
    save: (text) => state.keep('journal', text),
    saveIfPossible: (text) => state.keepIfPossible('journal', text),
  });
  let record = noRecord;
  const begin = (of: DeploymentRecord): void => {
    record = of;
  };
  const verdict = await toItsEnd(carryOut({ log, signal, state, journal, begin })).catch((error: unknown) =>
    verdictOnError(error, signal.aborted, journal),
  );
  const durationSeconds = (systemClock.now() - started) / 1000;
  await toItsEnd(tellVerdict(verdict, { durationSeconds, environment: process.env }, { log, record })).catch(
    () => undefined,
  );
  return exitWith(exitCodeOf(verdict));
}

/** @throws for everything that ends a run before a service is touched */
async function carryOut({
  log,
  signal,
  state,
  journal,
  begin,
}: {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly state: StateFile;
  readonly journal: Journal;
  /** Is told the record that has to be ended. */
  readonly begin: (record: DeploymentRecord) => void;
}): Promise<Verdict> {
  const inputs = readInputs(process.env);
  state.keep('region', inputs.region ?? '');
  if (inputs.signIn !== undefined) state.keep('sign-in', JSON.stringify(inputs.signIn));
  const { run, sessions } = openRun({
    ...inputs,
    journal,
    log,
    signal,
    saveRecord: (text) => state.keepIfPossible('record', text),
  });
  begin(run.record);
  await checkRegion(run.aws);
  await sayWhoSignedIn({ log, inputs: inputs.signIn, sessions, signal });
  if (inputs.operation === 'plan') return { kind: 'planned', plan: await plan(inputs, run) };
  const done = await (inputs.operation === 'rollback' ? rollback(inputs, run) : deploy(inputs, run));
  return { kind: 'deployed', done };
}

/** Signs in before anything else is asked of AWS, so that a role that can't be taken is told as just that. */
async function sayWhoSignedIn({
  log,
  inputs,
  sessions,
  signal,
}: {
  readonly log: Log;
  readonly inputs: SignInInputs | undefined;
  readonly sessions: Sessions | undefined;
  readonly signal: AbortSignal;
}): Promise<void> {
  if (sessions === undefined) return;
  const session = await untilCancelled(signal, sessions.current());
  if (session === 'cancelled') throw cancelledFailure();
  log.say(`signed in as ${inputs?.roleArn ?? ''}, until ${session.endsAt.toISOString()}`);
}
