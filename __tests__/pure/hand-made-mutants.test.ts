import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { type HandMadeMutant, mutate, readHandMade, withHandMade } from '../../scripts/hand-made-mutants.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const mutants = readHandMade(root);

describe('a hand-made mutant', () => {
  it.each(mutants)('changes code that is there: $file, $breaks', (mutant) => {
    const source = read(mutant.file);
    const mutated = mutate(source, mutant);
    expect(mutated).not.toBe(source);
    expect(() => parseSync(mutated, { syntax: 'typescript' })).not.toThrow();
  });

  it.each(mutants)('names a test that is there: $file, $breaks', ({ test, name }) => {
    expect(read(`__tests__/${test}.test.ts`)).toContain(name);
  });

  it.each<[string, string]>([
    ['src/a.ts has this nowhere: b', 'a'],
    ['src/a.ts has this more than once: b', 'b b'],
  ])('is refused: %s', (message, source) => {
    expect(() => mutate(source, made)).toThrow(message);
  });
});

const made: HandMadeMutant = {
  list: 'image-copy',
  breaks: 'Nothing works',
  file: 'src/a.ts',
  from: 'b',
  to: 'c',
  test: 'pure/a',
  name: 'works',
};

describe('the page of mutants', () => {
  it('has every hand-made mutant (npm run docs)', () => {
    const document = read('docs/mutants.md');
    expect(withHandMade(document, mutants)).toBe(document);
  });

  it('keeps what stands before the tables', () => {
    const document = '# Mutants\n\n## Written by hand\n\nWhy.\n\n### Folder old\n\n| a |\n';
    expect(withHandMade(document, [made])).toBe(
      [
        '# Mutants\n\n## Written by hand\n\nWhy.\n\n### Folder src/image/copy\n',
        '| What it breaks | File | The test that notices |',
        '| --- | --- | --- |',
        '| Nothing works | src/a.ts | pure/a: `works` |\n',
      ].join('\n'),
    );
    expect(() => withHandMade('# Mutants\n', [made])).toThrow('no section');
  });
});
