import { randomBytes } from 'node:crypto';
import { type Account, arn } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { lets, numberOf, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { describeForward, type Forward } from './forward.ts';
import { type Endpoint, listen, type RunningListener } from './listener.ts';
import type { ListenerRules } from './listener-rules.ts';
import { createRouter } from './router.ts';
import { createRules } from './rules.ts';
import { invalidConfiguration } from './target-group.ts';
import { listenTcp } from './tcp-listener.ts';

export interface LoadBalancers {
  readonly operations: Operations;
  readonly listenerRules: ListenerRules;
  /** The load balancers whose listeners forward to a target group. */
  using(targetGroupArn: string): string[];
  close(): Promise<void>;
}

interface Balancer {
  readonly arn: string;
  readonly type: BalancerType;
  readonly name: string;
  readonly createdAt: number;
}

/** Listeners of each speak one protocol here: HTTP or TCP. */
type BalancerType = 'application' | 'network';

interface Listener {
  readonly arn: string;
  readonly balancerArn: string;
  readonly protocol: string;
  readonly running: RunningListener;
}

/** Load balancers and their listeners; a listener with port 0 gets a free port (ours: AWS has no port 0). */
export function createLoadBalancers(options: {
  readonly account: Account;
  readonly clock: Clock;
  readonly hasGroup: (targetGroupArn: string) => boolean;
  /** Where the healthy targets of a group can be reached at that moment. */
  readonly endpoints: (targetGroupArn: string) => readonly Endpoint[];
}): LoadBalancers {
  const { account, clock, hasGroup, endpoints } = options;
  const balancers = new Map<string, Balancer>();
  const listeners = new Map<string, Listener>();
  const rules = createRules({ hasGroup, hasListener: (listenerArn) => listeners.has(listenerArn) });
  const using = (targetGroupArn: string): string[] => [
    ...new Set(
      rules
        .listenersOf(targetGroupArn)
        .flatMap((listenerArn) => listeners.get(listenerArn)?.balancerArn ?? []),
    ),
  ];
  const balancer = (balancerArn: string): Balancer => {
    const found = balancers.get(balancerArn);
    if (found === undefined)
      throw new AwsError('LoadBalancerNotFoundException', `Load balancer '${balancerArn}' not found`);
    return found;
  };
  const listener = (listenerArn: string): Listener => {
    const found = listeners.get(listenerArn);
    if (found === undefined)
      throw new AwsError('ListenerNotFoundException', 'One or more listeners not found');
    return found;
  };
  const describe = (one: Listener): Document => describeListener(one, rules.defaultOf(one.arn));
  const route = createRouter(rules, endpoints);
  const stop = async (one: Listener): Promise<void> => {
    listeners.delete(one.arn);
    rules.removeAll(one.arn);
    await one.running.close();
  };

  const operations: Operations = {
    ...rules.operations,
    CreateLoadBalancer: (input) => {
      const name = textOf(input, 'Name') ?? '';
      if ([...balancers.values()].some((other) => other.name === name))
        throw new AwsError(
          'DuplicateLoadBalancerNameException',
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      const type = textOf(input, 'Type') ?? 'application';
      if (type !== 'application' && type !== 'network')
        throw invalidConfiguration(`The local Fargate has no load balancers of type ${type}`);
      const kind = type === 'network' ? 'net' : 'app';
      const resource = `loadbalancer/${kind}/${name}/${randomBytes(8).toString('hex')}`;
      const created = {
        arn: arn(account, 'elasticloadbalancing', resource),
        type,
        name,
        createdAt: clock.now(),
      } satisfies Balancer;
      balancers.set(created.arn, created);
      return { LoadBalancers: [describeBalancer(created)] };
    },
    DescribeLoadBalancers: (input) => {
      const arns = textsOf(input, 'LoadBalancerArns');
      const names = textsOf(input, 'Names');
      const found = [...balancers.values()]
        .filter((one) => lets(arns, one.arn))
        .filter((one) => lets(names, one.name));
      if (found.length < Math.max(arns.length, names.length))
        throw new AwsError('LoadBalancerNotFoundException', 'One or more load balancers not found');
      return { LoadBalancers: found.map(describeBalancer) };
    },
    DeleteLoadBalancer: async (input) => {
      const balancerArn = textOf(input, 'LoadBalancerArn') ?? '';
      balancers.delete(balancerArn);
      const its = [...listeners.values()].filter((one) => one.balancerArn === balancerArn);
      await Promise.all(its.map(stop));
      return {};
    },
    CreateListener: async (input) => {
      const { arn: balancerArn, type } = balancer(textOf(input, 'LoadBalancerArn') ?? '');
      const forward = rules.readActions(input, 'DefaultActions');
      const spoken = type === 'network' ? 'TCP' : 'HTTP';
      const protocol = textOf(input, 'Protocol') ?? spoken;
      if (protocol !== spoken)
        throw invalidConfiguration(
          `The local Fargate's ${type} load balancers have listeners for ${spoken}, not ${protocol}`,
        );
      const port = numberOf(input, 'Port') ?? 80;
      const path = balancerArn.slice(balancerArn.indexOf('/') + 1);
      const listenerArn = arn(
        account,
        'elasticloadbalancing',
        `listener/${path}/${randomBytes(8).toString('hex')}`,
      );
      const running = await (type === 'network'
        ? listenTcp(port, () => route(listenerArn, anyRequest))
        : listen(port, ({ url = '/', headers }) => route(listenerArn, { url, headers }))
      ).catch((cause: unknown) => {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
        throw Object.assign(invalidConfiguration(`Nothing can listen on 127.0.0.1:${port} (${code})`), {
          cause,
        });
      });
      const created = { arn: listenerArn, balancerArn, protocol, running };
      listeners.set(created.arn, created);
      rules.addDefault(listenerArn, forward);
      return { Listeners: [describe(created)] };
    },
    DescribeListeners: (input) => {
      const balancerArn = textOf(input, 'LoadBalancerArn');
      const arns = textsOf(input, 'ListenerArns');
      if (balancerArn === undefined && arns.length === 0)
        throw invalidConfiguration('You must specify either listener ARNs or a load balancer ARN');
      if (balancerArn !== undefined) balancer(balancerArn);
      for (const one of arns) listener(one);
      const found = [...listeners.values()]
        .filter((one) => balancerArn === undefined || one.balancerArn === balancerArn)
        .filter((one) => lets(arns, one.arn));
      return { Listeners: found.map(describe) };
    },
    DeleteListener: async (input) => {
      await stop(listener(textOf(input, 'ListenerArn') ?? ''));
      return {};
    },
  };

  return {
    operations,
    listenerRules: rules.listenerRules,
    using,
    close: async () => {
      await Promise.all([...listeners.values()].map(stop));
    },
  };
}

/** A connection has no path and no headers, and a network load balancer's listener only its default rule. */
const anyRequest = { url: '/', headers: {} };

function describeBalancer({ arn: balancerArn, type, name, createdAt }: Balancer): Document {
  return {
    LoadBalancerArn: balancerArn,
    // A real one has a name of its own in AWS's domain; this one can be reached under it.
    DNSName: '127.0.0.1',
    CreatedTime: createdAt / 1000,
    LoadBalancerName: name,
    Scheme: 'internet-facing',
    VpcId: 'vpc-local',
    State: { Code: 'active' },
    Type: type,
    IpAddressType: 'ipv4',
  };
}

function describeListener(
  { arn: listenerArn, balancerArn, protocol, running }: Listener,
  forward: Forward,
): Document {
  return {
    ListenerArn: listenerArn,
    LoadBalancerArn: balancerArn,
    Port: running.port,
    Protocol: protocol,
    DefaultActions: describeForward(forward),
  };
}
