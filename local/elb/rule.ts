import { randomBytes } from 'node:crypto';
import type { Document } from '../server/operation.ts';
import { describeForward, type Forward } from './forward.ts';
import { type Condition, describeCondition } from './rule-condition.ts';

export interface Rule {
  readonly arn: string;
  readonly listenerArn: string;
  /** Infinity for the default rule, which comes last. */
  readonly priority: number;
  readonly conditions: readonly Condition[];
  readonly forward: Forward;
}

export function newRuleArn(listenerArn: string): string {
  return `${listenerArn.replace(':listener/', ':listener-rule/')}/${randomBytes(8).toString('hex')}`;
}

export function describeRule({ arn, priority, conditions, forward }: Rule): Document {
  const isDefault = !Number.isFinite(priority);
  return {
    RuleArn: arn,
    Priority: isDefault ? 'default' : String(priority),
    Conditions: conditions.map(describeCondition),
    Actions: describeForward(forward),
    IsDefault: isDefault,
  };
}
