import type { LoadBalancer, ServiceRevision } from '@aws-sdk/client-ecs';

/**
 * The target groups that the tasks of a revision may be in, one list per load balancer: one group, or both of a pair
 * between which ECS shifts traffic. The two swap with every successful deployment (observed).
 */
export type TargetGroups = readonly (readonly string[])[];

/** The groups that a service names; which one of a pair a revision uses is not in there. */
export function configuredGroups(loadBalancers: readonly LoadBalancer[] | undefined): TargetGroups {
  return (loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => {
    const alternate = advancedConfiguration?.alternateTargetGroupArn;
    if (targetGroupArn === undefined) return [];
    return [alternate === undefined ? [targetGroupArn] : [targetGroupArn, alternate]];
  });
}

/** The groups that a revision really uses, by its `resolvedConfiguration` (documented); a pair stays where it says nothing. */
export function groupsOfRevision(
  configured: TargetGroups,
  revision: Pick<ServiceRevision, 'resolvedConfiguration'> | undefined,
): TargetGroups {
  const balancers = revision?.resolvedConfiguration?.loadBalancers ?? [];
  const used = new Set(balancers.map(({ targetGroupArn }) => targetGroupArn));
  return configured.map((pair) => {
    const own = pair.filter((group) => used.has(group));
    return own.length === 1 ? own : pair;
  });
}

/** Whether only the revision tells which group of a pair is its own. */
export function isAmbiguous(groups: TargetGroups): boolean {
  return groups.some(({ length }) => length > 1);
}
