import type { ECSClient } from '@aws-sdk/client-ecs';
import { describeServices, describeTaskDefinition } from '../aws/document.ts';
import { statusOf } from '../deployment/rollback/roll-back-by-update.ts';
import type { ServiceRef } from '../reference/deployment.ts';
import type { RollbackTarget } from '../reference/rollback-target.ts';
import { optionsOf, restoreOf } from '../service/restore.ts';
import { familyOf, nameOf } from '../text/words.ts';

/** What is known of the rollback when a person has to do it. */
export interface RollbackTargetNow {
  /** Options that put back the settings that are still this run's. */
  readonly options: string;
  /** Whether its task definition can be deployed; undefined where that can't be read. */
  readonly isActive: boolean | undefined;
}

/**
 * What a person runs to see what is there, and to fix it. Each thing is read once, so that a run whose access has
 * ended does not wait for it. Never throws.
 */
export async function recoveryCommands(
  ecs: ECSClient,
  service: ServiceRef,
  rollbackTarget: RollbackTarget | undefined,
): Promise<readonly string[]> {
  if (rollbackTarget === undefined) {
    return commandsOf(service, undefined, { options: '', isActive: undefined });
  }
  const services = { cluster: service.clusterArn, services: [service.arn] };
  const [options, isActive] = await Promise.all([
    rollbackTarget.settings.length === 0
      ? ''
      : describeServices(ecs, services).then(
          ({ documents: [shown = {}] }) => optionsOf(restoreOf(rollbackTarget.settings, shown).request),
          () => '',
        ),
    describeTaskDefinition(ecs, rollbackTarget.taskDefinitionArn).then(
      (described) => statusOf(described) === 'ACTIVE',
      () => undefined,
    ),
  ]);
  return commandsOf(service, rollbackTarget, { options, isActive });
}

/**
 * The commands themselves. ECS deploys ACTIVE revisions only (documented), so one that is not is registered again first,
 * and the family then stands for that copy, its newest ACTIVE revision (documented). Pure.
 */
export function commandsOf(
  { name: serviceName, clusterArn }: Pick<ServiceRef, 'name' | 'clusterArn'>,
  rollbackTarget: RollbackTarget | undefined,
  { options, isActive }: RollbackTargetNow,
): readonly string[] {
  const where = `--cluster ${clusterArn} --service ${serviceName}`;
  const look = `aws ecs describe-services --cluster ${clusterArn} --services ${serviceName} --query 'services[0].deployments'`;
  if (rollbackTarget === undefined) return [look, `aws ecs update-service ${where} --desired-count 0`];
  const name = nameOf(rollbackTarget.taskDefinitionArn);
  const family = familyOf(name);
  const update = (taskDefinition: string): string =>
    `aws ecs update-service ${where} --task-definition ${taskDefinition}${options} --force-new-deployment`;
  if (isActive !== false) return [look, update(name)];
  return [
    look,
    `aws ecs describe-task-definition --task-definition ${name} --include TAGS | jq '.taskDefinition + (if .tags == [] or .tags == null then {} else {tags} end) | del(${readOnly.join(', ')})' > ${family}.json`,
    `aws ecs register-task-definition --cli-input-json file://${family}.json`,
    update(family),
  ];
}

/** Members that ECS answers and does not take (AWS's API model). */
const readOnly = [
  '.taskDefinitionArn',
  '.revision',
  '.status',
  '.requiresAttributes',
  '.compatibilities',
  '.registeredAt',
  '.registeredBy',
  '.deregisteredAt',
  '.deleteRequestedAt',
];
