import * as fc from 'fast-check';
import type { ConfigurationFile } from '../../src/inputs/deployment-configuration.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { stepsOfOthers, withMembers } from '../../src/service/deployment-configuration.ts';
import { isSameValue, restoreOf, valueOf } from '../../src/service/restore.ts';
import { decideSettings, noSettings, type SettingsChange } from '../../src/service/settings.ts';
import type { Json, JsonObject } from '../../src/text/json.ts';

function inputsOf(given: string, file?: ConfigurationFile, others: Readonly<Record<string, string>> = {}) {
  const environment = Object.fromEntries(
    Object.entries({ service: 'web', 'deployment-configuration': given, ...others }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );
  return readInputs(environment, checkNames, file).service;
}

function problemOf(...given: Parameters<typeof inputsOf>): string {
  try {
    return JSON.stringify(inputsOf(...given).deploymentConfiguration);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('the input deployment-configuration', () => {
  const canary = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 12.5 } };

  it.each<[string, string]>([
    ['JSON', JSON.stringify(canary)],
    ['YAML', 'strategy: CANARY\ncanaryConfiguration:\n  canaryPercent: 12.5\n'],
    ['YAML in one line', 'strategy: CANARY\ncanaryConfiguration: {canaryPercent: 12.5}'],
  ])('holds %s, or names a file with it', (_format, text) => {
    expect(inputsOf(text).deploymentConfiguration).toEqual(canary);
    expect(inputsOf('ci/canary', { kind: 'text', text }).deploymentConfiguration).toEqual(canary);
  });

  it('keeps members that nobody knows yet', () => {
    const later = '{"later": {"deep": [{"empty": "", "none": []}]}, "strategy": "SHADOW"}';
    expect(inputsOf(later).deploymentConfiguration).toEqual(JSON.parse(later));
  });

  it('keeps what a hook hands to its function, whatever it is', () => {
    const hooks = '{"lifecycleHooks": [{"hookDetails": {"a": null}}]}';
    expect(inputsOf(hooks).deploymentConfiguration).toEqual(JSON.parse(hooks));
  });

  it.each<[string, string, ConfigurationFile | undefined, string]>([
    [
      'no file',
      'ci/canary.yml',
      undefined,
      'there is no file "ci/canary.yml" in the checkout. Write members',
    ],
    ['a word', 'CANARY', undefined, 'there is no file "CANARY" in the checkout. Write members of'],
    ['no JSON', '{"strategy": }', undefined, 'deployment-configuration: line 1, column 14: it is not JSON.'],
    [
      'no YAML in a file',
      'ci/canary.yml',
      { kind: 'text', text: 'strategy: CANARY\n  bake: 3' },
      'deployment-configuration: ci/canary.yml:1:11: it is not YAML (',
    ],
    [
      'a list',
      'ci/a.json',
      { kind: 'text', text: '[1]' },
      'deployment-configuration: ci/a.json sets no member.',
    ],
    ['nothing', '{}', undefined, 'deployment-configuration: it sets no member. Write members of'],
    [
      'the name around its members',
      'deploymentConfiguration: {strategy: CANARY}',
      undefined,
      'deployment-configuration: it has deploymentConfiguration around its members. Write the members alone.',
    ],
    [
      'a member without a value',
      'canaryConfiguration:\n  canaryPercent:',
      undefined,
      'deployment-configuration: canaryConfiguration.canaryPercent has no value, which AWS reads as not given.',
    ],
    [
      'a hook without a value',
      'lifecycleHooks: [{roleArn: null}]',
      undefined,
      'deployment-configuration: lifecycleHooks[0].roleArn has no value',
    ],
  ])('is refused where it holds %s', (_what, given, file, message) => {
    expect(problemOf(given, file)).toContain(message);
  });

  it.each([
    ['minimum-healthy-percent', '50', 'minimumHealthyPercent: 50'],
    ['maximum-percent', '150', 'maximumPercent: 150'],
    ['circuit-breaker', 'on', 'deploymentCircuitBreaker: {enable: true}'],
    ['alarms', 'none', 'alarms: {enable: true}'],
  ])('does not set what %s sets', (input, value, given) => {
    const [member = ''] = given.split(':');
    const text = `deployment-configuration: it sets ${member}, and so does the input ${input}. Remove one of them.`;
    expect(problemOf(given, undefined, { [input]: value })).toBe(text);
    expect(problemOf('strategy: CANARY', undefined, { [input]: value })).toBe('{"strategy":"CANARY"}');
  });
});

function decide(configuration: JsonObject, given: JsonObject): SettingsChange {
  return decideSettings({ deploymentConfiguration: configuration }, inputsOf(JSON.stringify(given)));
}

const hook = { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP', 'PRE_SCALE_UP'] };

describe('a deployment configuration', () => {
  const rolling = {
    strategy: 'ROLLING',
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    later: { deep: [''] },
  };

  it('changes the strategy, and is sent whole', () => {
    const given = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
    expect(decide(rolling, given)).toEqual({
      changes: [
        {
          name: 'strategy',
          member: 'strategy',
          place: 'deploymentConfiguration',
          before: 'ROLLING',
          after: 'BLUE_GREEN',
        },
        {
          name: 'bakeTimeInMinutes',
          member: 'bakeTimeInMinutes',
          place: 'deploymentConfiguration',
          before: null,
          after: 5,
        },
      ],
      request: { deploymentConfiguration: { ...rolling, ...given } },
    });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'merges an object member by member',
      { canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10, later: 1 } },
      { canaryConfiguration: { canaryPercent: 50 } },
      { canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 10, later: 1 } },
    ],
    [
      'merges objects within objects',
      {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'COUNT', value: 3 },
        },
      },
      { deploymentCircuitBreaker: { thresholdConfiguration: { value: 5 } } },
      {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'COUNT', value: 5 },
        },
      },
    ],
    [
      'replaces a list',
      { lifecycleHooks: [hook, { lifecycleStages: ['PRE_SCALE_UP'], hookTargetArn: 'a' }] },
      { lifecycleHooks: [hook] },
      { lifecycleHooks: [hook] },
    ],
    ['empties a list', { lifecycleHooks: [hook] }, { lifecycleHooks: [] }, { lifecycleHooks: [] }],
    [
      'drops the steps of the strategy that it replaces',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 20 }, bakeTimeInMinutes: 3 },
      { strategy: 'CANARY' },
      { strategy: 'CANARY', bakeTimeInMinutes: 3 },
    ],
    [
      'keeps steps that it gives itself, for AWS to judge',
      { strategy: 'LINEAR' },
      { strategy: 'CANARY', linearConfiguration: { stepPercent: 20 } },
      { strategy: 'CANARY', linearConfiguration: { stepPercent: 20 } },
    ],
    [
      'leaves steps alone that are odd already',
      { strategy: 'CANARY', linearConfiguration: { stepPercent: 20 } },
      { strategy: 'CANARY', bakeTimeInMinutes: 3 },
      { strategy: 'CANARY', linearConfiguration: { stepPercent: 20 }, bakeTimeInMinutes: 3 },
    ],
  ])('%s', (_what, before, given, sent) => {
    expect(decide(before, given).request).toEqual({ deploymentConfiguration: sent });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['what holds already', rolling, { strategy: 'ROLLING', later: { deep: [''] } }],
    ['a default', {}, { strategy: 'ROLLING', lifecycleHooks: [], earlySuccessCriteria: { enable: false } }],
    [
      'a hook that ECS shows with its defaults, in another order',
      {
        lifecycleHooks: [
          { ...hook, timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' } },
          { hookTargetArn: 'a', targetType: 'AWS_LAMBDA', lifecycleStages: ['PRE_SCALE_UP'] },
        ],
      },
      {
        lifecycleHooks: [
          { lifecycleStages: ['PRE_SCALE_UP'], hookTargetArn: 'a' },
          { ...hook, lifecycleStages: hook.lifecycleStages.toReversed() },
        ],
      },
    ],
  ])('is no change where it says %s', (_what, before, given) => {
    expect(decide(before, given)).toEqual(noSettings);
  });

  it('with another timeout of a hook is a change', () => {
    const given = { lifecycleHooks: [{ ...hook, timeoutConfiguration: { timeoutInMinutes: 60 } }] };
    expect(decide({ lifecycleHooks: [hook] }, given).changes).toHaveLength(1);
  });
});

