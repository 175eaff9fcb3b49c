import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf } from '../words.ts';

const root = join(import.meta.dirname, '../..');

const texts = [
  'README.md',
  'CHANGELOG.md',
  'AGENTS.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'action.yml',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  // The texts of the likely causes.
  '__tests__/pure/__snapshots__/known-causes.test.ts.snap',
  '__tests__/pure/__snapshots__/exit-cause.test.ts.snap',
];

it.each(texts)('%s is written in plain English', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  // The rules show what not to write.
  expect(faultsOf(text.replace(/^## English\n.*?(?=^## )/ms, ''))).toEqual([]);
});

it.each([
  ['one NAME=value per line', []],
  ['Images, one CONTAINER=image a line.', ['line 1: “CONTAINER=image a line”; write: one per line']],
  ['Labels, one value a line.', ['line 1: “value a line”; write: one per line']],
  ['Fine.\nPull the base images anew.', ['line 2: “anew”; write: again']],
  ['`anew` is code, and so is\n```\nanew\n```\n', []],
])('finds what is not plain in %j', (text, faults) => {
  expect(faultsOf(text)).toEqual(faults);
});
