import { documentOf, documentsOf, flagOf, numberOf, textOf, textsOf } from '../server/members.ts';
import type { Document } from '../server/operation.ts';
import type { TaskToRun } from './runtime.ts';

/** A container of a task with its overrides applied, read as far as running it needs. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** A container is essential unless it says no [documented]. */
  readonly isEssential: boolean;
  readonly dependsOn: readonly Dependency[];
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly tcpPorts: readonly number[];
  readonly cpuUnits: number;
  /** The container's own hard limit, else the task's: no container of a task gets more. */
  readonly memoryMiB: number;
  readonly memoryReservationMiB: number | undefined;
  /** 30 seconds unless it says otherwise, 120 at most [documented]. */
  readonly stopTimeoutSeconds: number;
  readonly healthCheck: HealthCheck | undefined;
  readonly logs: LogTarget | undefined;
  /** Everything else as it stands in the task definition. */
  readonly definition: Document;
}

export interface Dependency {
  readonly container: string;
  readonly condition: string;
}

export interface HealthCheck {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

interface LogTarget {
  readonly group: string;
  readonly stream: string;
  readonly createGroup: boolean;
}

/** The containers of a task in the order of its task definition. */
export function containersOf(task: TaskToRun): readonly Container[] {
  const taskMemoryMiB = taskSize(task).memoryMiB;
  return documentsOf(task.taskDefinition, 'containerDefinitions').map((definition): Container => {
    const name = textOf(definition, 'name') ?? '';
    const override = documentsOf(task.overrides, 'containerOverrides').find(
      (candidate) => textOf(candidate, 'name') === name,
    );
    const command = textsOf(override, 'command');
    return {
      name,
      image: textOf(definition, 'image') ?? '',
      isEssential: flagOf(definition, 'essential') ?? true,
      dependsOn: documentsOf(definition, 'dependsOn').map((dependency) => ({
        container: textOf(dependency, 'containerName') ?? '',
        condition: textOf(dependency, 'condition') ?? 'START',
      })),
      entryPoint: textsOf(definition, 'entryPoint'),
      command: command.length > 0 ? command : textsOf(definition, 'command'),
      environment: { ...pairsOf(definition, 'environment'), ...pairsOf(override, 'environment') },
      secrets: documentsOf(definition, 'secrets').map((secret) => ({
        name: textOf(secret, 'name') ?? '',
        valueFrom: textOf(secret, 'valueFrom') ?? '',
      })),
      tcpPorts: documentsOf(definition, 'portMappings')
        .filter((mapping) => (textOf(mapping, 'protocol') ?? 'tcp') === 'tcp')
        .flatMap((mapping) => numberOf(mapping, 'containerPort') ?? []),
      cpuUnits: numberOf(override, 'cpu') ?? numberOf(definition, 'cpu') ?? 0,
      memoryMiB: numberOf(override, 'memory') ?? numberOf(definition, 'memory') ?? taskMemoryMiB,
      memoryReservationMiB:
        numberOf(override, 'memoryReservation') ?? numberOf(definition, 'memoryReservation'),
      stopTimeoutSeconds: numberOf(definition, 'stopTimeout') ?? 30,
      healthCheck: healthCheckOf(documentOf(definition, 'healthCheck')),
      logs: logsOf(definition, task.taskId),
      definition,
    };
  });
}

/** What Fargate gives the task as a whole: CPU units (1024 are one vCPU) and MiB. */
export function taskSize(task: TaskToRun): { readonly cpuUnits: number; readonly memoryMiB: number } {
  const size = (member: string): number =>
    Number(textOf(task.overrides, member) ?? textOf(task.taskDefinition, member) ?? 0) || 0;
  return { cpuUnits: size('cpu'), memoryMiB: size('memory') };
}

/** The processor that the image must be for, as Docker names platforms. Not given means X86_64 [documented]. */
export function platformOf(taskDefinition: Document): string {
  const architecture = textOf(documentOf(taskDefinition, 'runtimePlatform'), 'cpuArchitecture');
  return architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}

/** Defaults as documented: every 30 seconds, 5 seconds to answer, 3 retries, no start period. */
function healthCheckOf(check: Document | undefined): HealthCheck | undefined {
  const command = textsOf(check, 'command');
  // `["NONE"]` switches off what the image brings, which ECS never runs anyway [documented].
  if (command.length === 0 || command[0] === 'NONE') return undefined;
  return {
    command,
    intervalSeconds: numberOf(check, 'interval') ?? 30,
    timeoutSeconds: numberOf(check, 'timeout') ?? 5,
    retries: numberOf(check, 'retries') ?? 3,
    startPeriodSeconds: numberOf(check, 'startPeriod') ?? 0,
  };
}

/** Only awslogs is collected. The stream is `prefix/container/task` [documented]. */
function logsOf(definition: Document, taskId: string): LogTarget | undefined {
  const configuration = documentOf(definition, 'logConfiguration');
  const options = documentOf(configuration, 'options');
  const group = textOf(options, 'awslogs-group');
  if (textOf(configuration, 'logDriver') !== 'awslogs' || group === undefined) return undefined;
  const parts = [textOf(options, 'awslogs-stream-prefix'), textOf(definition, 'name'), taskId];
  return {
    group,
    stream: parts.filter((part) => part !== undefined).join('/'),
    createGroup: textOf(options, 'awslogs-create-group') === 'true',
  };
}

function pairsOf(document: Document | undefined, member: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    documentsOf(document, member).map((pair) => [textOf(pair, 'name') ?? '', textOf(pair, 'value') ?? '']),
  );
}
