import * as fc from 'fast-check';
import { leavesOf } from '../../src/plan/show/leaves.ts';
import type { PlannedChange } from '../../src/plan/show/plan.ts';
import { describeChanges } from '../../src/plan/show/words.ts';
import { isJsonArray, isJsonObject, type Json } from '../../src/text/json.ts';

const change = (name: string, before: Json, after: Json): PlannedChange => ({
  name,
  kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
  hidden: false,
  before,
  after,
});

function linesOf(changes: readonly PlannedChange[], settings: readonly PlannedChange[] = []) {
  const taskDefinition = { action: 'register', from: 'web:1', to: null, changes } as const;
  return describeChanges({ taskDefinition, settings });
}

const mounts = 'containerDefinitions[app].mountPoints';

it.each<[string, Json, Json, readonly string[]]>([
  ['cpu', '256', '512', ['~ cpu: 256 -> 512']],
  ['ephemeralStorage', null, { sizeInGiB: 50 }, ['+ ephemeralStorage.sizeInGiB: 50']],
  [
    'runtimePlatform',
    { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    null,
    ['- runtimePlatform.cpuArchitecture: ARM64', '- runtimePlatform.operatingSystemFamily: LINUX'],
  ],
  [
    mounts,
    [{ containerPath: '/a', readOnly: true }, { containerPath: '/b' }],
    [{ containerPath: '/b' }, { containerPath: '/a', readOnly: false }, { containerPath: '/c' }],
    [`~ ${mounts}[/a].readOnly: true -> false`, `+ ${mounts}[/c].containerPath: /c`],
  ],
  // Two entries of one name: their places tell them apart.
  [
    mounts,
    [{ containerPath: '/a' }, { containerPath: '/a', readOnly: true }],
    [{ containerPath: '/a' }, { containerPath: '/a' }],
    [`- ${mounts}[1].readOnly: true`],
  ],
  ['proxy', 'none', { type: 'APPMESH' }, ['- proxy: none', '+ proxy.type: APPMESH']],
  ['extraHosts', [], [{ hostname: 'db' }], ['+ extraHosts[0].hostname: db']],
  ['dockerLabels', {}, { 'a.b': '' }, ['+ dockerLabels.a.b: ""']],
  ['command', ['sh', '-c', 'a  b'], ['sh'], ['~ command: sh -c "a  b" -> sh']],
  ['x', 'a', 'b'.repeat(201), [`~ x: a -> ${'b'.repeat(200)}... (201 characters)`]],
])('%s from %j to %j', (name, before, after, lines) => {
  expect(linesOf([change(name, before, after)])).toEqual(lines);
});

it('keeps a hidden change in one line', () => {
  const hidden = { ...change('environment[A]', null, null), hidden: true } as const;
  expect(linesOf([hidden])).toEqual(['+ environment[A] (not shown)']);
});

it('says settings in words', () => {
  const settings = [
    change('circuit-breaker', { enable: false, rollback: false }, { enable: true, rollback: true }),
    change('platform-version', 'LATEST', '1.4.0'),
  ];
  expect(linesOf([], settings)).toEqual([
    '~ circuit-breaker: off -> on with rollback',
    '~ platform-version: LATEST -> 1.4.0',
  ]);
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));

it('never drops a change, and leaves no object to be shown as JSON', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      fc.pre(JSON.stringify(before) !== JSON.stringify(after));
      const leaves = leavesOf({ name: 'volumes', kind: 'changed', hidden: false, before, after });
      expect(leaves.length).toBeGreaterThan(0);
      for (const { name, before: from, after: to } of leaves.length > 1 ? leaves : []) {
        expect([name, from, to].filter(hasObject)).toEqual([]);
      }
    }),
  );
});

function hasObject(value: Json): boolean {
  if (isJsonArray(value)) return value.some((item) => isJsonObject(item) || isJsonArray(item));
  return isJsonObject(value) && Object.keys(value).length > 0;
}
