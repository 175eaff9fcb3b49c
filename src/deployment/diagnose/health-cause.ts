import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { plain } from '../../text/sanitize.ts';
import { inWords } from '../../text/words.ts';
import type { TargetGroupState } from '../observe/target-health.ts';
import type { TaskFailure } from '../observe/task-failure.ts';
import type { LikelyCause } from './known-causes.ts';

/** The unhealthy targets in the load balancer's words, sanitized. */
export function targetLines(groups: readonly TargetGroupState[]): readonly string[] {
  return groups.flatMap(({ name, group, targets }) => {
    const title = `target group ${plain(name, 100)}`;
    const how = group === undefined ? [] : [`${title} checks ${checkOf(group)}`];
    if ('unknown' in targets) return [`${title}: unknown (${plain(targets.unknown, 200)})`];
    const bad = targets.filter(({ TargetHealth }) => isNotHealthy(TargetHealth?.State)).slice(0, 5);
    return [
      ...(bad.length === 0 ? [] : how),
      ...bad.map(({ Target, TargetHealth }) => {
        const { State, Reason = '', Description = '' } = TargetHealth ?? {};
        const why = [Reason, Description].filter((text) => text !== '').map((text) => plain(text, 200));
        return `${title}: ${plain(Target?.Id ?? '', 50)}:${Target?.Port ?? ''} is ${State}${why.length > 0 ? ` (${why.join(': ')})` : ''}`;
      }),
    ];
  });
}

/**
 * Why the load balancer's health checks fail, by the reasons that targets and ECS's events give. The reason codes are
 * documented; the events use the same words.
 *
 * @param events ECS's warnings since the deployment began
 * @param graceSeconds the service's healthCheckGracePeriodSeconds
 */
export function targetCause(
  failures: readonly TaskFailure[],
  groups: readonly TargetGroupState[],
  events: readonly string[],
  graceSeconds: number | undefined,
): LikelyCause {
  const all = groups.flatMap(({ targets }) => ('unknown' in targets ? [] : targets));
  const texts = [...all.flatMap(({ TargetHealth }) => TargetHealth?.Description ?? []), ...events];
  const [group] = groups.flatMap((one) => one.group ?? []);
  const check =
    group === undefined
      ? "The load balancer's health check"
      : `The load balancer's health check (${checkOf(group)})`;
  const [codes] = texts.flatMap((text) => /codes?: \[(\d[\d, -]*)\]/i.exec(text)?.[1] ?? []);
  if (codes !== undefined) {
    return {
      says: `${check} got status ${codes}.`,
      advice: `Make the container answer that path with ${expected(group)}, or change the path or success codes of the target group.`,
    };
  }
  const isSlow = all.some(({ TargetHealth }) => TargetHealth?.Reason === 'Target.Timeout');
  const grace = graceAdvice(failures, graceSeconds);
  if (isSlow || texts.some((text) => /timed out/i.test(text))) {
    return {
      says: `${check} timed out.`,
      advice: `Check that the app listens on 0.0.0.0 and the container port, and that the tasks' security group allows traffic from the load balancer. ${grace}`,
    };
  }
  return {
    says: `${check} failed.`,
    advice: `Check that the container answers on this path and port, and that the security groups allow traffic from the load balancer to the tasks. ${grace}`,
  };
}

/** How long the tasks lived, measured, compared with the service's grace period. */
function graceAdvice(failures: readonly TaskFailure[], graceSeconds: number | undefined): string {
  const lived = failures.flatMap(({ task: { times } }) =>
    times.started === undefined || times.stopping === undefined
      ? []
      : (times.stopping - times.started) / 1000,
  );
  if (lived.length === 0)
    return `If the app needs longer to start, raise healthCheckGracePeriodSeconds (now ${graceSeconds ?? 0}).`;
  const longest = Math.max(...lived);
  return `ECS stopped the tasks ${inWords(longest)} after they started. If the app needs longer to start, raise healthCheckGracePeriodSeconds (now ${graceSeconds ?? 0}).`;
}

/** `GET /health on port 8080, expects 200`, or the protocol where there is no path. */
function checkOf(group: TargetGroup): string {
  const { HealthCheckPath, HealthCheckPort, HealthCheckProtocol, Port } = group;
  const port = HealthCheckPort ?? Port ?? 'traffic-port';
  const on = port === 'traffic-port' ? "the target's port" : `port ${port}`;
  if (HealthCheckPath === undefined) return `${plain(HealthCheckProtocol ?? 'TCP', 20)} on ${on}`;
  return `GET ${plain(HealthCheckPath, 200)} on ${on}, expects ${expected(group)}`;
}

function expected(group: TargetGroup | undefined): string {
  return plain(group?.Matcher?.HttpCode ?? group?.Matcher?.GrpcCode ?? '200', 50);
}

function isNotHealthy(state: string | undefined): boolean {
  return state === 'unhealthy' || state === 'initial' || state === 'unused' || state === 'unavailable';
}
