import type { PlannedChange } from '../../src/plan/show/plan.ts';
import { changesSection } from '../../src/report/changes-section.ts';
import { noOrigin } from '../../src/task-definition/provenance.ts';
import { anOutcome } from './an-outcome.ts';
import { readable } from './rendered-summary.ts';

const changed = (name: string, before: PlannedChange['before'], after: PlannedChange['after']) =>
  ({ name, kind: 'changed', hidden: false, before, after }) as const;
const added = (name: string, after: PlannedChange['after']) =>
  ({ name, kind: 'added', hidden: false, before: null, after }) as const;
const removed = (name: string, before: PlannedChange['before']) =>
  ({ name, kind: 'removed', hidden: false, before, after: null }) as const;
const hidden = (name: string, kind: PlannedChange['kind'] = 'changed') =>
  ({ name, kind, hidden: true, before: null, after: null }) as const;

const ecr = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web';
const app = (member: string) => `containerDefinitions[app].${member}`;

function itemsOf(
  changes: { readonly members?: readonly PlannedChange[]; readonly settings?: readonly PlannedChange[] },
  commits = noOrigin,
): readonly string[] {
  const all = { before: commits, members: [], settings: [], ...changes };
  return changesSection(anOutcome(), all, commits, 'https://github.com')
    .filter((line) => line.startsWith('- '))
    .map((line) => readable(line.slice(2)).replaceAll(/<\/?(code|a)\b[^>]*>/g, ''));
}

it.each<[string, PlannedChange, string]>([
  ['a new member', added(app('stopTimeout'), 10), 'stopTimeout: 10 (new)'],
  ['a member that is gone', removed(app('user'), 'root'), 'user: removed (was root)'],
  ['a command', changed(app('command'), ['serve'], ['serve', '--fast']), 'command: serve → serve --fast'],
  ['a long command', added(app('command'), ['a', 'b', 'c', 'd', 'e', 'f']), 'command: a b c d e f (new)'],
  ['an empty value', changed(app('user'), '', 'web'), 'user: "" → web'],
  [
    'a command with blanks',
    changed(app('command'), ['sh'], ['sh', '-c', 'echo hi', '']),
    'command: sh → sh -c "echo hi" ""',
  ],
  ['a list that is empty now', changed(app('command'), ['sh'], []), 'command: sh → empty'],
  ['an object without members', added(app('healthCheck'), {}), 'healthCheck: empty (new)'],
  ['a value that may be secret', hidden(app('entryPoint')), 'entryPoint: changed (value not shown)'],
  ['a long value', changed('x', 'a', 'b'.repeat(81)), `x: a → ${'b'.repeat(80)}…`],
  [
    'an image by its digest',
    changed(app('image'), `${ecr}:v1`, `${ecr}@sha256:${'a'.repeat(64)}`),
    `image: web:v1 → web@sha256:${'a'.repeat(12)}`,
  ],
  ['an image that nobody can read', changed(app('image'), 'A B', 'web'), 'image: A B → web:latest'],
  ['an image that is new', added(app('image'), 'web'), 'image: web (new)'],
])('says in words %s', (_, member, words) => {
  expect(itemsOf({ members: [member] })).toEqual([words]);
});

it.each<[string, PlannedChange, string]>([
  ['a count', changed('desired-count', 1, 3), 'desired-count: 1 → 3'],
  [
    'a value that was not set',
    changed('platform-version', null, '1.4.0'),
    'platform-version: not set → 1.4.0',
  ],
  [
    'a circuit breaker',
    changed('circuit-breaker', { enable: false, rollback: false }, { enable: true, rollback: true }),
    'circuit-breaker: off → on with rollback',
  ],
  [
    'a circuit breaker that stops',
    changed('circuit-breaker', { enable: false }, { enable: true, rollback: false }),
    'circuit-breaker: off → on',
  ],
  [
    'capacity providers',
    changed('capacity-providers', [], [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]),
    'capacity-providers: none → FARGATE_SPOT weight 1',
  ],
])('says in words the setting of %s', (_, setting, words) => {
  expect(itemsOf({ settings: [setting] })).toEqual([words]);
});

it('splits what is an object or a list of objects into its values', () => {
  const logging = {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1' },
  };
  expect(
    itemsOf({
      members: [
        added(app('logConfiguration'), logging),
        removed('volumes', [{ name: 'a' }]),
        added('containerDefinitions[log]', { name: 'log', image: 'fluent-bit:3' }),
      ],
    }),
  ).toEqual([
    'log: image: fluent-bit:3 (new)',
    'app: logConfiguration.logDriver: awslogs (new)',
    'app: logConfiguration.options.awslogs-group: /ecs/web (new)',
    'app: logConfiguration.options.awslogs-region: eu-west-1 (new)',
    'volumes[a].name: removed (was a)',
    'log: name: log (new)',
  ]);
});

it('names the commit of an image where it is known', () => {
  const commits = { commit: 'c'.repeat(40), run: undefined, repository: undefined };
  expect(itemsOf({ members: [changed(app('image'), 'web:1', 'web:2')] }, commits)).toEqual([
    `image: commit ${'c'.repeat(12)} → commit ${'c'.repeat(12)}`,
  ]);
  const two = [
    changed(app('image'), 'web:1', 'web:2'),
    changed('containerDefinitions[log].image', 'a:1', 'a:2'),
  ];
  expect(itemsOf({ members: two }, commits)).toEqual(['app: image: web:1 → web:2', 'log: image: a:1 → a:2']);
});

it('shows variables and secrets by name alone', () => {
  const members = [
    hidden(app('environment[STAGE]'), 'added'),
    hidden(app('environment[PORT].value')),
    hidden(app('environment[OLD]'), 'removed'),
    hidden(app('environment[HOST]'), 'added'),
    changed(app('secrets[TOKEN].valueFrom'), 'arn:1', 'arn:2'),
  ];
  expect(itemsOf({ members })).toEqual([
    'environment: added STAGE, HOST; changed PORT; removed OLD',
    'secrets: changed TOKEN',
  ]);
});

it('shows the first of many, and counts the rest', () => {
  const items = itemsOf({
    members: Array.from({ length: 17 }, (_, index) => changed(`member${index}`, 1, 2)),
  });
  expect([items.length, items.at(-1)]).toEqual([16, 'and 2 more']);
});

it.each([
  ['of another revision', anOutcome(), '**Changes** from <code>web:1</code> to <code>web:2</code>'],
  [
    'of settings alone',
    anOutcome({ taskDefinitionArn: anOutcome().previousTaskDefinitionArn }),
    '**Changes** (still <code>web:1</code>)',
  ],
])('has the title %s', (_, outcome, title) => {
  const settings = [changed('desired-count', 1, 2)];
  expect(
    readable(
      changesSection(outcome, { before: noOrigin, members: [], settings }, undefined, undefined)[0] ?? '',
    ),
  ).toBe(title);
});

it('is left out where nothing changed', () => {
  expect(
    changesSection(anOutcome(), { before: noOrigin, members: [], settings: [] }, undefined, undefined),
  ).toEqual([]);
  const unknown = anOutcome({ taskDefinitionArn: undefined });
  const settings = [changed('desired-count', 1, 2)];
  expect(changesSection(unknown, { before: noOrigin, members: [], settings }, undefined, undefined)).toEqual(
    [],
  );
});
