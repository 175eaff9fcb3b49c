/** What ECS asks of listener rules to shift traffic; `local/elb` implements it. */
export interface ListenerRules {
  /** The weights of the rule by target group; undefined when the rule doesn't exist. */
  weightsOf(ruleArn: string): ReadonlyMap<string, number> | undefined;
  /** Replaces the groups of the rule and their weights; the next request follows them. */
  forward(ruleArn: string, weights: ReadonlyMap<string, number>): void;
}
