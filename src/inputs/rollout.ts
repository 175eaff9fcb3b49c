import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

/** How far the step follows the deployment. */
const waitGoals = ['completed', 'paused', 'traffic-shifted', 'started'] as const;
export type WaitGoal = (typeof waitGoals)[number];

export interface WaitInputs {
  readonly until: WaitGoal;
  readonly minutes: number;
  readonly noProgressMinutes: number | undefined;
  readonly healthCheckUrl: string | undefined;
  /** Requested while the deployment is paused and traffic reaches the new version. */
  readonly testUrl: string | undefined;
  /** What both URLs have to answer. */
  readonly healthCheckStatus: number;
}

export interface FailureInputs {
  readonly rollback: boolean;
  readonly failFast: boolean;
  readonly rollbackWaitMinutes: number;
  readonly onCancel: 'rollback' | 'leave';
}

export function readWaitInputs(read: InputReader): WaitInputs {
  return {
    until: readWaitGoal(read),
    minutes: read.number('wait-for-minutes', 30, { above: 0, most: monthMinutes }),
    noProgressMinutes: read.number('no-progress-minutes', undefined, { above: 0, most: monthMinutes }),
    healthCheckUrl: read.optional('health-check-url'),
    testUrl: read.optional('test-url'),
    healthCheckStatus: read.number('health-check-status', 200, { least: 100, most: 599, whole: true }),
  };
}

/**
 * `wait-for-service-stability` is the name that AWS's own action has for two of the goals. Neither input has a default in
 * action.yml, because only then can a contradiction be told from a default.
 */
function readWaitGoal(read: InputReader): WaitGoal {
  const until = read.optionalChoice('wait-until', waitGoals);
  const forStability = read.optionalFlag('wait-for-service-stability');
  if (forStability === undefined) return until ?? 'completed';
  const same = forStability ? 'completed' : 'started';
  if (until !== undefined && until !== same) {
    read.refuse(
      'wait-until',
      `the value is ${until}, but wait-for-service-stability: ${forStability} means ${same}. Remove wait-for-service-stability.`,
    );
  }
  return until ?? same;
}

export function readFailureInputs(read: InputReader): FailureInputs {
  return {
    rollback: read.flag('rollback', true),
    failFast: read.flag('fail-fast', true),
    rollbackWaitMinutes: read.number('rollback-wait-minutes', 15, { above: 0, most: monthMinutes }),
    onCancel: read.choice('on-cancel', ['rollback', 'leave'], 'rollback'),
  };
}

export function waitProblems({ healthCheckUrl, testUrl, until }: WaitInputs): readonly InputProblem[] {
  return [
    ...urlProblems('health-check-url', healthCheckUrl),
    ...urlProblems('test-url', testUrl),
    ...(healthCheckUrl === undefined || until === 'completed'
      ? []
      : [
          {
            input: 'health-check-url',
            text: `the URL is requested after the deployment completes, which this step doesn't wait for (wait-until: ${until}). Remove one of them.`,
          } as const,
        ]),
    ...(testUrl === undefined || until === 'completed' || until === 'traffic-shifted'
      ? []
      : [
          {
            input: 'test-url',
            text: `this step continues a paused deployment when the URL answers as wanted, but wait-until is ${until}. Remove one of them.`,
          } as const,
        ]),
  ];
}

function urlProblems(
  input: 'health-check-url' | 'test-url',
  url: string | undefined,
): readonly InputProblem[] {
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return [];
  return [{ input, text: "the value isn't an http or https URL." }];
}

/** Longer than any job may run. */
const monthMinutes = 43_200;
