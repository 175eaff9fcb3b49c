import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf } from '../../scripts/action-manifest.ts';
import { readStepArguments } from '../../scripts/step-arguments.ts';

const known = ['cluster', 'service', 'build-args'];

it.each([
  ['nothing', [], { inputs: {}, workspace: undefined }],
  ['inputs', ['cluster=a', 'service=b'], { inputs: { cluster: 'a', service: 'b' }, workspace: undefined }],
  [
    'a value with equal signs',
    ['build-args=A=b=c'],
    { inputs: { 'build-args': 'A=b=c' }, workspace: undefined },
  ],
  ['an empty value', ['cluster='], { inputs: { cluster: '' }, workspace: undefined }],
  [
    'a name twice',
    ['build-args=A=1', 'build-args=B=2'],
    { inputs: { 'build-args': 'A=1\nB=2' }, workspace: undefined },
  ],
  ['a folder', ['--workspace', 'app', 'cluster=a'], { inputs: { cluster: 'a' }, workspace: 'app' }],
])('the arguments of a step hold %s', (_, args, expected) => {
  expect(readStepArguments(args, known)).toEqual(expected);
});

it.each([
  [['cluster'], 'cluster is not of the form input=value.'],
  [['=a'], '=a is not of the form input=value.'],
  [['colour=red'], 'The action has no input colour. Its inputs: cluster, service, build-args.'],
  [['--workspace'], '--workspace needs a folder.'],
])('the arguments %j are refused', (args, message) => {
  expect(() => readStepArguments(args, known)).toThrow(message);
});

it('the arguments that docs/local-fargate.md shows can be read', () => {
  const root = join(import.meta.dirname, '../..');
  const document = readFileSync(join(root, 'docs/local-fargate.md'), 'utf8');
  const shown = [...document.matchAll(/^npm run step -- ([^#\n]+)/gm)].map(([, args = '']) =>
    args.trim().split(' '),
  );
  const inputs = Object.keys(inputsOf(root));
  expect(shown.map((args) => readStepArguments(args, inputs).inputs['service'])).toEqual(['web', 'web']);
});
