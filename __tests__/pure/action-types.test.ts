import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readInputs } from '../../src/inputs/inputs.ts';
import { choicesInWords } from '../../src/inputs/problem.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';

interface Typed {
  readonly type: 'string' | 'boolean' | 'integer' | 'float' | 'list' | 'enum';
  readonly 'allowed-values'?: readonly string[];
}

const root = new URL('../../', import.meta.url);
const read = (file: string): unknown => parse(readFileSync(new URL(file, root), 'utf8'));
const action = read('action.yml') as Record<'inputs' | 'outputs', Record<string, { default?: string }>>;
const types = read('action-types.yml') as Record<'inputs' | 'outputs', Record<string, Typed>>;

/** The problems that the code has with a value, where all other inputs are fine. */
function problemsWith(name: string, value: string): string {
  try {
    readInputs({ INPUT_SERVICE: 'web', [`INPUT_${name.toUpperCase()}`]: value }, checkNames);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

it.each(['inputs', 'outputs'] as const)('names the %s of action.yml, in their order', (part) => {
  expect(Object.keys(types[part])).toEqual(Object.keys(action[part]));
});

const typed = Object.entries(types.inputs);

it.each(typed.filter(([, { type }]) => type === 'enum'))(
  '%s takes its values and no other',
  (name, { 'allowed-values': values = [] }) => {
    const notUnderstood = new RegExp(`^${name}: "`);
    for (const value of values) expect(problemsWith(name, value)).not.toMatch(notUnderstood);
    expect(problemsWith(name, 'anything')).toMatch(
      new RegExp(`${name}: "anything" isn't allowed. Use ${choicesInWords(values)}.`),
    );
  },
);

it.each(typed.filter(([, { type }]) => type === 'boolean'))('%s is true or false', (name) => {
  expect(problemsWith(name, 'anything')).toContain(`${name}: "anything" isn't allowed. Use true or false.`);
});

it.each(typed.filter(([, { type }]) => type === 'integer' || type === 'float'))(
  '%s is a number',
  (name, { type }) => {
    expect(problemsWith(name, 'anything')).toContain(`${name}: "anything" isn't a `);
    expect(problemsWith(name, '901.5').includes('whole number')).toBe(type === 'integer');
  },
);

it.each(typed.filter(([name, { type }]) => type === 'string' || (type === 'list' && name !== 'allow')))(
  '%s takes more than a few words',
  (name) => {
    expect(problemsWith(name, 'anything')).not.toContain(`${name}: "anything" isn't allowed`);
  },
);
