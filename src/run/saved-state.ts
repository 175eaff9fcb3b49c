import { getState, saveState } from '@actions/core';
import { wordsOf } from '../aws/errors.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { appendWhole } from '../process/command-file.ts';
import { Failure } from '../process/failure.ts';
import { parseWork } from './parse-work.ts';
import type { OpenWork } from './work.ts';

/** The names of what a step keeps for its post; GitHub hands each over as a variable (`STATE_journal-1`). */
type Kept = `journal-${number}` | 'region' | 'sign-in' | 'record';

export interface StateFile {
  /** @throws Failure runner-failed: nothing may begin without a post that can finish it */
  readonly keep: (name: Kept, value: string) => void;
  /** For what has begun: the run goes on if it can't be saved, and says once that its post can't finish it. */
  readonly keepIfPossible: (name: Kept, value: string) => void;
}

export function stateFile(say: (line: string) => void): StateFile {
  let isSaid = false;
  const save = (name: Kept, value: string): void =>
    appendWhole(process.env['GITHUB_STATE'], () => saveState(name, value));
  return {
    keep: (name, value) => {
      try {
        save(name, value);
      } catch (cause) {
        throw unwritable(cause);
      }
    },
    keepIfPossible: (name, value) => {
      try {
        save(name, value);
      } catch (error) {
        if (!isSaid)
          say(
            `The state for the post phase can't be saved any more: ${wordsOf(error)}. The run goes on; if it is killed now, its post can't finish it.`,
          );
        isSaid = true;
      }
    },
  };
}

function unwritable(cause: unknown): Failure {
  return new Failure({
    code: 'runner-failed',
    fault: 'yours',
    message: `The state for the post phase can't be saved: ${wordsOf(cause)}. Without it, nothing could roll back a deployment whose step is killed.`,
    advice:
      "The runner names that file in GITHUB_STATE. Make room on the runner's disk, and let its user write to the runner's temporary folder.",
    cause,
  });
}

/** What the step has left for its post. */
export interface Left {
  readonly journal: readonly OpenWork[];
  readonly region: string | undefined;
  readonly signIn: SignInInputs | undefined;
}

/** @throws Error about what can't be read: it was cut off, or isn't what a step of this version saves */
export function readLeft(): Left {
  const signIn = getState('sign-in');
  return {
    journal: readWorks(),
    region: getState('region') || undefined,
    signIn: signIn === '' ? undefined : (JSON.parse(signIn) as SignInInputs),
  };
}

/** Every variable that begins like the journal's own counts: what another version saved is not passed over. */
function readWorks(): readonly OpenWork[] {
  const numbers = new Intl.Collator('en', { numeric: true });
  return Object.entries(process.env)
    .filter(([name]) => name.startsWith('STATE_journal'))
    .toSorted(([one], [other]) => numbers.compare(one, other))
    .flatMap(([name, text = '']) => {
      if (text === '') return [];
      try {
        return [parseWork(text)];
      } catch (error) {
        throw new Error(`${name}: ${wordsOf(error)}`, { cause: error });
      }
    });
}

/** The id of GitHub's record that the step began and has not ended. */
export function readRecordLeft(): number | undefined {
  return Number(getState('record')) || undefined;
}
