import type { Deployment } from '@aws-sdk/client-ecs';
import { decideService, type ServiceChange } from '../../src/plan/decide/service.ts';
import type { ServiceState } from '../../src/service/describe.ts';
import type { IdentifiedDeployment } from '../../src/service/primary.ts';
import { noSettings, type SettingsChange } from '../../src/service/settings.ts';
import type { JsonObject } from '../../src/text/json.ts';

const service = {
  name: 'web',
  arn: 'arn:aws:ecs:eu-west-1:1:service/main/web',
  clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/main',
};

function seenAs(primary: IdentifiedDeployment | undefined, inFlight?: string): ServiceState {
  return {
    ...service,
    service: { desiredCount: 2 },
    document: {},
    primary,
    taskDefinitionArn: 'web:1',
    taskDefinition: {},
    isInactive: false,
    history: { kind: 'known', deployments: [] },
    inFlight:
      inFlight === undefined
        ? undefined
        : { service, id: 'ecs-svc/1', target: primary?.taskDefinition ?? '', status: inFlight },
    rollbackTarget: undefined,
  };
}

function aPrimary(taskDefinition: string, rolloutState?: Deployment['rolloutState']): IdentifiedDeployment {
  return { id: 'ecs-svc/1', taskDefinition, ...(rolloutState === undefined ? {} : { rolloutState }) };
}

const unchanged: ServiceChange = { kind: 'unchanged' };
const join: ServiceChange = {
  kind: 'join',
  deployment: { service, id: 'ecs-svc/1', createdAt: undefined, target: 'web:2' },
};
function update(part: Partial<ServiceChange & { kind: 'update' }> = {}): ServiceChange {
  return {
    kind: 'update',
    desiredCount: undefined,
    settings: noSettings,
    force: false,
    deploys: true,
    ...part,
  };
}

/** `web:2` is wanted; 2 tasks are there. */
interface Asked {
  readonly desiredCount?: number;
  readonly force?: boolean;
}

const runs = aPrimary('web:2', 'COMPLETED');
const runsOther = aPrimary('web:1', 'COMPLETED');
const comesUp = aPrimary('web:2', 'IN_PROGRESS');
const lacks: IdentifiedDeployment = { ...aPrimary('web:2'), desiredCount: 2, runningCount: 1 };
const hasFailed = aPrimary('web:2', 'FAILED');

