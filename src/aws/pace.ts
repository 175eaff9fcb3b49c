import type { Clock } from '../process/clock.ts';

/**
 * Keeps a run below the rates that ECS publishes for an account and region, so that fifty services in one step are not
 * throttled (and do not throttle others more than they must): four fifths of each bucket's burst and rate.
 *
 * @returns waits until a call of that operation may be sent; operations of no known bucket pass at once
 */
export function createPace(clock: Pick<Clock, 'now' | 'sleep'>): (operation: string) => Promise<void> {
  const levels = new Map<Bucket, { tokens: number; at: number }>();

  return async (operation) => {
    const bucket = buckets.find(({ operations }) => operations.test(operation));
    if (bucket === undefined) return;
    const burst = bucket.burst * share;
    const perSecond = bucket.perSecond * share;
    const { tokens, at } = levels.get(bucket) ?? { tokens: burst, at: clock.now() };
    const refilled = Math.min(burst, tokens + ((clock.now() - at) / 1000) * perSecond) - 1;
    // Below zero is a place in the queue: the call waits until its own token has come.
    levels.set(bucket, { tokens: refilled, at: clock.now() });
    if (refilled < 0) await clock.sleep((-refilled / perSecond) * 1000);
  };
}

const share = 0.8;

interface Bucket {
  readonly operations: RegExp;
  readonly burst: number;
  readonly perSecond: number;
}

/** As published for Amazon ECS (request throttling, and Fargate's service quotas for task definitions). */
const buckets: readonly Bucket[] = [
  { operations: /^(List|Describe)ServiceDeployments$/, burst: 50, perSecond: 20 },
  { operations: /^DescribeServiceRevisions$/, burst: 50, perSecond: 20 },
  { operations: /^(Describe|List)Services$/, burst: 100, perSecond: 20 },
  { operations: /^(Describe|List)Tasks$/, burst: 100, perSecond: 20 },
  { operations: /^(Create|Update|Delete)Service$/, burst: 50, perSecond: 5 },
  { operations: /^DescribeTaskDefinition$/, burst: 50, perSecond: 20 },
  { operations: /^(R|Der)egisterTaskDefinition$/, burst: 20, perSecond: 1 },
];
