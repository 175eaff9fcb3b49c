import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type TargetGroupSeen, targetCause, targetLines } from '../../src/rollout/health-cause.ts';
import { failureOf } from '../../src/rollout/task-failure.ts';
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

function group(health: TargetHealth, isReadable = true): TargetGroupSeen {
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
      says: "The health check GET /health on the target's port (200-299 wanted) was answered with 404.",
      advice:
        'Let the container answer that path with 200-299, or correct path and matcher of the target group.',
    });
  });

  it('are told by the events too, when the target is gone already', () => {
    const cause = targetCause(failures, [], [event('Health checks failed with these codes: [502]')], 0);
    expect(cause.says).toBe('The health check of the load balancer was answered with 502.');
  });

  it.each([
    ['the target', [group(timeout)], []],
    ['an event', [group({ State: 'draining' })], [event('Request timed out')]],
  ])('that nothing answers, by %s, name the measured time and the grace period', (_, groups, events) => {
    const cause = targetCause(failures, groups, events, 20);
    expect(cause.says).toMatch(/^The health check GET \/health .* got no answer in time\.$/);
    expect(cause.advice).toMatch(
      /0\.0\.0\.0.*ECS stopped the tasks 35 s after they started \(healthCheckGracePeriodSeconds is 20\)/,
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
      says: 'The health check of the load balancer failed.',
      advice: expect.stringMatching(/healthCheckGracePeriodSeconds is 0/),
    });
  });

  it('have a line for how is asked and one for each target that is not healthy', () => {
    expect(targetLines([group(mismatch), group({ State: 'healthy' })])).toEqual([
      "target group web asks GET /health on the target's port (200-299 wanted)",
      'target group web: 10.0.0.7:8080 is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [404])',
    ]);
    expect(targetLines([{ name: 'web', group: undefined, targets: { unknown: 'denied' } }])).toEqual([
      'target group web: not known (denied)',
    ]);
  });
});
