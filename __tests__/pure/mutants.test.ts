import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeMutants, type Mutant, percentOf, tableOf } from '../../scripts/mutants.ts';

const root = join(import.meta.dirname, '..', '..');
const source = "if (a > 1) {\n  say('`x`');\n}\n";

/** A mutant of `a > 1`, except for what is given. */
function mutant(status: string, part: Partial<Mutant> = {}): Mutant {
  const location = { start: { line: 1, column: 5 }, end: { line: 1, column: 10 } };
  return { status, replacement: 'true', location, ...part };
}

function judged(mutants: readonly Mutant[], list = '') {
  return judgeMutants({ files: { 'src/a.ts': { source, mutants } } }, list);
}

const many = Array.from({ length: 19 }, () => mutant('Killed'));
const listed = '### src/a.ts\n\n- `a > 1` → `true`: nobody can tell.\n';
const survives = 'src/a.ts:1 survives, not listed\n  - `a > 1` → `true`';

describe('the mutants of a file', () => {
  it.each<[string, readonly Mutant[], string, readonly string[]]>([
    ['are well when all are noticed', many, '', []],
    ['are well when one in twenty is listed', [...many, mutant('Survived')], listed, []],
    ['are not when it is not listed', [...many, mutant('Survived')], '', [survives]],
    [
      'are not when it is listed for another file',
      [...many, mutant('NoCoverage')],
      listed.replace('a.ts', 'b.ts'),
      [survives],
    ],
    [
      'are not when two survive and one is listed',
      [...many, ...many, mutant('Survived'), mutant('Survived')],
      listed,
      [survives],
    ],
    [
      'are not when one is listed that is noticed',
      many,
      listed,
      ['src/a.ts: listed, and noticed by now\n  - `a > 1` → `true`: nobody can tell.'],
    ],
    [
      'are not when too few are noticed',
      [...many.slice(1), mutant('Survived')],
      listed,
      ['src/a.ts: less than 95 %'],
    ],
    ['are counted without those that could not run', [mutant('Timeout'), mutant('CompileError')], '', []],
  ])('%s', (_, mutants, list, complaints) => {
    expect(judged(mutants, list).complaints).toEqual(complaints);
  });

  it('are shown in one line', () => {
    const location = { start: { line: 1, column: 12 }, end: { line: 3, column: 2 } };
    expect(judged([...many, mutant('Survived', { location, replacement: '{}' })]).complaints).toEqual([
      "src/a.ts:1 survives, not listed\n  - `` { say('`x`'); } `` → `{}`",
    ]);
  });

  it('are told as a table', () => {
    const others = ['Survived', 'Timeout', 'RuntimeError', 'CompileError', 'Ignored'].map((one) =>
      mutant(one),
    );
    const { scores } = judged([...many, ...others]);
    expect(tableOf(scores)).toBe(
      [
        '| File | Mutants | Noticed | |',
        '| --- | ---: | ---: | ---: |',
        '| src/a.ts | 22 | 21 | 95.4 % |',
        '| all | 22 | 21 | 95.4 % |',
      ].join('\n'),
    );
    expect(percentOf({ killed: 999, mutants: 1000 })).toBe(99.9);
    expect(percentOf({ killed: 9999, mutants: 10_000 })).toBe(99.9);
    expect(percentOf({ killed: 0, mutants: 0 })).toBe(100);
  });
});

it('what is mutated, what tests it and what is listed is there', () => {
  const { mutate, jest } = JSON.parse(readFileSync(join(root, '__tests__/mutants.json'), 'utf8'));
  const files = new Set(mutate.flatMap((pattern: string) => globSync(pattern, { cwd: root })));
  for (const pattern of mutate)
    expect([pattern, globSync(pattern, { cwd: root })]).not.toEqual([pattern, []]);
  const named = [...readFileSync(join(root, 'docs/mutants.md'), 'utf8').matchAll(/^### (src\/.*)$/gm)];
  expect(named.map(([, file]) => file).filter((file) => !files.has(file))).toEqual([]);
  const tests = jest.config.testMatch.flatMap((pattern: string) =>
    (/\{(.*)\}/.exec(pattern)?.[1] ?? '').split(','),
  );
  expect(tests.filter((name: string) => !existsSync(join(root, `__tests__/pure/${name}.test.ts`)))).toEqual(
    [],
  );
});
