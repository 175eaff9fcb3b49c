import { wordsOf } from './aws/errors.ts';
import { type DeploymentRecord, noRecord } from './github/record.ts';
import { readGithubInputs } from './inputs/github.ts';
import { inputReader } from './inputs/reader.ts';
import { finish } from './operations/finish.ts';
import type { Finished } from './operations/finisher.ts';
import { openRun } from './operations/open-run.ts';
import { hearCancel } from './process/cancel.ts';
import { exitWith } from './process/exit.ts';
import { type Log, runnerLog } from './process/log.ts';
import { openJournal } from './run/journal.ts';
import { lastResort } from './run/last-resort.ts';
import { type Left, readLeft, readRecordLeft } from './run/saved-state.ts';

/** Finishes what an interrupted step left open, logs it, and ends the process. It never deploys. */
export async function finishStep(): Promise<never> {
  const log = runnerLog();
  const { toItsEnd } = lastResort(log);
  const signal = hearCancel(log);
  let record = noRecord;
  const begin = (of: DeploymentRecord): void => {
    record = of;
  };
  const finished = await toItsEnd(finishLeft(log, signal, begin)).catch((error: unknown) => [
    notFinished(['The post step could not finish what the step left open.', wordsOf(error)]),
  ]);
  for (const { lines, isGood } of finished) {
    if (isGood) for (const line of lines) log.say(line);
    else log.error('fargate-deploy: not finished', lines.join('\n'));
  }
  const first = finished.flatMap(({ lines }) => lines)[0] ?? 'The step was interrupted.';
  await toItsEnd(record.end('error', first)).catch(() => undefined);
  return exitWith(finished.every(({ isGood }) => isGood) ? 0 : 1);
}

async function finishLeft(
  log: Log,
  signal: AbortSignal,
  begin: (record: DeploymentRecord) => void,
): Promise<readonly Finished[]> {
  const { left, why } = readableLeft();
  const { run } = openRun({
    region: left?.region,
    signIn: left?.signIn,
    github: readGithubInputs(inputReader(process.env, [])),
    begunRecord: readRecordLeft(),
    // Nothing runs after post.
    journal: openJournal({ save: () => undefined, before: left?.journal ?? [] }),
    saveRecord: () => undefined,
    log,
    signal,
  });
  begin(run.record);
  if (left !== undefined) return finish(run);
  // Without the journal nobody knows what this step started, and a guess might roll back somebody else's deployment.
  return [
    notFinished([
      'The step was interrupted, and the state that it saved for this post step cannot be read, so nothing was done here. A deployment that the step started may still be in progress.',
      `The saved state: ${why}`,
    ]),
  ];
}

function readableLeft(): { readonly left: Left | undefined; readonly why: string } {
  try {
    return { left: readLeft(), why: '' };
  } catch (error) {
    return { left: undefined, why: wordsOf(error) };
  }
}

function notFinished(lines: readonly string[]): Finished {
  const command = 'aws ecs describe-services --cluster CLUSTER --services SERVICE';
  return { lines: [...lines, 'To check what runs:', `  ${command}`], isGood: false };
}
