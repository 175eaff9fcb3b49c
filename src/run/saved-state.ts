import { getState, saveState } from '@actions/core';
import { wordsOf } from '../aws/errors.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { appendWhole } from '../process/command-file.ts';
import { Failure } from '../process/failure.ts';
import { type Entry, parseJournal } from './journal.ts';

/** What a step keeps for its post, by the names under which GitHub hands it over (`STATE_journal`). */
type Kept = 'journal' | 'region' | 'sign-in' | 'record';

export interface StateFile {
  /** @throws Failure runner-failed: what isn't begun yet must not begin without a post that can finish it */
  readonly keep: (name: Kept, value: string) => void;
  /** Of what is begun: the run goes on without, and says once that its post can't finish it. */
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
  readonly journal: readonly Entry[];
  readonly region: string | undefined;
  readonly signIn: SignInInputs | undefined;
}

/** @throws Error about what can't be read: it was cut off, or isn't what a step of this version saves */
export function readLeft(): Left {
  const signIn = getState('sign-in');
  return {
    journal: parseJournal(getState('journal')),
    region: getState('region') || undefined,
    signIn: signIn === '' ? undefined : (JSON.parse(signIn) as SignInInputs),
  };
}

/** The id of GitHub's record that the step began and has not ended. */
export function readRecordLeft(): number | undefined {
  return Number(getState('record')) || undefined;
}
