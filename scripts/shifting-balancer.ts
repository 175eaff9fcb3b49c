import type { LoadBalancer } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** A load balancer between whose two target groups ECS shifts traffic. */
export interface ShiftingBalancer {
  /** As CreateService takes it, without the container. */
  readonly loadBalancer: LoadBalancer;
  /** Where production traffic comes in. */
  readonly url: string;
  /** Where test traffic comes in. */
  readonly testUrl: string;
}

/**
 * Puts a load balancer before two target groups, with a listener for production traffic and one for test traffic; the
 * default rules of both are the ones that ECS changes.
 */
export async function createShiftingBalancer(
  elb: ElasticLoadBalancingV2Client,
  groups: { readonly blue: string | undefined; readonly green: string | undefined },
): Promise<ShiftingBalancer> {
  const { blue, green } = groups;
  const Subnets = ['subnet-1', 'subnet-2'];
  const balancers = await elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets }));
  const LoadBalancerArn = balancers.LoadBalancers?.[0]?.LoadBalancerArn;
  const listener = async () => {
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: 1 },
      { TargetGroupArn: green, Weight: 0 },
    ];
    const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
    const made = await elb.send(
      // Port 0 is ours: any free port of this machine.
      new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 0, DefaultActions }),
    );
    const { ListenerArn, Port } = made.Listeners?.[0] ?? {};
    const rules = await elb.send(new DescribeRulesCommand({ ListenerArn }));
    return { rule: rules.Rules?.[0]?.RuleArn, url: `http://127.0.0.1:${Port}` };
  };
  const production = await listener();
  const test = await listener();
  return {
    loadBalancer: {
      targetGroupArn: blue,
      advancedConfiguration: {
        alternateTargetGroupArn: green,
        productionListenerRule: production.rule,
        testListenerRule: test.rule,
        roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
      },
    },
    url: production.url,
    testUrl: test.url,
  };
}
