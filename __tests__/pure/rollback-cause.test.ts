import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { stageCause } from '../../src/deployment/diagnose/stage-cause.ts';
import { endOf } from '../../src/deployment/observe/end.ts';
import {
  failedHookIn,
  type RolledBackBy,
  reasonIn,
  rolledBackBy,
} from '../../src/deployment/observe/rollback-cause.ts';
import type { ObservedPause } from '../../src/deployment/observe/snapshot.ts';
import { aDeployment, aService, aSnapshotOf, newerDeployment, olderDeployment } from './a-deployment.ts';

const rolledBack = (why: string): string => `Service deployment rolled back because ${why}`;
const arn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
const hookFailed = (words: string): string => rolledBack(`PRE_SCALE_UP lifecycle hook(s) failed. ${words}`);
const denied = hookFailed(
  'User: arn:aws:sts::1:assumed-role/x/ECS is not authorized to perform: elasticloadbalancing:ModifyListener on resource: y',
);
const network = (words: string): string => rolledBack(`of invalid networking configuration: ${words}`);

/** Each reason with what rolled the deployment back, and what the diagnosis says. */
const reasons: readonly (readonly [string, RolledBackBy, string | undefined])[] = [
  [
    hookFailed(`Lifecycle hook target ${arn('check')} returned FAILED status.`),
    'hook',
    'The function check rejected this version.',
  ],
  [
    hookFailed(`Lifecycle hook target ${arn('alarm-circuit breaker')} returned FAILED status.`),
    'hook',
    'The function alarm-circuit rejected this version.',
  ],
  [
    hookFailed('ECS was unable to assume role arn:aws:iam::1:role/hooks.'),
    'hook',
    "ECS can't assume the hook's role hooks.",
  ],
  [
    hookFailed(`ECS was unable to invoke hook target ${arn('check')} due to no permission`),
    'hook',
    'ECS could not call the function check.',
  ],
  [
    hookFailed(
      `ECS was unable to parse the response from ${arn('check:live')} due to: HookStatus must not be null.`,
    ),
    'hook',
    'The function check:live threw an error, ran out of time, or returned no hookStatus.',
  ],
  [
    hookFailed(`Lifecycle hook target ${arn('check')} timed out.`),
    'hook',
    "The function check did not finish within the hook's time-out.",
  ],
  [
    denied,
    'load-balancer-permission',
    "The ECS infrastructure role isn't allowed to call elasticloadbalancing:ModifyListener. No lifecycle hook is at fault.",
  ],
  [
    network(
      "ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role 'x'.",
    ),
    'load-balancer-permission',
    "The ECS infrastructure role isn't allowed to change the load balancer.",
  ],
  [
    network('Target group x is not associated with either productionListenerRule or testListenerRule.'),
    'network',
    "No listener rule of the service forwards to the new tasks' target group.",
  ],
  [
    network(
      'productionListenerRule x should have exactly one target group serving traffic but found 2 target groups which are serving traffic',
    ),
    'network',
    'The production listener rule sends traffic to both target groups, so something else than ECS has set its weights.',
  ],
  [
    network('Production listener rule is forwarding traffic to unexpected target group x. y'),
    'network',
    'The production listener rule sends traffic to a target group that the service does not name.',
  ],
  [
    network('One or more rules not found'),
    'network',
    "A listener rule that the service's advancedConfiguration names does not exist.",
  ],
  [
    rolledBack('POST_SCALE_UP pause hook timed out.'),
    'pause-timed-out',
    'The pause ended at its time-out, and its action is ROLLBACK.',
  ],
  [
    rolledBack('SCALE_UP took longer than 24 hours.'),
    'stage-timed-out',
    'The new tasks never became healthy, or a hook never answered.',
  ],
  [rolledBack('the circuit breaker threshold was exceeded.'), 'circuit-breaker', undefined],
  [rolledBack('of one or more active alarms.'), 'alarm', undefined],
  [rolledBack('a rollback was requested.'), 'person', undefined],
  ['later', 'unknown', undefined],
];

