import { call } from '../../aws/call.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../../aws/document.ts';
import { kindOf } from '../../aws/errors.ts';
import { passingRefusal, patiently } from '../../aws/passing-refusal.ts';
import type { RollbackTarget } from '../../reference/rollback-target.ts';
import type { BeforeUpdate } from '../../service/find-update.ts';
import { updateOnce } from '../../service/update.ts';
import { fromDescribed } from '../../task-definition/document.ts';
import { type JsonObject, objectIn, textIn } from '../../text/json.ts';
import { rollbackRequestOf } from './choose-rollback.ts';
import { readRestore, sayLeft } from './restore-settings.ts';
import type { RollbackOptions, RollbackUpdate } from './rollback-start.ts';

/**
 * Updates the service to the rollback target, to a copy of its task definition where that is no longer ACTIVE.
 *
 * @param copied gets the ARN of the copy, so that another try does not register a second one
 * @throws what ECS answers when it refuses
 */
export async function rollBackByUpdate(
  options: RollbackOptions,
  rollbackTarget: RollbackTarget,
  copied: { arn?: string },
): Promise<RollbackUpdate> {
  const { ecs, calling, deployment, reader } = options;
  const restore = await readRestore(options, rollbackTarget.settings);
  const update = async (taskDefinitionArn: string): Promise<RollbackUpdate> => {
    const before: BeforeUpdate = {
      service: deployment.service,
      primaryId: deployment.id,
      taskDefinitionArn,
      begins: { kind: 'always' },
    };
    const request = rollbackRequestOf(taskDefinitionArn, deployment, restore.request);
    const updated = await updateOnce({ ecs, calling, reader }, before, request);
    if (updated.kind !== 'updated') {
      const why = updated.kind === 'unknown' ? updated.why : 'the run was cancelled';
      throw new Error(`whether the update back was made is not known: ${why}`);
    }
    sayLeft(options, restore);
    return {
      kind: 'by-update',
      deploymentId: updated.deployment.id,
      taskDefinitionArn,
      left: restore.left,
    };
  };
  const target = copied.arn ?? rollbackTarget.taskDefinitionArn;
  try {
    return await update(target);
  } catch (error) {
    // ECS deploys ACTIVE revisions only (documented); a copy of another one is as good.
    const isRefused = kindOf(error) === 'refused' && passingRefusal(error) === undefined;
    const described = isRefused ? await describe(options, target) : undefined;
    if (described === undefined || statusOf(described) === 'ACTIVE') throw error;
    calling.say(`${target} is ${statusOf(described)}; registering a copy of it.`);
    copied.arn = await registerCopy(options, described);
    return update(copied.arn);
  }
}

/** `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS` (documented). */
export function statusOf(described: JsonObject): string {
  return textIn(objectIn(described.taskDefinition).status) ?? 'of no known status';
}

/** Undefined where it can't be read: then the first refusal stands. */
async function describe({ ecs, calling }: RollbackOptions, arn: string): Promise<JsonObject | undefined> {
  return call(calling, 'ecs:DescribeTaskDefinition', (over) => describeTaskDefinition(ecs, arn, over)).catch(
    () => undefined,
  );
}

async function registerCopy({ ecs, calling }: RollbackOptions, described: JsonObject): Promise<string> {
  const what = 'ecs:RegisterTaskDefinition';
  const registered = await patiently(calling, what, () =>
    call(calling, what, (over) => registerTaskDefinition(ecs, fromDescribed(described), over), 180),
  );
  const copy = textIn(objectIn(registered.taskDefinition).taskDefinitionArn);
  if (copy === undefined) throw new Error('ECS registered a copy but did not tell its ARN');
  return copy;
}
