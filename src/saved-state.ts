import { getState, saveState } from '@actions/core';
import type { SignInInputs } from './inputs/sign-in.ts';
import { type Entry, parseJournal } from './journal.ts';

/** What a step keeps for its post, by the names under which GitHub hands it over (`STATE_journal`). */
export type Kept = 'journal' | 'region' | 'sign-in' | 'record';

/** @throws when it can't be written */
export function keep(name: Kept, value: string): void {
  saveState(name, value);
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
