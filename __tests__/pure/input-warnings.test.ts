import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { groupsOf } from '../../scripts/input-groups.ts';
import { inputNames, sectionOf } from '../../src/inputs/input-names.ts';
import { inputWarnings } from '../../src/inputs/warnings.ts';

const root = new URL('../../', import.meta.url);
const action = readFileSync(new URL('action.yml', root), 'utf8');

const noInput = (name: string, help: string): string =>
  `This action has no input ${name}, so it has no effect. ${help}`;

it.each([
  ['INPUT_AWS-REGION', noInput('aws-region', 'Did you mean region?')],
  ['INPUT_SERVCE', noInput('servce', 'Did you mean service?')],
  ['INPUT_ENVIRONMENT_VARIABLES', noInput('environment_variables', 'Did you mean environment-variables?')],
  ['INPUT_TASKDEFINITION', noInput('taskdefinition', 'Did you mean task-definition?')],
  ['INPUT_DOCKERFILE', noInput('dockerfile', 'Did you mean file?')],
  ['INPUT_DRY-RUN', noInput('dry-run', 'Use operation: plan.')],
  ['INPUT_WRAP-IT', noInput('wrap-it', 'docs/inputs.md lists all inputs.')],
])('%s, which the runner makes of an unknown name, is warned of', (variable, warning) => {
  expect(inputWarnings({ INPUT_SERVICE: 'web', [variable]: 'x' })).toEqual([warning]);
});

it.each([
  ['a variable of another tool', { INPUT_RECORDING: 'x' }],
  ['an empty one', { 'INPUT_AWS-REGION': ' ' }],
  ['a variable that is no input', { 'AWS-REGION': 'x' }],
  ['all inputs', Object.fromEntries(inputNames.map((name) => [`INPUT_${name.toUpperCase()}`, 'A=x']))],
  ['a quote within a value', { 'INPUT_ENVIRONMENT-VARIABLES': 'A=it"s "x"\nB<<E\n"x"\nE\nC="x" y "z"' }],
])('%s is no reason for a warning', (_what, environment) => {
  expect(inputWarnings(environment)).toEqual([]);
});

it('warns of quotes that become part of a value, without showing it', () => {
  const text = `A="hunter2"\nB=1\nC='hunter2'\nD="hunter2`;
  expect(inputWarnings({ 'INPUT_ENVIRONMENT-VARIABLES': text })).toEqual([
    "environment-variables: The quotes around a value become part of it (lines: 1, 3). Remove them if that isn't intended.",
    "environment-variables: A value opens a quote and doesn't close it (lines: 4). The quote becomes part of the value.",
  ]);
});

it('suggests only inputs that exist, for names that do not', () => {
  const known = new Set<string>(inputNames);
  const source = readFileSync(new URL('src/inputs/unknown-inputs.ts', root), 'utf8');
  const pairs = [...source.matchAll(/^ {2}\['([a-z-]+)', (?:'([a-z-]+)'|)/gm)];
  expect(pairs.length).toBeGreaterThan(30);
  expect(pairs.filter(([, name = '', meant]) => known.has(name) || (meant && !known.has(meant)))).toEqual([]);
});

it('knows the inputs of action.yml, and their sections of docs/inputs.md', () => {
  const { inputs } = parse(action) as { inputs: Record<string, unknown> };
  expect(inputNames).toEqual(Object.keys(inputs));
  const page = readFileSync(new URL('docs/inputs.md', root), 'utf8');
  const anchors = [...page.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  const groups = groupsOf(action);
  expect(groups.flatMap(({ inputs: names }) => names)).toEqual(inputNames);
  expect([...new Set(inputNames.map(sectionOf))]).toEqual(anchors);
});
