import type { Clock } from '../base/clock.ts';

/** Says of each call whether the API's published rates still allow it. */
export type Rates = (operation: string) => boolean;

export const unlimited: Rates = () => true;

/**
 * ECS's documented API rates (token buckets for an account and region) by the given clock. Operations without a
 * published rate, among them StopServiceDeployment, are not limited.
 */
export function publishedRates(clock: Clock): Rates {
  const levels = new Map<Bucket, { tokens: number; at: number }>();
  return (operation) => {
    const bucket = bucketOf(operation);
    if (bucket === undefined) return true;
    const now = clock.now();
    const level = levels.get(bucket) ?? { tokens: bucket.burst, at: now };
    const refilled = level.tokens + ((now - level.at) / 1000) * bucket.perSecond;
    const tokens = Math.min(bucket.burst, refilled);
    const isAllowed = tokens >= 1;
    levels.set(bucket, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    return isAllowed;
  };
}

/** The published rate that an operation draws on; undefined where ECS publishes none. */
export function bucketOf(operation: string): Bucket | undefined {
  return buckets.find(({ operations }) => operations.test(operation));
}

export interface Bucket {
  readonly name: string;
  readonly operations: RegExp;
  readonly burst: number;
  readonly perSecond: number;
}

const buckets: readonly Bucket[] = [
  { name: 'service changes', operations: /^(Create|Update|Delete)Service$/, burst: 50, perSecond: 5 },
  { name: 'service reads', operations: /^(DescribeServices|ListServices)$/, burst: 100, perSecond: 20 },
  {
    name: 'service deployment reads',
    operations: /^(List|Describe)ServiceDeployments$/,
    burst: 50,
    perSecond: 20,
  },
  { name: 'service revision reads', operations: /^DescribeServiceRevisions$/, burst: 50, perSecond: 20 },
  {
    name: 'task definition changes',
    operations: /^(Register|Deregister)TaskDefinition$/,
    burst: 20,
    perSecond: 1,
  },
  {
    name: 'task definition reads',
    operations: /^(DescribeTaskDefinition|ListTaskDefinition(s|Families))$/,
    burst: 50,
    perSecond: 20,
  },
  { name: 'task definition deletions', operations: /^DeleteTaskDefinitions$/, burst: 5, perSecond: 1 },
  { name: 'task changes', operations: /^(RunTask|StopTask|ExecuteCommand)$/, burst: 100, perSecond: 40 },
  { name: 'task reads', operations: /^(DescribeTasks|ListTasks)$/, burst: 100, perSecond: 20 },
  { name: 'cluster reads', operations: /^(DescribeClusters|ListClusters)$/, burst: 50, perSecond: 20 },
  {
    name: 'cluster changes',
    operations: /^(CreateCluster|DeleteCluster|UpdateCluster)$/,
    burst: 20,
    perSecond: 1,
  },
  { name: 'tag changes', operations: /^(TagResource|UntagResource)$/, burst: 20, perSecond: 10 },
  { name: 'tag reads', operations: /^ListTagsForResource$/, burst: 50, perSecond: 20 },
];
