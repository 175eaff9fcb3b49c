import { DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { askWithRetries, type CheckContext } from './ask.ts';
import { type Answer, ok } from './check.ts';

/**
 * Whether a capacity provider belongs to the cluster; Fargate's two have to be associated with it too (documented). ECS
 * refuses another one when the service is updated.
 */
export async function checkCapacityProvider(
  context: CheckContext,
  cluster: string,
  provider: string,
): Promise<Answer> {
  const { clusters = [] } = await askWithRetries(context, 'ecs:DescribeClusters', (abortSignal) =>
    context.aws.ecs.send(new DescribeClustersCommand({ clusters: [cluster] }), { abortSignal }),
  );
  const own = clusters[0]?.capacityProviders;
  if (own === undefined) return { state: 'unknown', detail: 'ECS does not tell those of the cluster.' };
  if (own.includes(provider)) return ok;
  const others = own.length === 0 ? 'none' : own.join(', ');
  return {
    state: 'wrong',
    detail: `The cluster has ${others}: associate it (aws ecs put-cluster-capacity-providers), or name another one.`,
  };
}
