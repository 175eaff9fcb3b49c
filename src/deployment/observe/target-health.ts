import type { TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../aws/clients.ts';
import { optionsOf } from '../../aws/document.ts';
import { wordsOf } from '../../aws/errors.ts';
import type { TargetGroups } from '../../service/target-groups.ts';

/** What the load balancers say of the targets; the client is loaded at the first question. */
export interface TargetHealthReader {
  /**
   * The private addresses that are healthy for every load balancer, in one of its groups; undefined without target
   * groups, and where the load balancer does not (or may not) answer.
   */
  healthyAddresses(targetGroups: TargetGroups): Promise<ReadonlySet<string> | undefined>;
  /** The targets of a group with how it checks them, as far as they are told. */
  describe(targetGroupArn: string): Promise<TargetGroupState>;
  /** The same questions; here they end when the signal is aborted. */
  until(signal: AbortSignal): TargetHealthReader;
}

export function createTargetHealthReader(aws: Pick<Aws, 'elb'>): TargetHealthReader {
  let client: ReturnType<Aws['elb']> | undefined;

  const readTargets = async (
    TargetGroupArn: string,
    signal: AbortSignal | undefined,
  ): Promise<TargetGroupState['targets']> => {
    try {
      const { DescribeTargetHealthCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      client ??= aws.elb();
      const command = new DescribeTargetHealthCommand({ TargetGroupArn });
      const reply = await (await client).send(command, optionsOf(signal));
      return reply.TargetHealthDescriptions ?? [];
    } catch (error) {
      return { unknown: wordsOf(error) };
    }
  };

  const readGroup = async (
    arn: string,
    signal: AbortSignal | undefined,
  ): Promise<TargetGroup | undefined> => {
    try {
      const { DescribeTargetGroupsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      client ??= aws.elb();
      const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
      const reply = await (await client).send(command, optionsOf(signal));
      return reply.TargetGroups?.[0];
    } catch {
      // It only makes the explanation better, and most roles may not ask.
      return undefined;
    }
  };

  const readsUntil = (signal: AbortSignal | undefined): TargetHealthReader => ({
    describe: async (arn) => {
      const [group, targets] = await Promise.all([readGroup(arn, signal), readTargets(arn, signal)]);
      return { name: arn.split(':').at(-1)?.split('/')[1] ?? arn, group, targets };
    },
    healthyAddresses: async (targetGroups) => {
      if (targetGroups.length === 0) return undefined;
      const addresses = await Promise.all(
        targetGroups.map(async (groups) => {
          const targets = await Promise.all(groups.map((arn) => readTargets(arn, signal)));
          const healthy = targets.map((group) => ('unknown' in group ? undefined : healthyOf(group)));
          return healthy.includes(undefined) ? undefined : new Set(healthy.flatMap((ids) => ids ?? []));
        }),
      );
      const [first, ...others] = addresses;
      if (first === undefined || others.includes(undefined)) return undefined;
      return new Set([...first].filter((address) => others.every((other) => other?.has(address))));
    },
    until: readsUntil,
  });
  return readsUntil(undefined);
}

function healthyOf(targets: readonly TargetHealthDescription[]): readonly string[] {
  return targets.flatMap(({ Target, TargetHealth }) =>
    TargetHealth?.State === 'healthy' ? (Target?.Id ?? []) : [],
  );
}

/** What is known of one target group when its targets failed. */
export interface TargetGroupState {
  readonly name: string;
  /** How it checks; undefined where it may not be read (elasticloadbalancing:DescribeTargetGroups). */
  readonly group: TargetGroup | undefined;
  readonly targets: readonly TargetHealthDescription[] | { readonly unknown: string };
}
