import { checkRegion } from './aws/clients.ts';
import type { Sessions } from './aws/session.ts';
import { noRecord } from './github/record.ts';
import { readConfigurationFile } from './inputs/deployment-configuration.ts';
import { readInputs } from './inputs/inputs.ts';
import type { SignInInputs } from './inputs/sign-in.ts';
import { inputWarnings } from './inputs/warnings.ts';
import { continueDeployment } from './operations/continue.ts';
import { deploy } from './operations/deploy.ts';
import { finish } from './operations/finish.ts';
import { openRun } from './operations/open-run.ts';
import { plan } from './operations/plan.ts';
import { rollback } from './operations/rollback.ts';
import { checkNames } from './plan/preflight/findings.ts';
import { hearCancel } from './process/cancel.ts';
import { systemClock } from './process/clock.ts';
import { exitWith } from './process/exit.ts';
import { cancelledFailure } from './process/failure.ts';
import { type Log, runnerLog } from './process/log.ts';
import { untilCancelled } from './process/until-cancelled.ts';
import { openPlanComment, type PlanComment } from './report/open-plan-comment.ts';
import { reportVerdict } from './report-verdict.ts';
import { type Journal, openJournal } from './run/journal.ts';
import { lastResort } from './run/last-resort.ts';
import { type Run, workspaceOf } from './run/run.ts';
import { type StateFile, stateFile } from './run/saved-state.ts';
import { inUtc } from './text/time.ts';
import { exitCodeOf, type Verdict, verdictOnError } from './verdict.ts';

/** Runs the operation that the inputs ask for, reports how it ended, and ends the process. */
export async function step(): Promise<never> {
  const started = systemClock.now();
  const log = runnerLog();
  const { toItsEnd } = lastResort(log);
  const signal = hearCancel(log);
  const state = stateFile(log.say);
  const journal = openJournal({
    save: (slot, text) => state.keep(`journal-${slot}`, text),
    saveIfPossible: (slot, text) => state.keepIfPossible(`journal-${slot}`, text),
  });
  let run: Run | undefined;
  let comment: PlanComment | undefined;
  const opened = (of: Run, its: PlanComment | undefined): void => {
    run = of;
    comment = its;
  };
  const verdict = await toItsEnd(carryOut({ log, signal, state, journal, opened })).catch((error: unknown) =>
    verdictOnError(error, signal.aborted, journal),
  );
  const durationSeconds = (systemClock.now() - started) / 1000;
  const { record } = run ?? { record: noRecord };
  const circumstances = { durationSeconds, environment: process.env, noComment: comment?.skipped };
  await toItsEnd(reportVerdict(verdict, circumstances, { log, record, comment })).catch(() => undefined);
  // Open deployments are left to `post`, which has the time that a cancelled step lacks.
  if (run !== undefined)
    await toItsEnd(finish(run, ['docker-command', 'docker-config'])).catch(() => undefined);
  return exitWith(exitCodeOf(verdict));
}

/** @throws Failure for every problem found before a service is touched */
async function carryOut({
  log,
  signal,
  state,
  journal,
  opened,
}: {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly state: StateFile;
  readonly journal: Journal;
  /** Gets the run and its comment as soon as they exist, since both have to end whatever happens. */
  readonly opened: (run: Run, comment: PlanComment | undefined) => void;
}): Promise<Verdict> {
  for (const warning of inputWarnings(process.env)) log.warning(warning);
  const configurationFile = await readConfigurationFile(process.env, workspaceOf(process.env));
  const inputs = readInputs(process.env, checkNames, configurationFile);
  state.keep('region', inputs.region ?? '');
  if (inputs.signIn !== undefined) state.keep('sign-in', JSON.stringify(inputs.signIn));
  const { run, sessions } = openRun({
    ...inputs,
    journal,
    log,
    signal,
    saveRecord: (text) => state.keepIfPossible('record', text),
  });
  opened(run, openPlanComment({ inputs, variables: process.env, aws: run.aws, log, signal }));
  await checkRegion(run.aws);
  await logSignIn({ log, inputs: inputs.signIn, sessions, signal });
  if (inputs.operation === 'plan') return { kind: 'planned', plan: await plan(inputs, run) };
  return { kind: 'deployed', done: await operations[inputs.operation](inputs, run) };
}

const operations = { deploy, rollback, continue: continueDeployment };

/** Signs in before any other call to AWS, so that a role that can't be assumed is the first error. */
async function logSignIn({
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
  log.say(`signed in as ${inputs?.roleArn ?? ''}, until ${inUtc(session.endsAt)}`);
}
