/**
 * What ECS asks of listener rules to shift traffic; `local/elb` implements it. The listener of a Network Load Balancer,
 * which has no rules of its own, is named by its own ARN (documented).
 */
export interface ListenerRules {
  /** The weights of the rule by target group; undefined when the rule doesn't exist. */
  weightsOf(ruleArn: string): ReadonlyMap<string, number> | undefined;
  /** Replaces the groups of the rule and their weights; the next request follows them. */
  forward(ruleArn: string, weights: ReadonlyMap<string, number>): void;
}
