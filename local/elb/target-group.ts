import { documentOf, flagOf, numberOf, textOf } from '../server/members.ts';
import { AwsError, type Document } from '../server/operation.ts';
import { isMatcher } from './matcher.ts';

/** A target group for IP targets, as Fargate's tasks are, behind an Application Load Balancer. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpcId: string;
  readonly healthCheck: TargetHealthCheck;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TargetHealthCheck {
  readonly isEnabled: boolean;
  readonly protocol: string;
  /** `traffic-port` or a number. */
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: string;
}

/** The defaults that AWS documents for an HTTP target group of IP addresses. */
const defaultHealthCheck: TargetHealthCheck = {
  isEnabled: true,
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

const defaultAttributes: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
};

/** Reads CreateTargetGroup's input. */
export function newTargetGroup(arn: string, input: Document): TargetGroup {
  const name = textOf(input, 'Name') ?? '';
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name))
    throw invalidConfiguration(
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-), at most 32`,
    );
  const type = textOf(input, 'TargetType') ?? 'ip';
  if (type !== 'ip')
    throw invalidConfiguration(`The local Fargate has target groups of type ip, not ${type}`);
  const port = numberOf(input, 'Port') ?? 80;
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalidConfiguration(`'${port}' is not a valid port`);
  return {
    arn,
    name,
    protocol: textOf(input, 'Protocol') ?? 'HTTP',
    port,
    vpcId: textOf(input, 'VpcId') ?? 'vpc-local',
    healthCheck: changedHealthCheck(defaultHealthCheck, input),
    attributes: defaultAttributes,
  };
}

/** The health check after CreateTargetGroup's or ModifyTargetGroup's members, within AWS's documented limits. */
export function changedHealthCheck(before: TargetHealthCheck, input: Document): TargetHealthCheck {
  const matcher = documentOf(input, 'Matcher');
  const check: TargetHealthCheck = {
    isEnabled: flagOf(input, 'HealthCheckEnabled') ?? before.isEnabled,
    protocol: textOf(input, 'HealthCheckProtocol') ?? before.protocol,
    port: textOf(input, 'HealthCheckPort') ?? before.port,
    path: textOf(input, 'HealthCheckPath') ?? before.path,
    intervalSeconds: numberOf(input, 'HealthCheckIntervalSeconds') ?? before.intervalSeconds,
    timeoutSeconds: numberOf(input, 'HealthCheckTimeoutSeconds') ?? before.timeoutSeconds,
    healthyThreshold: numberOf(input, 'HealthyThresholdCount') ?? before.healthyThreshold,
    unhealthyThreshold: numberOf(input, 'UnhealthyThresholdCount') ?? before.unhealthyThreshold,
    matcher: (matcher === undefined ? undefined : textOf(matcher, 'HttpCode')) ?? before.matcher,
  };
  within('Health check interval', check.intervalSeconds, 5, 300);
  within('Health check timeout', check.timeoutSeconds, 2, 120);
  within('Healthy threshold count', check.healthyThreshold, 2, 10);
  within('Unhealthy threshold count', check.unhealthyThreshold, 2, 10);
  if (check.timeoutSeconds >= check.intervalSeconds)
    throw invalidConfiguration(
      `Health check timeout '${check.timeoutSeconds}' must be smaller than the interval '${check.intervalSeconds}'`,
    );
  if (!check.path.startsWith('/'))
    throw invalidConfiguration(`Health check path '${check.path}' must start with '/'`);
  if (!isMatcher(check.matcher))
    throw invalidConfiguration(`Matcher HttpCode '${check.matcher}' is not valid`);
  return check;
}

export function deregistrationDelaySeconds(group: TargetGroup): number {
  return Number(group.attributes['deregistration_delay.timeout_seconds']);
}

export function describeTargetGroup(group: TargetGroup, loadBalancerArns: readonly string[]): Document {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.isEnabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: [...loadBalancerArns],
    TargetType: 'ip',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}

function within(what: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to)
    throw invalidConfiguration(`${what} '${value}' must be between '${from}' and '${to}' inclusive`);
}

export function invalidConfiguration(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
