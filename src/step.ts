import { setOutput, summary } from '@actions/core';
import { checkRegion } from './aws/clients.ts';
import { wordsOf } from './aws/errors.ts';
import { asFailure } from './aws/failure.ts';
import { hearCancel } from './cancel.ts';
import { lineOf } from './change/checks.ts';
import { systemClock } from './clock.ts';
import { exitWith } from './exit.ts';
import { cancelledFailure, Failure } from './failure.ts';
import { endStateOf } from './github/open-record.ts';
import { noRecord } from './github/record.ts';
import type { SignInInputs } from './inputs/sign-in.ts';
import { readInputs } from './inputs.ts';
import { openJournal } from './journal.ts';
import { openRun } from './open-run.ts';
import { deploy } from './operations/deploy.ts';
import { plan } from './operations/plan.ts';
import { rollback } from './operations/rollback.ts';
import { type Plan, problemsOf } from './plan/plan.ts';
import { explain, explainShortly } from './report/explain.ts';
import { runnerLog } from './report/log.ts';
import { outputsOf, outputsOfFailure, outputsOfPlan } from './report/outputs.ts';
import { plain } from './report/plain.ts';
import { planLines, planSummary, verdictOf } from './report/plan.ts';
import { summarize, summarizeFailure } from './report/summary.ts';
import { isDoubtful, isGood, worst } from './rollout/outcome.ts';
import { keep } from './saved-state.ts';
import type { Sessions } from './sign-in/session.ts';
import { originOfRun } from './task-definition/origin.ts';
import { untilCancelled } from './until-cancelled.ts';

const log = runnerLog();
const started = systemClock.now();

/** Does what the inputs say, and ends the process. */
export async function step(): Promise<never> {
  const cancelled = hearCancel(log);
  return exitWith(await carryOut(cancelled));
}

async function carryOut(cancelled: AbortSignal): Promise<number> {
  const journal = openJournal((text) => keep('journal', text));
  let record = noRecord;
  try {
    const inputs = readInputs(process.env);
    keep('region', inputs.region ?? '');
    if (inputs.signIn !== undefined) keep('sign-in', JSON.stringify(inputs.signIn));
    const { run, sessions } = openRun({ ...inputs, journal, log, signal: cancelled });
    record = run.record;
    await checkRegion(run.aws);
    await sayWhoSignedIn(inputs.signIn, sessions, cancelled);
    if (inputs.operation === 'plan') return reportPlan(await plan(inputs, run));
    const done = await (inputs.operation === 'rollback' ? rollback(inputs, run) : deploy(inputs, run));
    const durationSeconds = (systemClock.now() - started) / 1000;
    for (const [name, value] of Object.entries(outputsOf({ ...done, durationSeconds })))
      setOutput(name, value);
    const origin = { ...originOfRun(process.env), commit: done.commit };
    await writeSummary(
      summarize({ ...done, durationSeconds, origin, server: process.env.GITHUB_SERVER_URL }),
    );
    for (const outcome of done.outcomes) {
      log.say('');
      log.say(`${outcome.result}: ${outcome.message}`);
      for (const line of explain(outcome)) log.say(line);
      if (isDoubtful(outcome)) log.warning(outcome.message);
    }
    const end = endStateOf(done.outcomes);
    if (end !== undefined) await record.end(end, worst(done.outcomes)?.message ?? '');
    const failed = done.outcomes.filter(({ result }) => !isGood(result));
    const title = worst(done.outcomes)?.result ?? 'failed';
    if (failed.length > 0) log.error(`fargate-deploy: ${title}`, failed.map(explainShortly).join('\n\n'));
    return failed.length === 0 ? 0 : 1;
  } catch (error) {
    const isCutShort = cancelled.aborted && !(error instanceof Failure);
    const failure = isCutShort ? cancelledFailure() : asFailure(error);
    await record.end('error', failure.message);
    return reportFailure(failure);
  }
}

/** What a deploy would do; an error when it would be refused, so that a pull request is red before it is merged. */
async function reportPlan(planned: Plan): Promise<number> {
  const durationSeconds = (systemClock.now() - started) / 1000;
  for (const [name, value] of Object.entries(outputsOfPlan(planned, durationSeconds))) setOutput(name, value);
  await writeSummary(planSummary(planned));
  log.say('');
  for (const line of planLines(planned)) log.say(line);
  if (!planned.problems) return 0;
  const problems = problemsOf(planned).map(lineOf);
  log.error('fargate-deploy: plan', [verdictOf(planned), ...new Set(problems)].join('\n'));
  return 1;
}

/** A run that ended before any service was touched. */
async function reportFailure(failure: Failure): Promise<number> {
  const durationSeconds = (systemClock.now() - started) / 1000;
  const result = failure.code === 'cancelled' ? 'cancelled' : 'failed';
  const outputs = outputsOfFailure(result, failure.code, failure.message, durationSeconds);
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  const advice = failure.advice === undefined ? '' : `\n${failure.advice}`;
  const detail = failure.detail
    .slice(-5)
    .map((line) => `\n| ${plain(line, 300)}`)
    .join('');
  for (const line of failure.detail) log.foreign(line);
  await writeSummary(summarizeFailure(`fargate-deploy: ${result}`, failure));
  log.error(`fargate-deploy: ${result}`, `${failure.message}${advice}${detail}`, failure.place);
  return 1;
}

/** Signs in before anything else is asked of AWS, so that a role that can't be taken is told as just that. */
async function sayWhoSignedIn(
  inputs: SignInInputs | undefined,
  sessions: Sessions | undefined,
  cancelled: AbortSignal,
): Promise<void> {
  if (sessions === undefined) return;
  const session = await untilCancelled(cancelled, sessions.current());
  if (session === 'cancelled') throw cancelledFailure();
  log.say(`signed in as ${inputs?.roleArn ?? ''}, until ${session.endsAt.toISOString()}`);
}

async function writeSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  try {
    await summary.addRaw(markdown).write();
  } catch (error) {
    log.notice(`The job summary could not be written: ${wordsOf(error)}`);
  }
}
