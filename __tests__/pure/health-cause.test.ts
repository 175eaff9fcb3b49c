import type { TargetGroup, TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetCause, targetLines } from '../../src/deployment/diagnose/health-cause.ts';
import type { TargetGroupState } from '../../src/deployment/observe/target-health.ts';
import { failureOf } from '../../src/deployment/observe/task-failure.ts';
import { aTask } from './a-task.ts';

const times = {
  created: 0,
  pullStarted: 0,
  pullStopped: 0,
  started: 10_000,
  stopping: 45_000,
  stopped: 50_000,
};
const failures = [
  aTask({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed ELB health checks in (target-group arn:x)',
    times,
  }),
].flatMap((task) => failureOf(task) ?? []);

function group(health: TargetHealth, isReadable = true): TargetGroupState {
  return {
    name: 'web',
    group: isReadable
      ? {
          HealthCheckPath: '/health',
          HealthCheckPort: 'traffic-port',
          Port: 80,
          Matcher: { HttpCode: '200-299' },
        }
      : undefined,
    targets: [{ Target: { Id: '10.0.0.7', Port: 8080 }, TargetHealth: health }],
  };
}

const mismatch = {
  State: 'unhealthy',
  Reason: 'Target.ResponseCodeMismatch',
  Description: 'Health checks failed with these codes: [404]',
} as const;
const timeout = { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' } as const;
const event = (reason: string) =>
  `(service web) (task a) (port 80) is unhealthy in (target-group x) due to (reason ${reason}).`;

describe('failed health checks of a load balancer', () => {
  it('are told with the answer that came and the one that is wanted', () => {
    expect(targetCause(failures, [group(mismatch)], [], 0)).toEqual({
      says: "The load balancer's health check (GET /health on the target's port, expects 200-299) got status 404.",
      advice:
        'Make the container answer that path with 200-299, or change the path or success codes of the target group.',
    });
  });

  it('are told by the events too, when the target is gone already', () => {
    const cause = targetCause(failures, [], [event('Health checks failed with these codes: [502]')], 0);
    expect(cause.says).toBe("The load balancer's health check got status 502.");
  });

  it.each([
    ['the target', [group(timeout)], []],
    ['an event', [group({ State: 'draining' })], [event('Request timed out')]],
  ])('that nothing answers, by %s, name the measured time and the grace period', (_, groups, events) => {
    const cause = targetCause(failures, groups, events, 20);
    expect(cause.says).toMatch(/^The load balancer's health check \(GET \/health .*\) timed out\.$/);
    expect(cause.advice).toMatch(
      /0\.0\.0\.0.*ECS stopped the tasks 35 s after they started\. .*healthCheckGracePeriodSeconds \(now 20\)/,
    );
  });

  it('of no known kind are told as they are', () => {
    const cause = targetCause(
      [],
      [{ name: 'web', group: undefined, targets: { unknown: 'denied' } }],
      [],
      undefined,
    );
    expect(cause).toEqual({
      says: "The load balancer's health check failed.",
      advice: expect.stringMatching(/healthCheckGracePeriodSeconds \(now 0\)/),
    });
  });

  it.each<[string, Partial<TargetGroup>, string]>([
    ['a path on the port of the target', {}, "GET /health on the target's port, expects 200-299"],
    ['a port of its own', { HealthCheckPort: '9000' }, 'GET /health on port 9000, expects 200-299'],
    ['the port of the group', { HealthCheckPort: undefined }, 'GET /health on port 80, expects 200-299'],
    [
      'a port that is not told',
      { HealthCheckPort: undefined, Port: undefined },
      "GET /health on the target's port, expects 200-299",
    ],
    ['a code of gRPC', { Matcher: { GrpcCode: '0' } }, "GET /health on the target's port, expects 0"],
    ['no codes', { Matcher: {} }, "GET /health on the target's port, expects 200"],
    ['nothing about the answer', { Matcher: undefined }, "GET /health on the target's port, expects 200"],
    [
      'a protocol',
      { HealthCheckPath: undefined, HealthCheckProtocol: 'TLS', HealthCheckPort: '443' },
      'TLS on port 443',
    ],
    ['neither path nor protocol', { HealthCheckPath: undefined }, "TCP on the target's port"],
  ])('name what is asked: %s', (_, members, asked) => {
    const seen = group(mismatch);
    const [first] = targetLines([{ ...seen, group: { ...seen.group, ...members } }]);
    expect(first).toBe(`target group web checks ${asked}`);
  });

  it.each<[string, TargetHealth | undefined, string | undefined]>([
    [
      'initial',
      { State: 'initial', Reason: 'Elb.RegistrationInProgress' },
      'initial (Elb.RegistrationInProgress)',
    ],
    ['unused', { State: 'unused' }, 'unused'],
    ['unavailable', { State: 'unavailable', Description: 'no\nchecks' }, 'unavailable (no checks)'],
    ['unhealthy', { State: 'unhealthy' }, 'unhealthy'],
    ['healthy', { State: 'healthy' }, undefined],
    ['draining', { State: 'draining' }, undefined],
    ['of a state that nobody told', undefined, undefined],
  ])('name a target that is %s, or do not', (_, health, told) => {
    const target = { Target: { Id: '10.0.0.7', Port: 80 }, ...(health && { TargetHealth: health }) };
    expect(targetLines([{ name: 'web', group: undefined, targets: [target] }])).toEqual(
      told === undefined ? [] : [`target group web: 10.0.0.7:80 is ${told}`],
    );
  });

  it('name five targets at most, and those of which little is known', () => {
    const targets = Array.from({ length: 6 }, () => ({ TargetHealth: { State: 'unhealthy' as const } }));
    expect(targetLines([{ name: 'web', group: undefined, targets }])).toEqual(
      Array.from({ length: 5 }, () => 'target group web: : is unhealthy'),
    );
  });

  it('ask as the first target group that can be read', () => {
    const unread = { name: 'other', group: undefined, targets: { unknown: 'denied' } };
    expect(targetCause([], [unread, group({ State: 'healthy' })], [], 0).says).toBe(
      "The load balancer's health check (GET /health on the target's port, expects 200-299) failed.",
    );
  });

  it('are told in full when nothing answers in time', () => {
    const slow = { State: 'unhealthy', Reason: 'Target.Timeout' } as const;
    const silent = {
      name: 'web',
      group: undefined,
      targets: [{ Target: { Id: 'a' } }, { TargetHealth: slow }],
    };
    expect(targetCause([], [silent], [], undefined)).toEqual({
      says: "The load balancer's health check timed out.",
      advice:
        "Check that the app listens on 0.0.0.0 and the container port, and that the tasks' security group allows traffic from the load balancer. If the app needs longer to start, raise healthCheckGracePeriodSeconds (now 0).",
    });
    const failing = {
      ...silent,
      targets: [{ TargetHealth: { State: 'unhealthy', Reason: 'Target.FailedHealthChecks' } as const }],
    };
    expect(targetCause([], [failing], [], 5)).toEqual({
      says: "The load balancer's health check failed.",
      advice:
        'Check that the container answers on this path and port, and that the security groups allow traffic from the load balancer to the tasks. If the app needs longer to start, raise healthCheckGracePeriodSeconds (now 5).',
    });
  });

  it.each([
    ['one code', 'failed with this code: [500]', '500'],
    ['a range of codes', 'failed with these codes: [502-504, 599]', '502-504, 599'],
  ])('tell %s', (_, text, codes) => {
    expect(targetCause([], [], [text], 0)).toEqual({
      says: `The load balancer's health check got status ${codes}.`,
      advice:
        'Make the container answer that path with 200, or change the path or success codes of the target group.',
    });
  });

  it('measure the time of the task that lived longest, of those whose times are known', () => {
    const lived = (started: number | undefined, stopping: number | undefined) =>
      aTask({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (target-group arn:x)',
        times: { ...times, started, stopping },
      });
    const adviceOf = (...tasks: ReturnType<typeof lived>[]) =>
      targetCause(
        tasks.flatMap((task) => failureOf(task) ?? []),
        [],
        [],
        20,
      ).advice;
    expect(adviceOf(lived(10_000, 20_000), lived(10_000, 45_000), lived(10_000, 30_000))).toMatch(
      /ECS stopped the tasks 35 s after they started\. If the app needs longer to start, raise healthCheckGracePeriodSeconds \(now 20\)\.$/,
    );
    expect(adviceOf(lived(undefined, 20_000), lived(10_000, undefined))).toMatch(
      /tasks\. If the app needs longer to start, raise healthCheckGracePeriodSeconds \(now 20\)\.$/,
    );
  });

  it('have a line for how is asked and one for each target that is not healthy', () => {
    expect(targetLines([group(mismatch), group({ State: 'healthy' })])).toEqual([
      "target group web checks GET /health on the target's port, expects 200-299",
      'target group web: 10.0.0.7:8080 is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [404])',
    ]);
    expect(targetLines([{ name: 'web', group: undefined, targets: { unknown: 'denied' } }])).toEqual([
      'target group web: unknown (denied)',
    ]);
  });
});
