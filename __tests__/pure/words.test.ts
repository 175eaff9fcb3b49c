import { globSync } from 'node:fs';
import { commentsOf, faultsOf } from '../words.ts';
import { documents, read, root } from './documents.ts';

const texts = [
  ...documents,
  'action.yml',
  // Whole logs and summaries, and the texts of the likely causes.
  ...globSync('__tests__/{pure,scenarios}/__snapshots__/*.snap', { cwd: root }),
];

it.each(texts)('%s is written in plain English', (path) => {
  const content = read(path);
  const text = path.endsWith('.snap') ? content.replaceAll('`', "'") : content;
  // The rules show what not to write.
  expect(faultsOf(text.replace(/^## English\n.*?(?=^## )/ms, ''))).toEqual([]);
});

// Without its backticks, a template is text and not code.
const everything = (source: string): string => source.replaceAll('`', "'");

it.each<[string, string, (source: string) => string, number]>([
  ['messages and comments of the action', 'src/**/*.ts', everything, 250],
  // Some of its messages are AWS's own words.
  ['comments of the local Fargate', 'local/**/*.ts', commentsOf, 150],
  ['comments of the tests', '__tests__/**/*.ts', commentsOf, 200],
  ['comments of scripts and benchmarks', '{scripts,bench}/**/*.ts', commentsOf, 50],
])('the %s are written in plain English', (_what, pattern, textOf, least) => {
  // This file shows what not to write.
  const files = globSync(pattern, { cwd: root, exclude: ['__tests__/pure/words.test.ts'] });
  const faults = files.flatMap((path) => faultsOf(textOf(read(path))).map((fault) => `${path}, ${fault}`));
  expect(faults).toEqual([]);
  expect(files.length).toBeGreaterThan(least);
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

it('finds the comments of a source, and leaves its code alone', () => {
  const source = [
    "const anew = 'anew'; // Rebuilt anew.",
    '/**',
    ' * Built anew.',
    ' */',
    '  /** Asked anew. */',
    "const url = 'https://anew';",
    '// Of the service.',
  ].join('\n');
  const fault = (line: number): string => `line ${line}: “anew”; write: again`;
  expect(faultsOf(commentsOf(source))).toEqual([
    fault(1),
    fault(3),
    fault(5),
    'line 7: “// Of”; write: a comment that begins with its subject',
  ]);
});
