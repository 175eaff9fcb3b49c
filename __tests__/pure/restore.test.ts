import * as fc from 'fast-check';
import type { ChangedSetting } from '../../src/reference/rollback-target.ts';
import {
  isSameValue,
  nothingToRestore,
  notInRevision,
  optionsOf,
  restoreOf,
  valueOf,
} from '../../src/service/restore.ts';
import type { Json, JsonObject } from '../../src/text/json.ts';

const count: ChangedSetting = {
  name: 'desired-count',
  member: 'desiredCount',
  place: 'service',
  before: 2,
  after: 4,
};

function inConfiguration(name: string, member: string, before: Json, after: Json): ChangedSetting {
  return { name, member, place: 'deploymentConfiguration', before, after };
}

const maximum = inConfiguration('maximum-percent', 'maximumPercent', 200, 150);
const off = { enable: false, rollback: false };
const on = { enable: true, rollback: true };
const breaker = inConfiguration('circuit-breaker', 'deploymentCircuitBreaker', off, on);
const noAlarms = { alarmNames: [], enable: false, rollback: false };
const alarms = inConfiguration('alarms', 'alarms', noAlarms, {
  alarmNames: ['a', 'b'],
  enable: true,
  rollback: true,
});

describe('a setting that still has the value of this run goes back', () => {
  it.each<[string, readonly ChangedSetting[], JsonObject, JsonObject]>([
    ['the desired count', [count], { desiredCount: 4 }, { desiredCount: 2 }],
    ['a reading from before the update', [count], { desiredCount: 2 }, { desiredCount: 2 }],
    [
      'a percentage, and what others have set beside it stays',
      [maximum],
      { deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 70, strategy: 'ROLLING' } },
      { deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 70, strategy: 'ROLLING' } },
    ],
    [
      'a circuit breaker to which ECS has added members',
      [breaker],
      { deploymentConfiguration: { deploymentCircuitBreaker: { ...on, resetOnHealthyTask: true } } },
      { deploymentConfiguration: { deploymentCircuitBreaker: { ...off, resetOnHealthyTask: true } } },
    ],
    [
      'alarms in another order',
      [alarms],
      { deploymentConfiguration: { alarms: { alarmNames: ['b', 'a'], enable: true, rollback: true } } },
      { deploymentConfiguration: { alarms: noAlarms } },
    ],
  ])('%s', (_, settings, service, request) => {
    const restore = restoreOf(settings, service);
    expect(restore).toEqual({ request, restored: restore.restored, left: [] });
    expect(restore.restored).toHaveLength(settings.length);
  });
});

describe('what somebody else has set since is left alone, and told', () => {
  it.each<[string, readonly ChangedSetting[], JsonObject, readonly string[]]>([
    [
      'a count that autoscaling has raised',
      [count],
      { desiredCount: 8 },
      ['desired-count is 8 (this run set 4, it was 2 before)'],
    ],
    [
      'a percentage',
      [maximum],
      { deploymentConfiguration: { maximumPercent: 175 } },
      ['maximum-percent is 175 (this run set 150, it was 200 before)'],
    ],
    [
      'a circuit breaker whose rollback was switched off',
      [breaker],
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } },
      ['circuit-breaker is on (this run set on with rollback, it was off before)'],
    ],
    [
      'alarms with one more',
      [alarms],
      { deploymentConfiguration: { alarms: { alarmNames: ['a', 'b', 'c'], enable: true, rollback: true } } },
      ['alarms is on with rollback for a, b, c (this run set on with rollback for a, b, it was off before)'],
    ],
  ])('%s', (_, settings, service, left) => {
    expect(restoreOf(settings, service)).toEqual({ request: {}, restored: [], left });
  });

  it('while the others go back', () => {
    const service = { desiredCount: 8, deploymentConfiguration: { maximumPercent: 150 } };
    expect(restoreOf([count, maximum], service)).toEqual({
      request: { deploymentConfiguration: { maximumPercent: 200 } },
      restored: ['maximum-percent from 150 to 200'],
      left: ['desired-count is 8 (this run set 4, it was 2 before)'],
    });
  });
});

it('never lowers a count that somebody has raised, and never raises one that somebody has lowered', () => {
  const counts = fc.record({ before: fc.nat(9), after: fc.nat(9), now: fc.nat(9) });
  fc.assert(
    fc.property(counts, ({ before, after, now }) => {
      const { request, left } = restoreOf([{ ...count, before, after }], { desiredCount: now });
      const isOurs = now === after || now === before;
      expect(request).toEqual(isOurs ? { desiredCount: before } : {});
      expect(left).toHaveLength(isOurs ? 0 : 1);
    }),
  );
});