const json: fc.Arbitrary<Json> = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant([]));
const members = fc
  .record(
    {
      strategy: fc.constantFrom('ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'),
      bakeTimeInMinutes: fc.nat(1440),
      linearConfiguration: fc.record({ stepPercent: fc.nat(100), later: json }, { requiredKeys: [] }),
      canaryConfiguration: fc.record({ canaryPercent: fc.nat(100), later: json }, { requiredKeys: [] }),
      lifecycleHooks: fc.array(fc.constant(hook), { maxLength: 2 }),
      alarms: fc.record({ alarmNames: fc.array(fc.constantFrom('a', 'b')), enable: fc.boolean() }),
      deploymentCircuitBreaker: fc.record(
        { enable: fc.boolean(), later: json },
        { requiredKeys: ['enable'] },
      ),
      later: fc.oneof(json, fc.record({ a: json, b: json }, { requiredKeys: [] })),
    },
    { requiredKeys: [] },
  )
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

/** A service has no steps of another strategy: AWS calls them invalid. */
const service = members.map((configuration) => withMembers(configuration, stepsOfOthers(configuration)));
const given = members.filter((configuration) => Object.keys(configuration).length > 0);

describe('of any configuration', () => {
  it('every member stays that is not set', () => {
    fc.assert(
      fc.property(service, given, (before, set) => {
        const { deploymentConfiguration: sent = before } = decide(before, set).request;
        const isDropped = (member: string): boolean =>
          set.strategy !== undefined && /^(?:linear|canary)Configuration$/.test(member);
        const kept = Object.entries(before).filter(
          ([member]) => !Object.hasOwn(set, member) && !isDropped(member),
        );
        expect(sent).toMatchObject(Object.fromEntries(kept));
      }),
    );
  });

  it('nothing is left to change once it is set', () => {
    fc.assert(
      fc.property(service, given, (before, set) => {
        const { deploymentConfiguration: sent = before } = decide(before, set).request;
        expect(decide(sent as JsonObject, set)).toEqual(noSettings);
      }),
    );
  });

  it('a rollback brings back what was there, where nobody else has changed it', () => {
    fc.assert(
      fc.property(service, given, (before, set) => {
        const { changes, request } = decide(before, set);
        const { deploymentConfiguration: now = before } = request;
        const restore = restoreOf(changes, { deploymentConfiguration: now });
        const { deploymentConfiguration: back = before } = restore.request;
        expect(restore.left).toEqual([]);
        for (const member of new Set([...Object.keys(before), ...Object.keys(set)])) {
          const [one, other] = [before, back as JsonObject].map((from) => valueOf(from, member));
          expect([member, isSameValue(one, other)]).toEqual([member, true]);
        }
      }),
    );
  });

  it('a rollback leaves alone what somebody else has changed since', () => {
    fc.assert(
      fc.property(service, given, members, (before, set, theirs) => {
        const { changes, request } = decide(before, set);
        const now = { ...(request.deploymentConfiguration as JsonObject | undefined), ...theirs };
        const { request: back } = restoreOf(changes, { deploymentConfiguration: now });
        for (const { member, before: earlier, after } of changes) {
          const value = valueOf(now, member);
          const isTheirs = Object.hasOwn(theirs, member) && typeof value !== 'object';
          if (!isTheirs || isSameValue(value, after) || isSameValue(value, earlier)) continue;
          const { deploymentConfiguration: sent = now } = back;
          expect(sent).toHaveProperty(member, value);
        }
      }),
    );
  });
});
