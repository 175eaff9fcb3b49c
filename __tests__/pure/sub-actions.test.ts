import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { subActions, subActionText, subActionTypesText } from '../../scripts/sub-actions.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.each(subActions)('$operation/action.yml', (subAction) => {
  const { operation } = subAction;
  const text = read(`${operation}/action.yml`);

  it('is what action.yml makes (npm run docs)', () => {
    expect(text).toBe(subActionText(read('action.yml'), subAction));
  });

  it('has the types of its inputs and outputs beside it (npm run docs)', () => {
    const types = read(`${operation}/action-types.yml`);
    expect(types).toBe(subActionTypesText(read('action-types.yml'), text));
    const [typed, own] = [parse(types), parse(text)] as Record<string, object>[];
    for (const part of ['inputs', 'outputs']) {
      expect(Object.keys(typed?.[part] ?? {})).toEqual(Object.keys(own?.[part] ?? {}));
    }
  });

  it('runs the same programs', () => {
    const { runs } = parse(text) as { runs: Record<string, string> };
    expect(resolve(root, operation, runs.main ?? '')).toBe(join(root, 'dist/index.js'));
    expect(resolve(root, operation, runs.post ?? '')).toBe(join(root, 'dist/post.js'));
  });

  it('has inputs that its operation takes, without any other', () => {
    const { inputs } = parse(text) as { inputs: Record<string, { default?: string }> };
    const environment = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [
        `INPUT_${name.toUpperCase()}`,
        input.default?.replaceAll(/\$\{\{.*?\}\}/g, '') ?? '',
      ]),
    );
    expect(readInputs({ ...environment, INPUT_SERVICE: 'web' }, checkNames)).toEqual(
      readInputs({ INPUT_SERVICE: 'web', INPUT_OPERATION: operation }, checkNames),
    );
  });
});

it('a group that action.yml does not have is named', () => {
  const [first] = subActions;
  expect(() => subActionText(read('action.yml'), { ...first, groups: ['colours'] } as never)).toThrow(
    /colours/,
  );
});

it('an input without a type is named', () => {
  const types = read('action-types.yml').replace(/^ {2}cluster:\n.*\n/m, '');
  expect(() => subActionTypesText(types, read('plan/action.yml'))).toThrow(
    'action-types.yml has no type for cluster',
  );
});