describe('what rolled a deployment back', () => {
  it.each(reasons)('%s', (statusReason, by, says) => {
    const serviceDeployment: ServiceDeployment = { status: 'ROLLBACK_SUCCESSFUL', statusReason };
    expect(rolledBackBy(serviceDeployment, statusReason, undefined)).toBe(by);
    expect(stageCause(aSnapshotOf({ serviceDeployment }))?.says).toBe(says);
  });

  it('is a hook where one is configured at that stage, whatever permission its words name', () => {
    const withHook = (...lifecycleStages: ('PRE_SCALE_UP' | 'POST_SCALE_UP')[]): ServiceDeployment => ({
      deploymentConfiguration: { lifecycleHooks: [{ lifecycleStages }] },
    });
    expect(rolledBackBy(withHook('PRE_SCALE_UP'), denied, undefined)).toBe('hook');
    expect(rolledBackBy(withHook('POST_SCALE_UP'), denied, undefined)).toBe('load-balancer-permission');
  });

  it.each<[string, Partial<ServiceDeployment>, RolledBackBy]>([
    ['before it expired', { rollback: { startedAt: new Date(999) } }, 'pause-refused'],
    ['at a time that nobody knows', {}, 'pause-refused'],
    ['after it had expired', { rollback: { startedAt: new Date(1000) } }, 'person'],
  ])('is a person who refused a pause, %s', (_, part, by) => {
    const pause: ObservedPause = {
      hook: 'ecs-pause-1',
      stage: 'POST_SCALE_UP',
      expires: new Date(1000),
      timeoutAction: 'ROLLBACK',
      since: new Date(0),
    };
    const serviceDeployment: ServiceDeployment = {
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: rolledBack('a rollback was requested.'),
      ...part,
    };
    const snapshot = aSnapshotOf({
      serviceDeployment,
      lastPause: pause,
      service: aService([olderDeployment({ status: 'PRIMARY' })]),
    });
    expect(endOf(snapshot)).toEqual({
      kind: 'rolled-back',
      by,
      reason: serviceDeployment.statusReason,
      ...(by === 'pause-refused' ? { pause } : {}),
    });
  });
});

it('a hook that failed is named by its stage and function', () => {
  expect(failedHookIn(hookFailed(`Lifecycle hook target ${arn('check:1')} returned FAILED status.`))).toEqual(
    {
      stage: 'PRE_SCALE_UP',
      target: 'check:1',
    },
  );
  expect(failedHookIn('later')).toEqual({ stage: undefined, target: undefined });
});

describe('the reason of a deployment that had no version to go back to', () => {
  const statusReason = 'No rollback candidate was found to run the rollback.';
  const why = hookFailed(`Lifecycle hook target ${arn('check')} returned FAILED status.`);
  const event = (id: string) => ({ message: `(service web) (deployment ${id}) deployment failed: ${why}` });

  it.each<[string, { message: string }[], string]>([
    ["is in the service's event", [{ message: 'other' }, event('ecs-svc/200')], why],
    ['is unknown without it', [event('ecs-svc/2')], statusReason],
  ])('%s', (_, events, reason) => {
    expect(reasonIn({ statusReason }, events, 'ecs-svc/200')).toEqual({ reason, isWithoutCandidate: true });
    const serviceDeployment = { status: 'ROLLBACK_FAILED', statusReason } as const;
    expect(endOf(aSnapshotOf({ serviceDeployment, events }))).toEqual({
      kind: 'rollback-failed',
      by: reason === why ? 'hook' : 'unknown',
      reason,
      isFailedLeft: true,
      isWithoutCandidate: true,
    });
  });
});

describe('a deployment that ECS has stopped', () => {
  const serviceDeployment = { status: 'STOPPED', statusReason: hookFailed('x') } as const;

  it('and removed is rolled back, not superseded, where an older one is PRIMARY', () => {
    const service = aService([olderDeployment({ status: 'PRIMARY' })]);
    expect(endOf(aSnapshotOf({ serviceDeployment, service }))).toMatchObject({
      kind: 'rolled-back',
      by: 'hook',
    });
  });

  it('is superseded where a newer one is PRIMARY', () => {
    const service = aService([newerDeployment()]);
    expect(endOf(aSnapshotOf({ serviceDeployment, service }))).toMatchObject({ kind: 'superseded' });
  });
});

it('a rollback that was requested too late is told with the completion', () => {
  const snapshot = aSnapshotOf({
    serviceDeployment: { status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } },
    service: aService([aDeployment({ rolloutState: 'COMPLETED' })]),
    isRollbackRequested: true,
  });
  expect(endOf(snapshot)).toEqual({ kind: 'completed', running: 2, desired: 2, isRollbackTooLate: true });
});
