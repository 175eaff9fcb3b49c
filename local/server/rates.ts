import type { Clock } from '../clock.ts';

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
    const bucket = buckets.find(({ operations }) => operations.test(operation));
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

interface Bucket {
  readonly operations: RegExp;
  readonly burst: number;
  readonly perSecond: number;
}

const buckets: readonly Bucket[] = [
  { operations: /^(Create|Update|Delete)Service$/, burst: 50, perSecond: 5 },
  { operations: /^(DescribeServices|ListServices)$/, burst: 100, perSecond: 20 },
  { operations: /^(List|Describe)ServiceDeployments$/, burst: 50, perSecond: 20 },
  { operations: /^DescribeServiceRevisions$/, burst: 50, perSecond: 20 },
  { operations: /^(Register|Deregister)TaskDefinition$/, burst: 20, perSecond: 1 },
  { operations: /^(DescribeTaskDefinition|ListTaskDefinition(s|Families))$/, burst: 50, perSecond: 20 },
  { operations: /^DeleteTaskDefinitions$/, burst: 5, perSecond: 1 },
  { operations: /^(RunTask|StopTask|ExecuteCommand)$/, burst: 100, perSecond: 40 },
  { operations: /^(DescribeTasks|ListTasks)$/, burst: 100, perSecond: 20 },
  { operations: /^(DescribeClusters|ListClusters)$/, burst: 50, perSecond: 20 },
  { operations: /^(CreateCluster|DeleteCluster|UpdateCluster)$/, burst: 20, perSecond: 1 },
  { operations: /^(TagResource|UntagResource)$/, burst: 20, perSecond: 10 },
  { operations: /^ListTagsForResource$/, burst: 50, perSecond: 20 },
];
