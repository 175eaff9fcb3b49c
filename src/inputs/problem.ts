import { Failure } from '../process/failure.ts';
import { type InputName, inputNames, sectionOf } from './input-names.ts';

/** What is wrong with an input. */
export interface InputProblem {
  /** The input to change. */
  readonly input: InputName;
  /** Sentences that say what is wrong and what to write instead; they never show what may be a secret. */
  readonly text: string;
}

/**
 * All problems of a run's inputs as one failure, each once and in the order of action.yml, with links to the sections that
 * describe these inputs.
 */
export function inputFailure(found: readonly InputProblem[]): Failure {
  const problems = found.toSorted(
    (one, other) => inputNames.indexOf(one.input) - inputNames.indexOf(other.input),
  );
  const lines = [...new Set(problems.map(({ input, text }) => `${input}: ${text}`))];
  const sections = [...new Set(problems.map(({ input }) => sectionOf(input)))];
  return new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message:
      lines.length === 1
        ? (lines[0] ?? '')
        : `${lines.length} problems with the inputs:\n${lines.map((line) => `  - ${line}`).join('\n')}`,
    advice: `See ${sections.map((section) => `docs/inputs.md#${section}`).join(', ')}`,
  });
}

/** The choices in words: `auto, true or false`. */
export function choicesInWords(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
}
