import { arn } from '../../base/account.ts';
import { documentsOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json, Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import type { State } from '../model/state.ts';
import { isActive, type TaskDefinition } from '../model/task-definition.ts';
import { readIdentifier } from '../rules/identifiers.ts';
import { clientError, invalidParameter } from '../rules/refusals.ts';
import { checkTags } from '../rules/tags.ts';
import { checkTaskDefinition, suitsFargate } from '../rules/task-definition.ts';
import { registered } from './registered.ts';

/**
 * Finds a revision by family (the newest ACTIVE one), `family:revision` or ARN; another account's is not found.
 *
 * @throws AwsError for an ARN of another region
 */
export function findTaskDefinition(state: State, reference: string): TaskDefinition | undefined {
  const { accountId, path } = readIdentifier(state.account, 'task-definition', reference);
  if (accountId !== state.account.accountId) return undefined;
  const [family = '', revision] = path.join('/').split(':');
  const revisions = state.families.get(family) ?? [];
  if (revision === undefined) return revisions.findLast(isActive);
  return revisions.find((one) => String(one.revision) === revision);
}

/** The task definition that a service or a task is to run; refused when it is missing or INACTIVE. */
export function usableTaskDefinition(state: State, reference: string): TaskDefinition {
  const found = findTaskDefinition(state, reference);
  if (found === undefined) throw clientError('TaskDefinition not found.');
  if (!isActive(found)) throw clientError('TaskDefinition is inactive');
  return found;
}

export function taskDefinitionOperations(state: State): Operations {
  return {
    RegisterTaskDefinition: (input) => register(state, input),
    DescribeTaskDefinition: (input) => {
      const found = findTaskDefinition(state, textOf(input, 'taskDefinition') ?? '');
      if (found === undefined) throw clientError('Unable to describe task definition.');
      const withTags = textsOf(input, 'include').includes('TAGS');
      return { taskDefinition: found.document, ...(withTags && { tags: [...found.tags] }) };
    },
    DeregisterTaskDefinition: (input) => deregister(state, textOf(input, 'taskDefinition') ?? ''),
    DeleteTaskDefinitions: (input) => {
      const asked = textsOf(input, 'taskDefinitions');
      if (asked.length > 10) throw invalidParameter('taskDefinitions can have at most 10 items.');
      const done = asked.map((reference) => remove(state, reference));
      return {
        taskDefinitions: done.flatMap(({ document }): Json[] => (document === undefined ? [] : [document])),
        failures: done.flatMap(({ failure }): Json[] => (failure === undefined ? [] : [failure])),
      };
    },
    ListTaskDefinitions: (input) => {
      const status = textOf(input, 'status') ?? 'ACTIVE';
      const family = textOf(input, 'familyPrefix');
      // Documented: familyPrefix of ListTaskDefinitions is the whole name of the family.
      const arns = [...state.families.values()]
        .flat()
        .filter((one) => one.document['status'] === status && (family === undefined || one.family === family))
        .map((one) => one.arn);
      if (textOf(input, 'sort') === 'DESC') arns.reverse();
      const { page, nextToken } = pageOf(arns, input, { size: 100, most: 100, keyOf: (one) => one });
      return { taskDefinitionArns: [...page], nextToken };
    },
    ListTaskDefinitionFamilies: (input) => {
      const prefix = textOf(input, 'familyPrefix') ?? '';
      const status = textOf(input, 'status') ?? 'ALL';
      const names = [...state.families]
        .filter(([name]) => name.startsWith(prefix))
        .filter(([, revisions]) => status === 'ALL' || revisions.some(isActive) === (status === 'ACTIVE'))
        .map(([name]) => name)
        .toSorted();
      const { page, nextToken } = pageOf(names, input, { size: 100, most: 100, keyOf: (one) => one });
      return { families: [...page], nextToken };
    },
  };
}

function register(state: State, input: Document): Document {
  const size = checkTaskDefinition(input, state.isEcrImage);
  const tags = documentsOf(input, 'tags');
  checkTags(tags);
  const family = textOf(input, 'family') ?? '';
  const revisions = state.families.get(family) ?? [];
  // Numbers are never used again (documented); revisions stay in the list when they are deregistered.
  const revision = (revisions.at(-1)?.revision ?? 0) + 1;
  const taskDefinitionArn = arn(state.account, 'ecs', `task-definition/${family}:${revision}`);
  const document = registered(input, {
    taskDefinitionArn,
    revision,
    registeredAt: state.clock.now() / 1000,
    registeredBy: `arn:aws:iam::${state.account.accountId}:user/local`,
    size,
    isForFargate: suitsFargate(input, state.isEcrImage),
  });
  state.families.set(family, [...revisions, { arn: taskDefinitionArn, family, revision, document, tags }]);
  return { taskDefinition: document, ...(tags.length > 0 && { tags: [...tags] }) };
}

function deregister(state: State, reference: string): Document {
  if (!/:\d+$/.test(reference)) throw invalidParameter('Revision is missing.');
  const found = findTaskDefinition(state, reference);
  if (found === undefined) throw clientError('The specified task definition does not exist.');
  if (isActive(found)) {
    found.document = { ...found.document, status: 'INACTIVE', deregisteredAt: state.clock.now() / 1000 };
  }
  return { taskDefinition: found.document };
}

/**
 * A deregistered revision is DELETE_IN_PROGRESS as long as tasks or services use it (documented); when it goes after
 * that is not documented, and here it stays. The text of the failure is ours.
 */
function remove(
  state: State,
  reference: string,
): { readonly document?: Document; readonly failure?: Document } {
  const found = findTaskDefinition(state, reference);
  if (found === undefined || !/:\d+$/.test(reference)) {
    return { failure: { arn: reference, reason: 'MISSING' } };
  }
  if (isActive(found)) {
    return {
      failure: { arn: found.arn, reason: 'The specified task definition is ACTIVE. Deregister it first.' },
    };
  }
  found.document = {
    ...found.document,
    status: 'DELETE_IN_PROGRESS',
    deleteRequestedAt: state.clock.now() / 1000,
  };
  return { document: found.document };
}