it('what a service revision holds is left to ECS', () => {
  const platform: ChangedSetting = {
    name: 'platform-version',
    member: 'platformVersion',
    place: 'service',
    before: 'LATEST',
    after: '1.4.0',
  };
  const strategy = { ...platform, name: 'capacity-provider-strategy', member: 'capacityProviderStrategy' };
  expect(notInRevision([platform, count, strategy, maximum])).toEqual([count, maximum]);
});

it('members of UpdateService are options of the command line', () => {
  expect(optionsOf({})).toBe('');
  expect(
    optionsOf({
      desiredCount: 0,
      platformVersion: 'LATEST',
      capacityProviderStrategy: [],
      enableExecuteCommand: false,
      enableECSManagedTags: true,
      deploymentConfiguration: { later: "it's" },
    }),
  ).toBe(
    String.raw` --desired-count 0 --platform-version LATEST --capacity-provider-strategy '[]' --no-enable-execute-command --enable-ecs-managed-tags --deployment-configuration '{"later":"it'\''s"}'`,
  );
});

it('without settings there is nothing to restore', () => {
  expect(restoreOf([], { desiredCount: 2 })).toEqual(nothingToRestore);
  expect(nothingToRestore).toEqual({ request: {}, restored: [], left: [] });
});

it('a member that the service does not show has its default', () => {
  const members = [
    'minimumHealthyPercent',
    'maximumPercent',
    'deploymentCircuitBreaker',
    'alarms',
    'platformVersion',
    'capacityProviderStrategy',
    'enableExecuteCommand',
    'enableECSManagedTags',
    'propagateTags',
    'later',
  ];
  expect(members.map((member) => valueOf({}, member))).toEqual([
    100,
    200,
    { enable: false, rollback: false },
    { alarmNames: [], enable: false, rollback: false },
    'LATEST',
    [],
    false,
    false,
    'NONE',
    null,
  ]);
  expect(valueOf({ maximumPercent: 150 }, 'maximumPercent')).toBe(150);
});

describe('a setting that nobody knows yet', () => {
  const later = (before: Json, after: Json): ChangedSetting => ({
    name: 'later',
    member: 'later',
    place: 'service',
    before,
    after,
  });

  it.each<[string, ChangedSetting, JsonObject, Json]>([
    ['goes back to nothing', later(null, { a: 1 }), { later: { a: 1 } }, null],
    ['goes back to a text', later('old', { a: 1 }), { later: { a: 1 } }, 'old'],
    ['goes back to its members', later({ a: 1 }, 'new'), { later: 'new' }, { a: 1 }],
  ])('%s', (_, setting, service, before) => {
    expect(restoreOf([setting], service).request).toEqual({ later: before });
  });

  it.each<[string, ChangedSetting, JsonObject]>([
    ['that is not shown any more', later({ a: 1 }, { a: 2 }), {}],
    ['that has another kind of value', later({ a: 1 }, { a: 2 }), { later: 3 }],
    ['that has members instead of a value', later(1, 2), { later: { a: 2 } }],
  ])('is left alone %s', (_, setting, service) => {
    expect(restoreOf([setting], service)).toMatchObject({ request: {}, restored: [] });
  });

  it('is told as it is written', () => {
    expect(restoreOf([later('old', 'new')], { later: 'new' }).restored).toEqual(['later from new to old']);
    expect(restoreOf([later('old', 'new')], { later: 'other' }).left).toEqual([
      'later is other (this run set new, it was old before)',
    ]);
  });
});

describe('two values of a setting', () => {
  it.each<[Json | undefined, Json | undefined, boolean]>([
    [null, null, true],
    [undefined, null, false],
    [['a', 'b'], ['b', 'a'], true],
    [['a', 'b'], ['a', 'c'], false],
    [[{ capacityProvider: 'FARGATE' }], [{ capacityProvider: 'FARGATE', weight: 0, base: 0 }], true],
    [[{ capacityProvider: 'FARGATE' }], [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }], false],
    [[{ capacityProvider: 'FARGATE' }], [{ capacityProvider: 'FARGATE', weight: 0, base: 1 }], false],
    [{ alarmNames: ['a', 'b'], enable: true }, { alarmNames: ['b', 'a'], enable: true }, true],
    [{ alarmNames: ['a'], enable: true }, { alarmNames: ['a'], enable: false }, false],
    [{ alarmNames: 'a' }, { alarmNames: 'a' }, true],
    [{ a: ['a', 'b'] }, { a: ['b', 'a'] }, false],
  ])('%j and %j are the same: %s', (one, other, isSame) => {
    expect(isSameValue(one, other)).toBe(isSame);
  });
});
