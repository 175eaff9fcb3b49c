import { documentOf, documentsOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { TaskToRun } from '../runtime.ts';

/** What the simulation needs to know of a container. */
export interface SimulatedContainer {
  readonly name: string;
  readonly isEssential: boolean;
  readonly stopTimeoutSeconds: number;
  readonly check: { readonly secondsUntilUnhealthy: number } | undefined;
  readonly log:
    | { readonly group: string; readonly stream: string; readonly createsGroup: boolean }
    | undefined;
}

export function containersToSimulate(task: TaskToRun): SimulatedContainer[] {
  return documentsOf(task.taskDefinition, 'containerDefinitions').map((container) => ({
    name: textOf(container, 'name') ?? '',
    isEssential: container['essential'] !== false,
    stopTimeoutSeconds: numberOf(container, 'stopTimeout') ?? 30,
    check: checkOf(documentOf(container, 'healthCheck')),
    log: logOf(documentOf(container, 'logConfiguration'), textOf(container, 'name') ?? '', task.taskId),
  }));
}

/** Documented defaults: no start period, every 30 s, unhealthy after the third failure. */
function checkOf(check: Document | undefined): SimulatedContainer['check'] {
  if (check === undefined) return undefined;
  const interval = numberOf(check, 'interval') ?? 30;
  const retries = numberOf(check, 'retries') ?? 3;
  return { secondsUntilUnhealthy: (numberOf(check, 'startPeriod') ?? 0) + interval * retries };
}

/** Documented: the stream is `<prefix>/<container>/<task id>`. */
function logOf(
  configuration: Document | undefined,
  container: string,
  taskId: string,
): SimulatedContainer['log'] {
  const options = documentOf(configuration, 'options');
  const group = textOf(options, 'awslogs-group');
  const prefix = textOf(options, 'awslogs-stream-prefix');
  if (configuration?.['logDriver'] !== 'awslogs' || group === undefined || prefix === undefined)
    return undefined;
  const createsGroup = textOf(options, 'awslogs-create-group') === 'true';
  return { group, stream: `${prefix}/${container}/${taskId}`, createsGroup };
}

export function environmentOf(task: TaskToRun, variable: string): string | undefined {
  const overrides = documentsOf(task.overrides, 'containerOverrides');
  const given = [...overrides, ...documentsOf(task.taskDefinition, 'containerDefinitions')]
    .flatMap((container) => documentsOf(container, 'environment'))
    .find((entry) => entry['name'] === variable);
  return textOf(given, 'value');
}
