import { documentOf, documentsOf, numberOf, textOf } from '../server/members.ts';
import type { Document } from '../server/operation.ts';
import { invalidConfiguration } from './target-group.ts';

/** The target groups that a rule forwards to, with their weights. */
export type Forward = readonly WeightedGroup[];

interface WeightedGroup {
  readonly targetGroupArn: string;
  /** 0 to 999; a group gets its share of the sum (documented). */
  readonly weight: number;
}

const mostGroups = 5;
const mostWeight = 999;

/**
 * Reads the actions of a rule or listener: one action that forwards to one group or to several by weight.
 *
 * @throws AwsError for any other action, and beyond AWS's documented limits
 */
export function readForward(actions: readonly Document[]): Forward {
  const [action, ...others] = actions;
  if (action?.Type !== 'forward' || others.length > 0)
    throw invalidConfiguration('The local Fargate supports rules with one action, of the type forward');
  const single = textOf(action, 'TargetGroupArn');
  const configured = documentsOf(documentOf(action, 'ForwardConfig'), 'TargetGroups');
  const groups =
    configured.length === 0 && single !== undefined
      ? [{ targetGroupArn: single, weight: 1 }]
      : configured.map((group) => ({
          targetGroupArn: textOf(group, 'TargetGroupArn') ?? '',
          weight: numberOf(group, 'Weight') ?? 1,
        }));
  if (groups.length === 0) throw invalidConfiguration('A forward action must specify a target group');
  if (groups.length > mostGroups)
    throw invalidConfiguration(`A rule can have at most ${mostGroups} target groups`);
  for (const { weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > mostWeight)
      throw invalidConfiguration(`Weight '${weight}' must be between '0' and '${mostWeight}' inclusive`);
  }
  return groups;
}

/** The actions as DescribeRules and DescribeListeners show them: the group itself only where it is the only one. */
export function describeForward(forward: Forward): Document[] {
  const [first, ...others] = forward;
  return [
    {
      Type: 'forward',
      Order: 1,
      TargetGroupArn: others.length === 0 ? first?.targetGroupArn : undefined,
      ForwardConfig: {
        TargetGroups: forward.map(({ targetGroupArn, weight }) => ({
          TargetGroupArn: targetGroupArn,
          Weight: weight,
        })),
        TargetGroupStickinessConfig: { Enabled: false },
      },
    },
  ];
}
