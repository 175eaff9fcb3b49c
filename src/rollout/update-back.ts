import type { ECSClient } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { describeTaskDefinition, registerTaskDefinition, updateServiceDocument } from '../aws/document.ts';
import { wordsOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import type { WayBack } from '../service/way-back.ts';
import { fromDescribed } from '../task-definition/document.ts';
import type { Undo, UndoOptions } from './undo.ts';
import { backTo } from './undo-way.ts';

/** Updates the service to the way back, to a copy of its task definition where that was deregistered. */
export async function updateBack(options: UndoOptions, wayBack: WayBack): Promise<Undo> {
  const { ecs, calling, rollout, reader } = options;
  const update = (taskDefinition: string) =>
    // A lost answer may be sent again: the second call asks for what the first one has begun, and begins nothing new
    // (the same task definition without forceNewDeployment starts no deployment).
    call(calling, 'ecs:UpdateService', () =>
      updateServiceDocument(ecs, backTo(taskDefinition, rollout, wayBack.settings)),
    );
  let taskDefinitionArn = wayBack.taskDefinitionArn;
  let reply: Awaited<ReturnType<typeof update>>;
  try {
    reply = await update(taskDefinitionArn);
  } catch (error) {
    // ECS deploys ACTIVE revisions only (documented); a copy of a deregistered one is as good.
    if (!/inactive/i.test(wordsOf(error))) throw error;
    calling.say(`${taskDefinitionArn} is INACTIVE; registering a copy of it.`);
    taskDefinitionArn = await registerCopy(ecs, calling, taskDefinitionArn);
    reply = await update(taskDefinitionArn);
  }
  const primary = reply.service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const read = primary ?? (await reader.service(rollout.clusterArn, rollout.serviceArn))?.deployments?.[0];
  return { kind: 'by-update', deploymentId: read?.id ?? '', taskDefinitionArn };
}

async function registerCopy(ecs: ECSClient, calling: Calling, arn: string): Promise<string> {
  const described = await call(calling, 'ecs:DescribeTaskDefinition', () => describeTaskDefinition(ecs, arn));
  const registered = await call(calling, 'ecs:RegisterTaskDefinition', () =>
    registerTaskDefinition(ecs, fromDescribed(described)),
  );
  const copy = isJsonObject(registered.taskDefinition)
    ? registered.taskDefinition.taskDefinitionArn
    : undefined;
  if (typeof copy !== 'string') throw new Error('ECS registered a copy but did not tell its ARN');
  return copy;
}
