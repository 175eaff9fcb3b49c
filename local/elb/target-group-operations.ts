import { randomBytes } from 'node:crypto';
import { type Account, arn } from '../base/account.ts';
import { documentsOf, lets, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { notRegistered } from './health.ts';
import { changedHealthCheck, describeTargetGroup, newTargetGroup, type TargetGroup } from './target-group.ts';
import type { Target, TargetHealth } from './target-groups.ts';
import type { Targets } from './targets.ts';

/** ELBv2's operations on target groups. */
export function targetGroupOperations(options: {
  readonly account: Account;
  readonly groups: Map<string, TargetGroup>;
  readonly targets: Targets;
  /** The load balancers whose listeners forward to a group. */
  readonly balancersOf: (targetGroupArn: string) => readonly string[];
}): Operations {
  const { account, groups, targets, balancersOf } = options;
  const group = (input: Document): TargetGroup => {
    const found = groups.get(textOf(input, 'TargetGroupArn') ?? '');
    if (found === undefined) throw targetGroupNotFound();
    return found;
  };
  const described = (one: TargetGroup): Document => describeTargetGroup(one, balancersOf(one.arn));

  return {
    CreateTargetGroup: (input) => {
      const name = textOf(input, 'Name') ?? '';
      if ([...groups.values()].some((other) => other.name === name))
        throw new AwsError(
          'DuplicateTargetGroupNameException',
          `A target group with the same name '${name}' exists, but with different settings`,
        );
      const id = randomBytes(8).toString('hex');
      const created = newTargetGroup(
        arn(account, 'elasticloadbalancing', `targetgroup/${name}/${id}`),
        input,
      );
      groups.set(created.arn, created);
      return { TargetGroups: [described(created)] };
    },
    DescribeTargetGroups: (input) => {
      const arns = textsOf(input, 'TargetGroupArns');
      const names = textsOf(input, 'Names');
      const balancer = textOf(input, 'LoadBalancerArn');
      const found = [...groups.values()]
        .filter((one) => lets(arns, one.arn))
        .filter((one) => lets(names, one.name))
        .filter((one) => balancer === undefined || balancersOf(one.arn).includes(balancer));
      if (found.length < Math.max(arns.length, names.length)) throw targetGroupNotFound();
      return { TargetGroups: found.map(described) };
    },
    ModifyTargetGroup: (input) => {
      const before = group(input);
      const changed = { ...before, healthCheck: changedHealthCheck(before.healthCheck, input) };
      groups.set(changed.arn, changed);
      return { TargetGroups: [described(changed)] };
    },
    ModifyTargetGroupAttributes: (input) => {
      const before = group(input);
      const given = documentsOf(input, 'Attributes').map((attribute): [string, string] => [
        textOf(attribute, 'Key') ?? '',
        textOf(attribute, 'Value') ?? '',
      ]);
      const unknown = given.find(([key]) => !(key in before.attributes));
      if (unknown !== undefined)
        throw new AwsError('ValidationError', `Target group attribute key '${unknown[0]}' is not recognized`);
      const changed = { ...before, attributes: { ...before.attributes, ...Object.fromEntries(given) } };
      checkDelay(changed);
      groups.set(changed.arn, changed);
      return { Attributes: attributesOf(changed) };
    },
    DescribeTargetGroupAttributes: (input) => ({ Attributes: attributesOf(group(input)) }),
    DeleteTargetGroup: (input) => {
      const targetGroupArn = textOf(input, 'TargetGroupArn') ?? '';
      if (balancersOf(targetGroupArn).length > 0)
        throw new AwsError(
          'ResourceInUseException',
          `Target group '${targetGroupArn}' is currently in use by a listener or a rule`,
        );
      groups.delete(targetGroupArn);
      return {};
    },
    // With Targets it answers for each that was asked, those that are not registered as `unused`.
    DescribeTargetHealth: (input) => {
      const { arn: targetGroupArn, port } = group(input);
      const known = targets.of(targetGroupArn);
      const asked = documentsOf(input, 'Targets');
      if (asked.length === 0)
        return {
          TargetHealthDescriptions: known.map(({ target, health }) => healthDescription(target, health)),
        };
      return {
        TargetHealthDescriptions: asked.flatMap((wanted): Document[] => {
          const id = textOf(wanted, 'Id') ?? '';
          const found = known.filter(
            ({ target }) =>
              target.address.privateIp === id &&
              (wanted.Port === undefined || wanted.Port === target.containerPort),
          );
          if (found.length > 0) return found.map(({ target, health }) => healthDescription(target, health));
          const Target = { Id: id, Port: wanted.Port ?? port };
          return [{ Target, TargetHealth: healthDocument(notRegistered) }];
        }),
      };
    },
  };
}

export function targetGroupNotFound(): AwsError {
  return new AwsError('TargetGroupNotFoundException', 'One or more target groups not found');
}

function attributesOf({ attributes }: TargetGroup): Document[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** 0 to 3600 seconds (documented). */
function checkDelay({ attributes }: TargetGroup): void {
  const key = 'deregistration_delay.timeout_seconds';
  const seconds = Number(attributes[key]);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 3600) return;
  throw new AwsError('ValidationError', `'${key}' must be between '0' and '3600' inclusive`);
}

function healthDescription({ address, containerPort }: Target, health: TargetHealth): Document {
  return {
    Target: { Id: address.privateIp, Port: containerPort, AvailabilityZone: 'all' },
    HealthCheckPort: String(containerPort),
    TargetHealth: healthDocument(health),
  };
}

function healthDocument({ state, reason, description }: TargetHealth): Document {
  return { State: state, Reason: reason, Description: description };
}
