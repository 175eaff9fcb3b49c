import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import {
  decideSettings,
  hasCircuitBreaker,
  needsForce,
  noSettings,
  type SettingsChange,
  startsDeployment,
} from '../../src/service/settings.ts';
import type { JsonObject } from '../../src/text/json.ts';

/** As DescribeServices shows one, with members that nobody knows yet. */
const service: JsonObject = {
  launchType: 'FARGATE',
  platformVersion: 'LATEST',
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: {
      enable: false,
      rollback: false,
      thresholdConfiguration: { type: 'COUNT', value: 5 },
    },
    strategy: 'ROLLING',
    later: { deep: [''] },
  },
  enableExecuteCommand: false,
  enableECSManagedTags: true,
  propagateTags: 'NONE',
};
const configuration = service.deploymentConfiguration as JsonObject;

function decide(inputs: Readonly<Record<string, string>>, of = service): SettingsChange {
  const environment = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return decideSettings(
    of,
    readInputs({ INPUT_SERVICE: 'web', ...Object.fromEntries(environment) }, checkNames).service,
  );
}

describe('settings of the service', () => {
  it('are untouched when none is asked for', () => {
    expect(decide({ 'desired-count': '4', 'force-new-deployment': 'true' })).toEqual(noSettings);
  });

  it.each<Readonly<Record<string, string>>>([
    { 'minimum-healthy-percent': '100', 'maximum-percent': '200' },
    { 'circuit-breaker': 'off' },
    { alarms: 'none' },
    { 'platform-version': 'LATEST' },
    { 'capacity-provider-strategy': 'none' },
    { 'enable-execute-command': 'false', 'enable-ecs-managed-tags': 'true', 'propagate-tags': 'NONE' },
  ])('that hold already are no change: %j', (inputs) => {
    expect(decide(inputs)).toEqual(noSettings);
  });

  it.each<[Readonly<Record<string, string>>, JsonObject]>([
    [{ 'minimum-healthy-percent': '50' }, { minimumHealthyPercent: 50 }],
    [{ 'maximum-percent': '150' }, { maximumPercent: 150 }],
    [
      { 'circuit-breaker': 'rollback' },
      {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'COUNT', value: 5 },
        },
      },
    ],
    [{ alarms: 'a\nb' }, { alarms: { alarmNames: ['a', 'b'], enable: true, rollback: true } }],
  ])('%j sends the whole configuration', (inputs, changed) => {
    const [name = ''] = Object.keys(changed);
    const [input = ''] = Object.keys(inputs);
    const before = { alarms: { alarmNames: [], enable: false, rollback: false }, ...configuration }[name];
    expect(decide(inputs)).toEqual({
      changes: [
        { name: input, member: name, place: 'deploymentConfiguration', before, after: changed[name] },
      ],
      request: { deploymentConfiguration: { ...configuration, ...changed } },
    });
  });

  it('of alarms keep what somebody decided about their rollback', () => {
    const alarms = { alarmNames: ['a'], enable: true, rollback: false };
    const of = { deploymentConfiguration: { alarms } };
    expect(decide({ alarms: 'b\na' }, of).request).toEqual({
      deploymentConfiguration: { alarms: { ...alarms, alarmNames: ['b', 'a'] } },
    });
    expect(decide({ alarms: 'none' }, of).changes[0]?.before).toEqual(alarms);
  });

  it.each<[string, string, JsonObject, JsonObject]>([
    ['platform-version', '1.4.0', { platformVersion: '1.4.0' }, { platformVersion: 'LATEST' }],
    [
      'capacity-provider-strategy',
      'capacityProvider=FARGATE_SPOT',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      { capacityProviderStrategy: [] },
    ],
    ['enable-execute-command', 'true', { enableExecuteCommand: true }, { enableExecuteCommand: false }],
    ['enable-ecs-managed-tags', 'false', { enableECSManagedTags: false }, { enableECSManagedTags: true }],
    ['propagate-tags', 'SERVICE', { propagateTags: 'SERVICE' }, { propagateTags: 'NONE' }],
  ])('%s: %s', (input, value, request, before) => {
    const [member = ''] = Object.keys(request);
    const changes = [
      { name: input, member, place: 'service', before: before[member], after: request[member] },
    ];
    expect(decide({ [input]: value })).toEqual({ changes, request });
  });

  it.each<[string, JsonObject, boolean]>([
    ['goes on where they are new', {}, true],
    ['goes on where they were off', { enable: false, rollback: false }, true],
    ['stays off where somebody wants them without', { enable: true, rollback: false }, false],
    ['stays on', { enable: true, rollback: true }, true],
    ['goes on where ECS does not show it', { enable: true }, true],
  ])('the rollback of alarms %s', (_, alarms, rollback) => {
    const of = { deploymentConfiguration: { alarms: { alarmNames: ['a'], ...alarms } } };
    expect(decide({ alarms: 'b' }, of).request).toEqual({
      deploymentConfiguration: { alarms: { alarmNames: ['b'], enable: true, rollback } },
    });
  });

  it('do not differ by order, nor by a weight or base of 0', () => {
    const of = {
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', weight: 1, base: 0 },
        { capacityProvider: 'FARGATE_SPOT', weight: 0, base: 0 },
      ],
      deploymentConfiguration: { alarms: { alarmNames: ['b', 'a'], enable: true, rollback: true } },
    };
    const strategy = 'capacityProvider=FARGATE_SPOT\ncapacityProvider=FARGATE,weight=1';
    expect(decide({ 'capacity-provider-strategy': strategy, alarms: 'a\nb' }, of)).toEqual(noSettings);
  });

  it.each([
    ['platform-version', '1.4.0', true, false],
    ['capacity-provider-strategy', 'capacityProvider=FARGATE', false, true],
    ['circuit-breaker', 'on', false, false],
    ['enable-execute-command', 'true', false, false],
  ])('%s: %s begins a deployment: %s, has to be forced to: %s', (name, value, starts, forces) => {
    const change = decide({ [name]: value });
    expect([startsDeployment(change), needsForce(change)]).toEqual([starts, forces]);
  });

  it('tell whether the circuit breaker will be on', () => {
    const on = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    expect(hasCircuitBreaker(service, noSettings)).toBe(false);
    expect(hasCircuitBreaker(service, decide({ 'circuit-breaker': 'on' }))).toBe(true);
    expect(hasCircuitBreaker(on, noSettings)).toBe(true);
    expect(hasCircuitBreaker(on, decide({ 'circuit-breaker': 'off' }, on))).toBe(false);
  });
});
