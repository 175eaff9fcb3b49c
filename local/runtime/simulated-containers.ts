import type { Document } from '../server/operation.ts';
import type { TaskToRun } from './runtime.ts';

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
  return list(task.taskDefinition['containerDefinitions']).map((container) => ({
    name: text(container['name']) ?? '',
    isEssential: container['essential'] !== false,
    stopTimeoutSeconds: number(container['stopTimeout']) ?? 30,
    check: checkOf(document(container['healthCheck'])),
    log: logOf(document(container['logConfiguration']), text(container['name']) ?? '', task.taskId),
  }));
}

/** Documented defaults: no start period, every 30 s, unhealthy after the third failure. */
function checkOf(check: Document | undefined): SimulatedContainer['check'] {
  if (check === undefined) return undefined;
  const interval = number(check['interval']) ?? 30;
  const retries = number(check['retries']) ?? 3;
  return { secondsUntilUnhealthy: (number(check['startPeriod']) ?? 0) + interval * retries };
}

/** Documented: the stream is `<prefix>/<container>/<task id>`. */
function logOf(
  configuration: Document | undefined,
  container: string,
  taskId: string,
): SimulatedContainer['log'] {
  const options = document(configuration?.['options']);
  const group = text(options?.['awslogs-group']);
  const prefix = text(options?.['awslogs-stream-prefix']);
  if (configuration?.['logDriver'] !== 'awslogs' || group === undefined || prefix === undefined)
    return undefined;
  const createsGroup = text(options?.['awslogs-create-group']) === 'true';
  return { group, stream: `${prefix}/${container}/${taskId}`, createsGroup };
}

export function environmentOf(task: TaskToRun, variable: string): string | undefined {
  const overrides = list(task.overrides?.['containerOverrides']);
  const given = [...overrides, ...list(task.taskDefinition['containerDefinitions'])]
    .flatMap((container) => list(container['environment']))
    .find((entry) => entry['name'] === variable);
  return text(given?.['value']);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const document = (value: unknown): Document | undefined => (isDocument(value) ? value : undefined);
const list = (value: unknown): Document[] => (Array.isArray(value) ? value.filter(isDocument) : []);

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
