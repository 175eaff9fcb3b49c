import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { plain } from '../../text/sanitize.ts';
import { inWords } from '../../text/words.ts';
import type { TargetGroupState } from '../observe/target-health.ts';
import type { TaskFailure } from '../observe/task-failure.ts';
import type { LikelyCause } from './known-causes.ts';

/** What the load balancer says of the targets that are not healthy, in lines fit for printing. */
export function targetLines(groups: readonly TargetGroupState[]): readonly string[] {
  return groups.flatMap(({ name, group, targets }) => {
    const title = `target group ${plain(name, 100)}`;
    const how = group === undefined ? [] : [`${title} asks ${checkOf(group)}`];
    if ('unknown' in targets) return [`${title}: not known (${plain(targets.unknown, 200)})`];
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
 * What failed health checks of a load balancer mean: told by the reason that the targets or ECS's events give. The
 * codes of the reasons are documented; the events carry the same words.
 *
 * @param events warnings of ECS since the deployment began
 * @param graceSeconds healthCheckGracePeriodSeconds of the service
 */
export function targetCause(
  failures: readonly TaskFailure[],
  groups: readonly TargetGroupState[],
  events: readonly string[],
  graceSeconds: number | undefined,
): LikelyCause {
  const seen = groups.flatMap(({ targets }) => ('unknown' in targets ? [] : targets));
  const texts = [...seen.flatMap(({ TargetHealth }) => TargetHealth?.Description ?? []), ...events];
  const [group] = groups.flatMap((one) => one.group ?? []);
  const asked =
    group === undefined ? 'The health check of the load balancer' : `The health check ${checkOf(group)}`;
  const [codes] = texts.flatMap((text) => /codes?: \[(\d[\d, -]*)\]/i.exec(text)?.[1] ?? []);
  if (codes !== undefined) {
    return {
      says: `${asked} was answered with ${codes}.`,
      advice: `Let the container answer that path with ${wanted(group)}, or correct path and matcher of the target group.`,
    };
  }
  const isSlow = seen.some(({ TargetHealth }) => TargetHealth?.Reason === 'Target.Timeout');
  const grace = graceAdvice(failures, graceSeconds);
  if (isSlow || texts.some((text) => /timed out/i.test(text))) {
    return {
      says: `${asked} got no answer in time.`,
      advice: `Check that the program listens on 0.0.0.0 and the container port, and that the security group of the tasks admits the load balancer. ${grace}`,
    };
  }
  return {
    says: `${asked} failed.`,
    advice: `Check that path and port are what the container answers, and the security groups between the load balancer and the tasks. ${grace}`,
  };
}

/** How long the tasks had, measured, against the grace that the service gives. */
function graceAdvice(failures: readonly TaskFailure[], graceSeconds: number | undefined): string {
  const lived = failures.flatMap(({ task: { times } }) =>
    times.started === undefined || times.stopping === undefined
      ? []
      : (times.stopping - times.started) / 1000,
  );
  const grace = `healthCheckGracePeriodSeconds is ${graceSeconds ?? 0}`;
  if (lived.length === 0) return `If the start takes long: ${grace}.`;
  const longest = Math.max(...lived);
  return `ECS stopped the tasks ${inWords(longest)} after they started (${grace}): if the start takes longer, raise that.`;
}

/** `GET /health on port 8080 (200 wanted)`, or the protocol where there is no path. */
function checkOf(group: TargetGroup): string {
  const { HealthCheckPath, HealthCheckPort, HealthCheckProtocol, Port } = group;
  const port = HealthCheckPort ?? Port ?? 'traffic-port';
  const on = port === 'traffic-port' ? "the target's port" : `port ${port}`;
  if (HealthCheckPath === undefined) return `by ${plain(HealthCheckProtocol ?? 'TCP', 20)} on ${on}`;
  return `GET ${plain(HealthCheckPath, 200)} on ${on} (${wanted(group)} wanted)`;
}

function wanted(group: TargetGroup | undefined): string {
  return plain(group?.Matcher?.HttpCode ?? group?.Matcher?.GrpcCode ?? '200', 50);
}

function isNotHealthy(state: string | undefined): boolean {
  return state === 'unhealthy' || state === 'initial' || state === 'unused' || state === 'unavailable';
}
