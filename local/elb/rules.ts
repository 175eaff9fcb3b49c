import { documentsOf, lets, numberOf, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { type Forward, readForward } from './forward.ts';
import type { ListenerRules } from './listener-rules.ts';
import { describeRule, newRuleArn, type Rule } from './rule.ts';
import { type Condition, meets, type RequestHead, readCondition } from './rule-condition.ts';
import { invalidConfiguration } from './target-group.ts';
import { targetGroupNotFound } from './target-group-operations.ts';

/** The rules of all listeners; every listener has a default rule, which has an ARN of its own. */
export interface Rules {
  readonly operations: Operations;
  readonly listenerRules: ListenerRules;
  /** Adds the default rule of a new listener. */
  addDefault(listenerArn: string, forward: Forward): void;
  /** @throws AwsError when the actions name a target group that doesn't exist */
  readActions(input: Document, member: string): Forward;
  defaultOf(listenerArn: string): Forward;
  /** The rule that a request meets first. */
  ruleFor(listenerArn: string, request: RequestHead): Rule | undefined;
  /** The listeners that forward to a target group, by any weight. */
  listenersOf(targetGroupArn: string): readonly string[];
  removeAll(listenerArn: string): void;
}

export function createRules(options: {
  readonly hasGroup: (targetGroupArn: string) => boolean;
  readonly hasListener: (listenerArn: string) => boolean;
}): Rules {
  const rules = new Map<string, Rule>();
  const of = (listenerArn: string): Rule[] =>
    [...rules.values()]
      .filter((rule) => rule.listenerArn === listenerArn)
      .toSorted((one, other) => one.priority - other.priority);
  const find = (ruleArn: string): Rule => {
    const found = rules.get(ruleArn);
    if (found === undefined) throw new AwsError('RuleNotFoundException', 'One or more rules not found');
    return found;
  };
  const shifted = (ruleOrListenerArn: string): Rule | undefined =>
    rules.get(ruleOrListenerArn) ?? of(ruleOrListenerArn).at(-1);
  const readActions = (input: Document, member: string): Forward => {
    const forward = readForward(documentsOf(input, member));
    if (!forward.every(({ targetGroupArn }) => options.hasGroup(targetGroupArn))) throw targetGroupNotFound();
    return forward;
  };
  const readConditions = (input: Document): readonly Condition[] => {
    const conditions = documentsOf(input, 'Conditions').map(readCondition);
    if (conditions.length === 0) throw invalidConfiguration('A condition must be specified');
    return conditions;
  };

  const operations: Operations = {
    CreateRule: (input) => {
      const listenerArn = textOf(input, 'ListenerArn') ?? '';
      if (!options.hasListener(listenerArn))
        throw new AwsError('ListenerNotFoundException', 'One or more listeners not found');
      const priority = numberOf(input, 'Priority') ?? 0;
      if (!Number.isInteger(priority) || priority < 1 || priority > 50_000)
        throw invalidConfiguration(`Priority '${priority}' must be between '1' and '50000' inclusive`);
      if (of(listenerArn).some((rule) => rule.priority === priority))
        throw new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
      const rule = {
        arn: newRuleArn(listenerArn),
        listenerArn,
        priority,
        conditions: readConditions(input),
        forward: readActions(input, 'Actions'),
      };
      rules.set(rule.arn, rule);
      return { Rules: [describeRule(rule)] };
    },
    DescribeRules: (input) => {
      const arns = textsOf(input, 'RuleArns');
      for (const one of arns) find(one);
      const listenerArn = textOf(input, 'ListenerArn');
      if (arns.length === 0 && listenerArn === undefined)
        throw invalidConfiguration('You must specify either listener rule ARNs or a listener ARN');
      if (listenerArn !== undefined && !options.hasListener(listenerArn))
        throw new AwsError('ListenerNotFoundException', 'One or more listeners not found');
      const asked = listenerArn === undefined ? [...rules.values()] : of(listenerArn);
      return { Rules: asked.filter((rule) => lets(arns, rule.arn)).map(describeRule) };
    },
    ModifyRule: (input) => {
      const before = find(textOf(input, 'RuleArn') ?? '');
      const changed = {
        ...before,
        ...(documentsOf(input, 'Conditions').length > 0 && { conditions: readConditions(input) }),
        ...(documentsOf(input, 'Actions').length > 0 && { forward: readActions(input, 'Actions') }),
      };
      rules.set(changed.arn, changed);
      return { Rules: [describeRule(changed)] };
    },
    DeleteRule: (input) => {
      const { arn, priority } = find(textOf(input, 'RuleArn') ?? '');
      if (!Number.isFinite(priority))
        throw new AwsError('OperationNotPermittedException', `Default rule '${arn}' cannot be deleted`);
      rules.delete(arn);
      return {};
    },
  };

  return {
    operations,
    readActions,
    listenerRules: {
      weightsOf: (ruleArn) => {
        const rule = shifted(ruleArn);
        return rule && new Map(rule.forward.map(({ targetGroupArn, weight }) => [targetGroupArn, weight]));
      },
      forward: (ruleArn, weights) => {
        const forward = [...weights].map(([targetGroupArn, weight]) => ({ targetGroupArn, weight }));
        const rule = shifted(ruleArn) ?? find(ruleArn);
        rules.set(rule.arn, { ...rule, forward });
      },
    },
    addDefault: (listenerArn, forward) => {
      const arn = newRuleArn(listenerArn);
      rules.set(arn, { arn, listenerArn, priority: Number.POSITIVE_INFINITY, conditions: [], forward });
    },
    defaultOf: (listenerArn) => of(listenerArn).at(-1)?.forward ?? [],
    ruleFor: (listenerArn, request) =>
      of(listenerArn).find(({ conditions }) => conditions.every((condition) => meets(request, condition))),
    listenersOf: (targetGroupArn) =>
      [...rules.values()]
        .filter(({ forward }) => forward.some((group) => group.targetGroupArn === targetGroupArn))
        .map(({ listenerArn }) => listenerArn),
    removeAll: (listenerArn) => {
      for (const { arn } of of(listenerArn)) rules.delete(arn);
    },
  };
}
