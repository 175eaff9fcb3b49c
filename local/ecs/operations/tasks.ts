import { arn } from '../../base/account.ts';
import {
  documentOf,
  documentsOf,
  flagOf,
  isSameJson,
  numberOf,
  textOf,
  textsOf,
} from '../../server/members.ts';
import type { Document, Json, Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import type { Cluster } from '../model/cluster.ts';
import { capacityOf } from '../model/launch.ts';
import { platformVersionOf } from '../model/service-revision.ts';
import { normal } from '../model/service-settings.ts';
import type { State } from '../model/state.ts';
import type { Task } from '../model/task.ts';
import { isActive } from '../model/task-definition.ts';
import { identifierIn } from '../rules/identifiers.ts';
import { conflict, invalidParameter, serviceNotFound } from '../rules/refusals.ts';
import { checkNetwork, checkPlacement } from '../rules/service.ts';
import { checkTags } from '../rules/tags.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { clusterOf } from './clusters.ts';
import { describeTask } from './describe-task.ts';
import { findService } from './find-service.ts';
import { findTaskDefinition } from './task-definitions.ts';

/** Documented: stopped tasks stay describable for at least an hour. */
const rememberedSeconds = 3600;

export function taskOperations(state: State, scheduler: Scheduler): Operations {
  const tokens = new Map<string, { readonly input: Document; readonly taskArns: readonly string[] }>();
  return {
    RunTask: (input) => run(state, scheduler, tokens, input),
    ListTasks: (input) => list(state, input),
    DescribeTasks: (input) => {
      const cluster = clusterOf(state, input);
      const asked = textsOf(input, 'tasks');
      if (asked.length === 0) throw invalidParameter('Tasks cannot be empty.');
      if (asked.length > 100) throw invalidParameter('tasks can have at most 100 items.');
      const withTags = textsOf(input, 'include').includes('TAGS');
      const found = asked.map((reference) => findTask(state, cluster, reference));
      return {
        tasks: found.flatMap((task): Json[] => (task === undefined ? [] : [describeTask(task, withTags)])),
        failures: asked.flatMap((reference, index): Json[] =>
          found[index] === undefined ? [{ arn: taskArn(state, cluster, reference), reason: 'MISSING' }] : [],
        ),
      };
    },
    StopTask: (input) => {
      const cluster = clusterOf(state, input);
      const task = findTask(state, cluster, textOf(input, 'task') ?? '');
      if (task === undefined) throw invalidParameter('The referenced task was not found.');
      const stoppedReason = textOf(input, 'reason') ?? 'Task stopped by user';
      scheduler.life.stop(task, { stopCode: 'UserInitiated', stoppedReason, because: undefined });
      return { task: describeTask(task, false) };
    },
  };
}

function run(
  state: State,
  scheduler: Scheduler,
  tokens: Map<string, { readonly input: Document; readonly taskArns: readonly string[] }>,
  input: Document,
): Document {
  const cluster = clusterOf(state, input);
  const token = textOf(input, 'clientToken');
  const before = token === undefined ? undefined : tokens.get(token);
  if (before !== undefined) {
    const { input: first, taskArns } = before;
    // Documented: the same token with the same request answers the same tasks, with another one it is refused.
    if (!isSameJson(first, input)) throw conflict('The client token was used before.', [...taskArns]);
    return answer(state, taskArns);
  }
  const definition = findTaskDefinition(state, textOf(input, 'taskDefinition') ?? '');
  if (definition === undefined) throw invalidParameter('TaskDefinition not found.');
  if (!isActive(definition)) throw invalidParameter('TaskDefinition is inactive');
  const count = numberOf(input, 'count') ?? 1;
  if (count < 1 || count > 10) throw invalidParameter('count must be between 1 and 10.');
  checkPlacement(input, definition);
  checkNetwork(input);
  checkTags(documentsOf(input, 'tags'));
  const startedBy = textOf(input, 'startedBy');
  if (startedBy !== undefined && !/^[A-Za-z0-9_/-]{1,128}$/.test(startedBy)) {
    throw invalidParameter(
      'startedBy may have up to 128 letters, numbers, hyphens, slashes and underscores.',
    );
  }
  if (textOf(input, 'propagateTags') === 'SERVICE') {
    throw invalidParameter('propagateTags SERVICE is not allowed for RunTask.');
  }
  checkOverrides(documentOf(input, 'overrides'), definition.document);
  const inherited = textOf(input, 'propagateTags') === 'TASK_DEFINITION' ? definition.tags : [];
  const tasks = Array.from({ length: count }, () =>
    scheduler.life.launch({
      cluster,
      definition,
      group: textOf(input, 'group') ?? `family:${definition.family}`,
      startedBy,
      owner: undefined,
      launch: {
        ...capacityOf(input),
        platformVersion: platformVersionOf(input),
        networkConfiguration: documentOf(normal(input), 'networkConfiguration'),
        overrides: documentOf(input, 'overrides'),
        enableExecuteCommand: flagOf(input, 'enableExecuteCommand') ?? false,
      },
      tags: [...inherited, ...documentsOf(input, 'tags')],
      imageDigests: {},
    }),
  );
  const taskArns = tasks.map((task) => task.arn);
  if (token !== undefined) tokens.set(token, { input, taskArns });
  return answer(state, taskArns);
}

function answer(state: State, taskArns: readonly string[]): Document {
  const tasks = taskArns.flatMap((one) => state.tasks.get(one) ?? []);
  return { tasks: tasks.map((task) => describeTask(task, true)), failures: [] };
}

function checkOverrides(overrides: Document | undefined, definition: Document): void {
  if (overrides === undefined) return;
  if (JSON.stringify(overrides).length > 8192) {
    throw invalidParameter('Overrides can have at most 8192 characters.');
  }
  const names = new Set(
    documentsOf(definition, 'containerDefinitions').map((container) => textOf(container, 'name')),
  );
  for (const override of documentsOf(overrides, 'containerOverrides')) {
    const name = textOf(override, 'name');
    if (!names.has(name)) {
      throw invalidParameter(
        `Override for container named ${name ?? ''} is not a container in the TaskDefinition.`,
      );
    }
  }
}

function list(state: State, input: Document): Document {
  const cluster = clusterOf(state, input);
  const startedBy = textOf(input, 'startedBy');
  const serviceName = textOf(input, 'serviceName');
  const family = textOf(input, 'family');
  if (startedBy !== undefined && (serviceName !== undefined || family !== undefined)) {
    throw invalidParameter('startedBy can not be combined with another filter.');
  }
  const service = serviceName === undefined ? undefined : findService(state, cluster, serviceName);
  if (serviceName !== undefined && service === undefined) throw serviceNotFound();
  const desiredStatus = textOf(input, 'desiredStatus') ?? 'RUNNING';
  const launchType = textOf(input, 'launchType');
  const arns = remembered(state)
    .filter((task) => task.cluster === cluster && task.desiredStatus === desiredStatus)
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
    .filter((task) => serviceName === undefined || task.owner?.service === service)
    .filter((task) => family === undefined || task.definition.family === family)
    .filter((task) => launchType === undefined || task.launch.launchType === launchType)
    .map((task) => task.arn);
  const { page, nextToken } = pageOf(arns, input, { size: 100, most: 100, keyOf: (one) => one });
  return { taskArns: [...page], nextToken };
}

function findTask(state: State, cluster: Cluster, reference: string): Task | undefined {
  const asked = taskArn(state, cluster, reference);
  return remembered(state).find((task) => task.arn === asked);
}

const taskArn = ({ account }: State, cluster: Cluster, reference: string): string =>
  arn(account, 'ecs', `task/${cluster.name}/${identifierIn(account, cluster, 'task', reference)}`);

/** Forgets tasks that have been stopped for long, and answers the others. */
function remembered(state: State): Task[] {
  const forgetBefore = state.clock.now() - rememberedSeconds * 1000;
  for (const [key, task] of state.tasks) {
    if ((task.times.stoppedAt ?? Number.POSITIVE_INFINITY) < forgetBefore) state.tasks.delete(key);
  }
  return [...state.tasks.values()];
}
