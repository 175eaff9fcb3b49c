import type { Cancel, Clock } from '../../base/clock.ts';
import type { HealthCheck } from '../container.ts';

export interface HealthProgress {
  readonly status: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  readonly failuresInARow: number;
}

/**
 * What one answer of the check makes of a container's health, as Docker counts [documented for ECS]: a success makes
 * it healthy at once; failures count from the end of the start period on, or from the first success in it; `retries`
 * of them in a row make it unhealthy.
 */
export function afterCheck(
  before: HealthProgress,
  answer: { readonly isHealthy: boolean; readonly secondsSinceStart: number },
  check: Pick<HealthCheck, 'retries' | 'startPeriodSeconds'>,
): HealthProgress {
  if (answer.isHealthy) return { status: 'HEALTHY', failuresInARow: 0 };
  if (before.status === 'UNKNOWN' && answer.secondsSinceStart < check.startPeriodSeconds) return before;
  const failuresInARow = before.failuresInARow + 1;
  return { status: failuresInARow >= check.retries ? 'UNHEALTHY' : before.status, failuresInARow };
}

/**
 * Runs a container's health check every interval until it is cancelled; the first one after one interval.
 * @param options.run runs the check's command once; answers whether it exited with 0 in time
 * @param options.changed hears of every new status
 */
export function watchHealth(options: {
  readonly check: HealthCheck;
  readonly clock: Clock;
  readonly run: (timeoutSeconds: number) => Promise<boolean>;
  readonly changed: (status: 'HEALTHY' | 'UNHEALTHY') => void;
}): Cancel {
  const { check, clock, run, changed } = options;
  const started = clock.now();
  let progress: HealthProgress = { status: 'UNKNOWN', failuresInARow: 0 };
  let cancelled = false;
  let cancelTimer = clock.after(check.intervalSeconds, () => void look());

  async function look(): Promise<void> {
    const secondsSinceStart = (clock.now() - started) / 1000;
    const isHealthy = await run(check.timeoutSeconds);
    if (cancelled) return;
    const before = progress.status;
    progress = afterCheck(progress, { isHealthy, secondsSinceStart }, check);
    cancelTimer = clock.after(check.intervalSeconds, () => void look());
    if (progress.status !== before && progress.status !== 'UNKNOWN') changed(progress.status);
  }

  return () => {
    cancelled = true;
    cancelTimer();
  };
}
