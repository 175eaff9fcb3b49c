import type { CallRecord } from '../local/server/calls.ts';
import { type Bucket, bucketOf } from '../local/server/rates.ts';
import type { Measured } from './stage.ts';

/** How often each operation was called, most called first. */
export function countByOperation(calls: readonly CallRecord[]): ReadonlyMap<string, number> {
  const groups = [...Map.groupBy(calls, ({ operation }) => operation)];
  return new Map(
    groups
      .map(([operation, group]) => [operation, group.length] as const)
      .toSorted(([, one], [, other]) => other - one),
  );
}

/** Reads in a second for each service, from the first UpdateService to the end of the step. */
export function readsPerSecond({ calls, endedAt }: Measured): number {
  const updates = calls.filter(({ operation }) => operation === 'UpdateService');
  const from = updates[0]?.at ?? endedAt;
  const reads = calls.filter(
    ({ at, operation }) => at > from && /^(Describe|List|Get|BatchGet)/.test(operation),
  );
  return reads.length / ((endedAt - from) / 1000) / updates.length;
}

/** What was taken of one of ECS's published API rates. */
export interface BucketUse {
  readonly bucket: Bucket;
  readonly count: number;
  readonly perSecond: number;
  /** The most calls that came within one second. */
  readonly mostInASecond: number;
  readonly throttled: number;
}

export function bucketUses({ calls, startedAt, endedAt }: Measured): readonly BucketUse[] {
  const groups = Map.groupBy(calls, ({ service, operation }) =>
    service === 'ecs' ? bucketOf(operation) : undefined,
  );
  return [...groups].flatMap(([bucket, group]) => {
    if (bucket === undefined) return [];
    return {
      bucket,
      count: group.length,
      perSecond: group.length / ((endedAt - startedAt) / 1000),
      mostInASecond: mostWithin(1000, group),
      throttled: group.filter(({ error }) => error?.code === 'ThrottlingException').length,
    };
  });
}

function mostWithin(milliseconds: number, calls: readonly CallRecord[]): number {
  return Math.max(
    ...calls.map(({ at: from }) => calls.filter(({ at }) => at >= from && at < from + milliseconds).length),
  );
}
