import { globSync, readdirSync, readFileSync } from 'node:fs';
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
  // Whole logs and summaries, and the texts of the likely causes.
  ...globSync('__tests__/{pure,scenarios}/__snapshots__/*.snap', { cwd: root }),
];

it.each(texts)('%s is written in plain English', (path) => {
  const content = readFileSync(join(root, path), 'utf8');
  const text = path.endsWith('.snap') ? content.replaceAll('`', "'") : content;
  // The rules show what not to write.
  expect(faultsOf(text.replace(/^## English\n.*?(?=^## )/ms, ''))).toEqual([]);
});

it('the messages and the comments of the action are written in plain English', () => {
  const faults = globSync('src/**/*.ts', { cwd: root }).map((path) => ({
    path,
    // Without its backticks, a template is text and not code.
    faults: faultsOf(readFileSync(join(root, path), 'utf8').replaceAll('`', "'")),
  }));
  expect(faults.filter((file) => file.faults.length > 0)).toEqual([]);
  expect(faults.length).toBeGreaterThan(200);
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
