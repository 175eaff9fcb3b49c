import type { ServiceRevision, ServiceRevisionLoadBalancer } from '@aws-sdk/client-ecs';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Calling, call } from '../aws/call.ts';
import type { Aws } from '../aws/clients.ts';
import { optionsOf } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';

/** How much production traffic a service revision gets. */
export type ProductionTraffic =
  /** ECS shifts none of it by a load balancer: a rolling update, or a service without one. */
  | { readonly kind: 'unmanaged' }
  /** The least share over all load balancers, in percent. */
  | { readonly kind: 'known'; readonly percent: number }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Reads the weights of the production rules (or, for a network load balancer, of the production listener) and finds the
 * share of the target group that the revision uses. Both are in its `resolvedConfiguration` (documented); the groups
 * that the service names swap with every success (observed). Never throws.
 */
export async function readProductionTraffic(
  context: { readonly elb: Aws['elb']; readonly calling: Calling },
  { resolvedConfiguration }: Pick<ServiceRevision, 'resolvedConfiguration'>,
): Promise<ProductionTraffic> {
  const balancers = (resolvedConfiguration?.loadBalancers ?? []).filter(
    ({ productionListenerRule }) => productionListenerRule !== undefined,
  );
  if (balancers.length === 0) return { kind: 'unmanaged' };
  try {
    const shares = await Promise.all(balancers.map((balancer) => readShare(context, balancer)));
    return shares.includes(undefined)
      ? { kind: 'unknown', why: 'a production rule forwards to no target group' }
      : { kind: 'known', percent: Math.min(...shares.flatMap((share) => share ?? [])) };
  } catch (error) {
    const why =
      kindOf(error) === 'denied'
        ? 'elasticloadbalancing:DescribeRules or DescribeListeners is not permitted'
        : wordsOf(error);
    return { kind: 'unknown', why };
  }
}

/** @throws what the load balancer answers when it refuses */
async function readShare(
  { elb, calling }: { readonly elb: Aws['elb']; readonly calling: Calling },
  { productionListenerRule: arn = '', targetGroupArn }: ServiceRevisionLoadBalancer,
): Promise<number | undefined> {
  const client = await elb();
  // An ARN of a rule for an application load balancer, of a listener for a network load balancer (documented).
  if (arn.includes(':listener-rule/')) {
    const { DescribeRulesCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const { Rules } = await call(calling, 'elasticloadbalancing:DescribeRules', (over) =>
      client.send(new DescribeRulesCommand({ RuleArns: [arn] }), optionsOf(over)),
    );
    return shareOf(Rules?.[0]?.Actions, targetGroupArn);
  }
  const { DescribeListenersCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const { Listeners } = await call(calling, 'elasticloadbalancing:DescribeListeners', (over) =>
    client.send(new DescribeListenersCommand({ ListenerArns: [arn] }), optionsOf(over)),
  );
  return shareOf(Listeners?.[0]?.DefaultActions, targetGroupArn);
}

/** The share of a target group in what a rule forwards, in percent; undefined for a rule that forwards nothing. Pure. */
export function shareOf(
  actions: readonly Action[] | undefined,
  targetGroupArn: string | undefined,
): number | undefined {
  const forward = actions?.find(({ Type }) => Type === 'forward');
  const groups =
    forward?.ForwardConfig?.TargetGroups ??
    (forward?.TargetGroupArn === undefined ? [] : [{ TargetGroupArn: forward.TargetGroupArn, Weight: 1 }]);
  // A weight that is left out is 1 (documented).
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  if (total === 0) return undefined;
  const own = groups.filter((group) => group.TargetGroupArn === targetGroupArn);
  return (own.reduce((sum, { Weight = 1 }) => sum + Weight, 0) / total) * 100;
}
