import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

export interface WaitInputs {
  /** False: the step ends once the deployment has started. */
  readonly forStability: boolean;
  readonly minutes: number;
  readonly noProgressMinutes: number | undefined;
  readonly healthCheckUrl: string | undefined;
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
    forStability: read.flag('wait-for-service-stability', true),
    minutes: read.number('wait-for-minutes', 30, { above: 0, most: monthMinutes }),
    noProgressMinutes: read.number('no-progress-minutes', undefined, { above: 0, most: monthMinutes }),
    healthCheckUrl: read.optional('health-check-url'),
    healthCheckStatus: read.number('health-check-status', 200, { least: 100, most: 599, whole: true }),
  };
}

export function readFailureInputs(read: InputReader): FailureInputs {
  return {
    rollback: read.flag('rollback', true),
    failFast: read.flag('fail-fast', true),
    rollbackWaitMinutes: read.number('rollback-wait-minutes', 15, { above: 0, most: monthMinutes }),
    onCancel: read.choice('on-cancel', ['rollback', 'leave'], 'rollback'),
  };
}

export function waitProblems({ healthCheckUrl, forStability }: WaitInputs): readonly InputProblem[] {
  if (healthCheckUrl === undefined) return [];
  const problems: InputProblem[] = [];
  if (!/^https?:$/.test(URL.parse(healthCheckUrl)?.protocol ?? '')) {
    problems.push({ input: 'health-check-url', text: "the value isn't an http or https URL." });
  }
  if (!forStability) {
    problems.push({
      input: 'health-check-url',
      text: 'the URL is requested after the deployment completes, but wait-for-service-stability is false. Remove one of them.',
    });
  }
  return problems;
}

/** Longer than any job may run. */
const monthMinutes = 43_200;
