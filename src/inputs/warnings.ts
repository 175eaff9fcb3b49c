import { quoteWarnings } from '../task-definition/assignments.ts';
import { rawInput } from './reader.ts';
import { unknownInputs } from './unknown-inputs.ts';

/** What the inputs probably don't mean, but may: it is warned of and never refused. Pure. */
export function inputWarnings(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const name = 'environment-variables';
  return [
    ...unknownInputs(environment),
    ...quoteWarnings(rawInput(environment, name) ?? '').map((text) => `${name}: ${text}`),
  ];
}
