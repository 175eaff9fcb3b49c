import {
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws/clients.ts';
import { wordsOf } from '../aws/errors.ts';

/** What the load balancers say of the targets; the client is loaded at the first question. */
export interface TargetHealthReader {
  /**
   * The private addresses that are healthy in every one of the target groups; undefined without target groups, and
   * where the load balancer does not (or may not) answer.
   */
  healthyAddresses(targetGroupArns: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  /** The targets of a group, or why they can't be told. */
  describe(
    targetGroupArn: string,
  ): Promise<readonly TargetHealthDescription[] | { readonly unknown: string }>;
}

export function createTargetHealthReader(aws: Pick<Aws, 'elb'>): TargetHealthReader {
  let client: ReturnType<Aws['elb']> | undefined;

  const describe: TargetHealthReader['describe'] = async (TargetGroupArn) => {
    try {
      client ??= aws.elb();
      const reply = await (await client).send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return reply.TargetHealthDescriptions ?? [];
    } catch (error) {
      return { unknown: wordsOf(error) };
    }
  };

  return {
    describe,
    healthyAddresses: async (targetGroupArns) => {
      if (targetGroupArns.length === 0) return undefined;
      const groups = await Promise.all(targetGroupArns.map(describe));
      const addresses = groups.map((group) =>
        'unknown' in group
          ? undefined
          : new Set(
              group.flatMap(({ Target, TargetHealth }) =>
                TargetHealth?.State === 'healthy' ? (Target?.Id ?? []) : [],
              ),
            ),
      );
      const [first, ...others] = addresses;
      if (first === undefined || others.includes(undefined)) return undefined;
      return new Set([...first].filter((address) => others.every((other) => other?.has(address))));
    },
  };
}
