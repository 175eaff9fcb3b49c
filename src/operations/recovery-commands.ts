import { describeServices, describeTaskDefinition } from '../aws/document.ts';
import type { UndoOptions } from '../deployment/rollback/undo-options.ts';
import { statusOf } from '../deployment/rollback/update-back.ts';
import { optionsOf, restoreOf } from '../service/restore.ts';
import { nameOf } from '../text/words.ts';

/** What is known of the way back when a person has to take it. */
export interface WayBackNow {
  /** Options that put back the settings that are still this run's. */
  readonly options: string;
  /** Whether its task definition can be deployed; undefined where that can't be read. */
  readonly isActive: boolean | undefined;
}

/**
 * What a person runs to see what is there, and to put it right. Each thing is read once, so that a run whose access has
 * ended does not wait for it. Never throws.
 */
export async function recoveryCommands(undoing: UndoOptions): Promise<readonly string[]> {
  const { ecs, rollout, wayBack } = undoing;
  if (wayBack === undefined) return commandsOf(undoing, { options: '', isActive: undefined });
  const services = { cluster: rollout.clusterArn, services: [rollout.serviceArn] };
  const [options, isActive] = await Promise.all([
    wayBack.settings.length === 0
      ? ''
      : describeServices(ecs, services).then(
          ({ documents: [service = {}] }) => optionsOf(restoreOf(wayBack.settings, service).request),
          () => '',
        ),
    describeTaskDefinition(ecs, wayBack.taskDefinitionArn).then(
      (described) => statusOf(described) === 'ACTIVE',
      () => undefined,
    ),
  ]);
  return commandsOf(undoing, { options, isActive });
}

/**
 * The commands themselves. ECS deploys ACTIVE revisions only (documented), so one that is not is registered again first,
 * and the family then stands for that copy, its newest ACTIVE revision (documented). Pure.
 */
export function commandsOf(
  { rollout, wayBack }: Pick<UndoOptions, 'rollout' | 'wayBack'>,
  { options, isActive }: WayBackNow,
): readonly string[] {
  const where = `--cluster ${rollout.clusterArn} --service ${rollout.serviceName}`;
  const look = `aws ecs describe-services --cluster ${rollout.clusterArn} --services ${rollout.serviceName} --query 'services[0].deployments'`;
  if (wayBack === undefined) return [look, `aws ecs update-service ${where} --desired-count 0`];
  const name = nameOf(wayBack.taskDefinitionArn);
  const family = name.split(':')[0] ?? name;
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
