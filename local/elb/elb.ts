import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Operations } from '../server/operation.ts';
import type { ListenerRules } from './listener-rules.ts';
import { createLoadBalancers } from './load-balancers.ts';
import type { TargetGroup } from './target-group.ts';
import { targetGroupOperations } from './target-group-operations.ts';
import type { TargetGroups } from './target-groups.ts';
import { createTargets } from './targets.ts';

export interface Elb {
  readonly operations: Operations;
  readonly targetGroups: TargetGroups;
  readonly listenerRules: ListenerRules;
  /** Stops health checks and listeners. */
  close(): Promise<void>;
}

/**
 * Elastic Load Balancing as a Fargate service needs it: target groups of IP addresses with health checks, and
 * application load balancers whose listeners really listen on 127.0.0.1. Targets are checked even if no
 * listener uses their group (AWS shows them as `unused` then), so that simulated tasks need no load balancer.
 */
export function createElb({ account, clock }: { account: Account; clock: Clock }): Elb {
  const groups = new Map<string, TargetGroup>();
  const targets = createTargets({ clock, group: (targetGroupArn) => groups.get(targetGroupArn) });
  const balancers = createLoadBalancers({
    account,
    clock,
    hasGroup: (targetGroupArn) => groups.has(targetGroupArn),
    endpoints: (targetGroupArn) =>
      targets
        .of(targetGroupArn)
        .filter(({ health }) => health.state === 'healthy' || health.state === 'unavailable')
        .flatMap(({ target }) => target.address.reach(target.containerPort) ?? []),
  });
  return {
    operations: {
      ...targetGroupOperations({
        account,
        groups,
        targets,
        balancersOf: (targetGroupArn) => balancers.using(targetGroupArn),
      }),
      ...balancers.operations,
    },
    targetGroups: { ...targets, has: (targetGroupArn) => groups.has(targetGroupArn) },
    listenerRules: balancers.listenerRules,
    close: async () => {
      targets.close();
      await balancers.close();
    },
  };
}
