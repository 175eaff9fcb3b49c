import type { ListenerRules } from '../../elb/listener-rules.ts';
import { documentOf, documentsOf, textOf } from '../../server/members.ts';
import type { Deployment } from '../model/deployment.ts';
import type { ServiceDeployment } from '../model/service.ts';
import { restOf, type Weights } from '../model/stages.ts';

/** A load balancer of a service revision whose traffic ECS shifts. */
interface Shifted {
  readonly groups: readonly [configured: string, alternate: string];
  /** The group of the new revision. */
  readonly targetGroupArn: string;
  readonly productionRule: string;
  readonly testRule: string | undefined;
}

/** Sets the weights of the rules, so that the new revision gets its shares and the live one the rest. */
export function shift(rules: ListenerRules, flight: ServiceDeployment, { test, production }: Weights): void {
  for (const { groups, targetGroupArn, productionRule, testRule } of shiftedBy(flight.target)) {
    const forward = (ruleArn: string, percent: number): void => {
      const shares = groups.map((group): [string, number] => [
        group,
        group === targetGroupArn ? percent : restOf(percent),
      ]);
      rules.forward(ruleArn, new Map(ruleWeights(shares)));
    };
    forward(productionRule, production);
    if (testRule !== undefined) forward(testRule, test);
  }
}

/** Weights of a rule are whole numbers up to 999: fractions of a percent count in tenths (our choice). */
function ruleWeights(shares: readonly [string, number][]): [string, number][] {
  const factor = shares.every(([, percent]) => Number.isInteger(percent)) ? 1 : 10;
  return shares.map(([group, percent]) => [group, Math.min(999, Math.round(percent * factor))]);
}

/** Why ECS can't shift the traffic; undefined where it can. The texts are documented or observed. */
export function networkFault(rules: ListenerRules, { target, live }: ServiceDeployment): string | undefined {
  for (const { groups, targetGroupArn, productionRule, testRule } of shiftedBy(target)) {
    const production = rules.weightsOf(productionRule);
    const test = testRule === undefined ? new Map<string, number>() : rules.weightsOf(testRule);
    if (production === undefined || test === undefined) return 'One or more rules not found';
    const serving = [...production].flatMap(([group, weight]) => (weight > 0 ? [group] : []));
    const unexpected = serving.find((group) => !groups.includes(group));
    if (unexpected !== undefined) {
      return `Production listener rule is forwarding traffic to unexpected target group ${unexpected}.`;
    }
    if (serving.length > 1 && live !== undefined) {
      return `productionListenerRule ${productionRule} should have exactly one target group serving traffic but found ${serving.length} target groups which are serving traffic`;
    }
    if (!production.has(targetGroupArn) && !test.has(targetGroupArn)) {
      return `Target group ${targetGroupArn} is not associated with either productionListenerRule or testListenerRule.`;
    }
  }
  return undefined;
}

function shiftedBy({ revision }: Deployment): readonly Shifted[] {
  return documentsOf(revision.settings, 'loadBalancers').flatMap((balancer) => {
    const advanced = documentOf(balancer, 'advancedConfiguration');
    const configured = textOf(balancer, 'targetGroupArn');
    const alternate = textOf(advanced, 'alternateTargetGroupArn');
    const productionRule = textOf(advanced, 'productionListenerRule');
    if (configured === undefined || alternate === undefined || productionRule === undefined) return [];
    return [
      {
        groups: [configured, alternate] as const,
        targetGroupArn: revision.liveGroups.get(configured) ?? configured,
        productionRule,
        testRule: textOf(advanced, 'testListenerRule'),
      },
    ];
  });
}
