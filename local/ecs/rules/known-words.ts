import {
  AssignPublicIp,
  AvailabilityZoneRebalancing,
  ClusterField,
  DeploymentControllerType,
  DesiredStatus,
  LaunchType,
  PropagateTags,
  SchedulingStrategy,
  ServiceField,
  SortOrder,
  TaskDefinitionField,
  TaskField,
} from '@aws-sdk/client-ecs';
import { documentOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Operations } from '../../server/operation.ts';
import { invalidParameter } from './refusals.ts';

/**
 * The operations, refusing a word that a member cannot have before anything else is looked at. ECS words it so for
 * `include` (seen: hashicorp/terraform-provider-aws#23342); that it does for other members too is our choice.
 */
export function withKnownWords(operations: Operations): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operate]) => [
      name,
      (input, call) => {
        checkWords(name, input);
        return operate(input, call);
      },
    ]),
  );
}

/** Members of requests, which have the same words in all of them. */
const wordsOfMembers: Readonly<Record<string, object>> = {
  availabilityZoneRebalancing: AvailabilityZoneRebalancing,
  desiredStatus: DesiredStatus,
  launchType: LaunchType,
  propagateTags: PropagateTags,
  schedulingStrategy: SchedulingStrategy,
  sort: SortOrder,
};

const wordsOfInclude: Readonly<Record<string, object>> = {
  DescribeClusters: ClusterField,
  DescribeServices: ServiceField,
  DescribeTaskDefinition: TaskDefinitionField,
  DescribeTasks: TaskField,
};

function checkWords(operation: string, input: Document): void {
  for (const [member, words] of Object.entries(wordsOfMembers)) check(member, textOf(input, member), words);
  const fields = wordsOfInclude[operation];
  if (fields !== undefined) for (const one of textsOf(input, 'include')) check('include', one, fields);
  const vpc = documentOf(documentOf(input, 'networkConfiguration'), 'awsvpcConfiguration');
  check('assignPublicIp', textOf(vpc, 'assignPublicIp'), AssignPublicIp);
  check('type', textOf(documentOf(input, 'deploymentController'), 'type'), DeploymentControllerType);
}

function check(member: string, given: string | undefined, words: object): void {
  const known: unknown[] = Object.values(words);
  if (given === undefined || known.includes(given)) return;
  throw invalidParameter(`${member} should be one of [${known.join(',')}]`);
}