describe('what becomes of a service', () => {
  it.each<[string, ServiceState, Asked, ServiceChange]>([
    ['that runs the revision', seenAs(runs), {}, unchanged],
    ['that runs the revision, with the count asked for', seenAs(runs), { desiredCount: 2 }, unchanged],
    ['that runs the revision without a state', seenAs(aPrimary('web:2')), {}, unchanged],
    ['that runs the revision, and lost a task since', seenAs({ ...lacks, ...runs }), {}, unchanged],
    ['that gets the revision by a deployment of which nothing is told', seenAs(comesUp), {}, join],
    ['that lacks tasks of the revision, without a state', seenAs(lacks), {}, join],
    [
      'that runs the revision with another count',
      seenAs(runs),
      { desiredCount: 3 },
      update({ desiredCount: 3, deploys: false }),
    ],
    [
      'that shall have no tasks',
      seenAs(runs),
      { desiredCount: 0 },
      update({ desiredCount: 0, deploys: false }),
    ],
    ['that runs the revision, forced', seenAs(runs), { force: true }, update({ force: true })],
    [
      'that runs the revision, forced with a count',
      seenAs(runs),
      { force: true, desiredCount: 3 },
      update({ force: true, desiredCount: 3 }),
    ],
    ['that runs another', seenAs(runsOther), {}, update()],
    ['that runs another, with the count it has', seenAs(runsOther), { desiredCount: 2 }, update()],
    [
      'that runs another, with another count',
      seenAs(runsOther),
      { desiredCount: 1 },
      update({ desiredCount: 1 }),
    ],
    ['that runs another, forced', seenAs(runsOther), { force: true }, update({ force: true })],
    ['that runs nothing', seenAs(undefined), {}, update()],
    ['whose last deployment of the revision failed', seenAs(hasFailed), {}, update({ force: true })],
    [
      'whose last deployment failed, with another count',
      seenAs(hasFailed),
      { desiredCount: 3 },
      update({ force: true, desiredCount: 3 }),
    ],
    [
      'whose last deployment failed and is being stopped',
      seenAs(hasFailed, 'STOP_REQUESTED'),
      {},
      update({ force: true }),
    ],
    ['that is getting the revision', seenAs(comesUp, 'IN_PROGRESS'), {}, join],
    ['that is about to get the revision', seenAs(comesUp, 'PENDING'), {}, join],
    ['that is getting the revision in a state that is not known', seenAs(comesUp, 'BAKING'), {}, join],
    [
      'that is getting the revision, with another count',
      seenAs(comesUp, 'IN_PROGRESS'),
      { desiredCount: 3 },
      update({ desiredCount: 3, deploys: false }),
    ],
    [
      'that is getting the revision, forced',
      seenAs(comesUp, 'IN_PROGRESS'),
      { force: true },
      update({ force: true }),
    ],
    [
      'whose deployment of the revision is being rolled back',
      seenAs(comesUp, 'ROLLBACK_IN_PROGRESS'),
      {},
      update({ force: true }),
    ],
    ['whose rollback is asked for', seenAs(comesUp, 'ROLLBACK_REQUESTED'), {}, update({ force: true })],
    [
      'whose deployment of the revision is being stopped',
      seenAs(comesUp, 'STOP_REQUESTED'),
      {},
      update({ force: true }),
    ],
    ['that is getting another', seenAs(aPrimary('web:3', 'IN_PROGRESS'), 'IN_PROGRESS'), {}, update()],
  ])('%s', (_what, seen, { desiredCount, force = false }, expected) => {
    expect(decideService({ seen, taskDefinitionArn: 'web:2', desiredCount, force })).toEqual(expected);
  });

  it.each([
    ['PRIMARY is known', runs],
    ['PRIMARY is unknown', undefined],
  ])('is an update to a revision that is still to be registered: %s', (_, primary) => {
    const seen = seenAs(primary);
    expect(
      decideService({ seen, taskDefinitionArn: undefined, desiredCount: undefined, force: false }),
    ).toEqual(update());
  });

  const of = (request: JsonObject): SettingsChange => ({
    changes: Object.keys(request).map((member) => ({
      name: member,
      member,
      place: 'service',
      before: null,
      after: null,
    })),
    request,
  });
  const tags = of({ propagateTags: 'SERVICE' });
  const platform = of({ platformVersion: '1.4.0' });
  const strategy = of({ capacityProviderStrategy: [] });

  it.each<[string, ServiceState, SettingsChange, ServiceChange]>([
    ['that lacks a setting', seenAs(runs), tags, update({ settings: tags, deploys: false })],
    [
      'that is getting the revision, and lacks a setting',
      seenAs(comesUp, 'IN_PROGRESS'),
      tags,
      update({ settings: tags, deploys: false }),
    ],
    ['whose platform changes', seenAs(runs), platform, update({ settings: platform })],
    [
      'whose platform changes while it is getting the revision',
      seenAs(comesUp, 'IN_PROGRESS'),
      platform,
      update({ settings: platform }),
    ],
    ['whose providers change', seenAs(runs), strategy, update({ settings: strategy, force: true })],
  ])('%s', (_what, seen, settings, expected) => {
    expect(
      decideService({ seen, taskDefinitionArn: 'web:2', desiredCount: undefined, settings, force: false }),
    ).toEqual(expected);
  });

  it('is an update when what is in flight is another than PRIMARY', () => {
    const seen = seenAs(runs, 'IN_PROGRESS');
    const inFlight = { service, id: 'ecs-svc/2', target: 'web:3', status: 'IN_PROGRESS' };
    expect(
      decideService({
        seen: { ...seen, inFlight },
        taskDefinitionArn: 'web:2',
        desiredCount: undefined,
        force: false,
      }),
    ).toEqual(update({ force: true }));
  });
});
