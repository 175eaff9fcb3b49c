import type { Aws } from '../../aws/clients.ts';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { TargetHealthReader } from '../observe/target-health.ts';
import { readFailedLog } from './container-log.ts';
import { type Evidence, mostTelling } from './diagnose.ts';

/**
 * Reads what explains a failed rollout. What can't be read becomes a note and is never fatal.
 *
 * @param taskDefinition the document that the rollout runs; it names the log group
 */
export async function gatherEvidence({
  aws,
  targetHealth,
  over,
  since,
  snapshot,
  taskDefinition,
}: {
  readonly aws: Pick<Aws, 'logs'>;
  readonly targetHealth: TargetHealthReader;
  /** Aborts the reads that are still open. */
  readonly over: AbortSignal;
  /** When ECS created the deployment. */
  readonly since: Date | undefined;
  readonly snapshot: Snapshot;
  readonly taskDefinition: TaskDefinitionDocument;
}): Promise<Evidence> {
  const failed = mostTelling(snapshot.tasks);
  const [groups, logs] = await Promise.all([
    Promise.all(snapshot.targetGroups.flat().map((arn) => targetHealth.describe(arn))),
    failed === undefined ? undefined : readFailedLog({ aws, over }, failed, taskDefinition),
  ]);
  return { snapshot, since, groups, logs };
}
