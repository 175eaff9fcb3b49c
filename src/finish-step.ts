import { wordsOf } from './aws/errors.ts';
import { hearCancel } from './cancel.ts';
import { exitWith } from './exit.ts';
import { readGithubInputs } from './inputs/github.ts';
import { inputReader } from './inputs/reader.ts';
import { openJournal } from './journal.ts';
import { openRun } from './open-run.ts';
import { type Finished, finish } from './operations/finish.ts';
import { runnerLog } from './report/log.ts';
import { type Left, readLeft, readRecordLeft } from './saved-state.ts';

/** Finishes what a step that was cut off has left open, says so, and ends the process. It never deploys. */
export async function finishStep(): Promise<never> {
  const log = runnerLog();
  const signal = hearCancel(log);
  const { left, why } = readableLeft();
  const { run } = openRun({
    region: left?.region,
    signIn: left?.signIn,
    github: readGithubInputs(inputReader(process.env, [])),
    begunRecord: readRecordLeft(),
    // Nothing comes after post.
    journal: openJournal(() => undefined, left?.journal),
    log,
    signal,
  });
  const finished = left === undefined ? [unreadable(why)] : await finish(run);
  for (const { lines, isGood } of finished) {
    if (isGood) for (const line of lines) log.say(line);
    else log.error('fargate-deploy: not finished', lines.join('\n'));
  }
  await run.record.end('error', finished.flatMap(({ lines }) => lines)[0] ?? 'The step was cut off.');
  return exitWith(finished.every(({ isGood }) => isGood) ? 0 : 1);
}

function readableLeft(): { readonly left: Left | undefined; readonly why: string } {
  try {
    return { left: readLeft(), why: '' };
  } catch (error) {
    return { left: undefined, why: wordsOf(error) };
  }
}

/** What was begun is not known, so that nothing can be taken back: to guess might undo somebody else's work. */
function unreadable(why: string): Finished {
  return {
    lines: [
      'The step was cut off, and what it saved for this post phase cannot be read, so nothing was done here. A deployment that the step began may still be in progress.',
      `The saved state: ${why}`,
      'To see what runs:',
      '  aws ecs describe-services --cluster CLUSTER --services SERVICE',
    ],
    isGood: false,
  };
}
