import { documentOf, documentsOf, flagOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { type Container, containersOf, platformOf, taskSize } from '../container.ts';
import type { TaskToRun } from '../runtime.ts';

/** What the engine can limit, and how a run names what it makes. */
export interface Surroundings {
  readonly processors: number;
  /** Labels of everything that this run makes, `name=value`. */
  readonly labels: readonly string[];
  /** Ends every name, so that two runs with the same task ids do not meet. */
  readonly nameSuffix: string;
}

/** A docker command, and variables that only its own process gets: values that must not stand on a command line. */
export interface DockerCommand {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * `docker run` of the container that holds the network namespace of a task. The ports of all containers are published
 * on it, each on a free port of loopback: that reaches the task from this machine with every kind of engine.
 */
export function pauseArguments(
  task: TaskToRun,
  image: string,
  { labels, nameSuffix }: Surroundings,
): readonly string[] {
  const ports = new Set(containersOf(task).flatMap(({ tcpPorts }) => tcpPorts));
  const sysctls = documentsOf(task.taskDefinition, 'containerDefinitions')
    .flatMap((definition) => documentsOf(definition, 'systemControls'))
    .filter((control) => textOf(control, 'namespace')?.startsWith('net.'));
  return [
    'run',
    '--detach',
    '--name',
    `fargate-${task.taskId}-network-${nameSuffix}`,
    ...labelArguments([...labels, `fargate-deploy.task=${task.taskId}`]),
    ...[...ports].flatMap((port) => ['--publish', `127.0.0.1::${port}`]),
    ...sysctls.flatMap((control) => [
      '--sysctl',
      `${textOf(control, 'namespace') ?? ''}=${textOf(control, 'value') ?? ''}`,
    ]),
    image,
    '/pause',
  ];
}

/**
 * `docker create` of one container of a task.
 * @param made.image what to run, by digest where it is known
 * @param made.secrets values of the container's secrets by their variable's name
 */
export function containerArguments(
  task: TaskToRun,
  container: Container,
  made: { readonly pauseId: string; readonly image: string; readonly secrets: Record<string, string> },
  surroundings: Surroundings,
): DockerCommand {
  const { definition } = container;
  const linux = documentOf(definition, 'linuxParameters');
  const [entryPoint, ...entryArguments] = container.entryPoint;
  const variables = Object.entries({ ...fargateVariables(task), ...container.environment });
  return {
    args: [
      'create',
      '--name',
      `fargate-${task.taskId}-${container.name}-${surroundings.nameSuffix}`,
      '--network',
      `container:${made.pauseId}`,
      '--platform',
      platformOf(task.taskDefinition),
      // The dockerfile's HEALTHCHECK does not count on ECS [documented].
      '--no-healthcheck',
      '--log-driver',
      'json-file',
      ...labelArguments([
        ...surroundings.labels,
        `fargate-deploy.task=${task.taskId}`,
        `fargate-deploy.container=${container.name}`,
      ]),
      ...Object.entries(documentOf(definition, 'dockerLabels') ?? {}).flatMap(([name, value]) =>
        typeof value === 'string' ? ['--label', `${name}=${value}`] : [],
      ),
      ...variables.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      // Without a value docker takes it from its own environment.
      ...Object.keys(made.secrets).flatMap((name) => ['--env', name]),
      ...limitArguments(task, container, surroundings.processors),
      ...ulimitArguments(definition),
      ...(textOf(task.taskDefinition, 'pidMode') === 'task' ? ['--pid', `container:${made.pauseId}`] : []),
      ...option('--user', textOf(definition, 'user')),
      ...option('--workdir', textOf(definition, 'workingDirectory')),
      ...option('--entrypoint', entryPoint),
      ...flag('--read-only', flagOf(definition, 'readonlyRootFilesystem')),
      ...flag('--interactive', flagOf(definition, 'interactive')),
      ...flag('--tty', flagOf(definition, 'pseudoTerminal')),
      ...flag('--init', flagOf(linux, 'initProcessEnabled')),
      ...textsOf(documentOf(linux, 'capabilities'), 'drop').flatMap((name) => ['--cap-drop', name]),
      ...textsOf(documentOf(linux, 'capabilities'), 'add').flatMap((name) => ['--cap-add', name]),
      ...documentsOf(linux, 'tmpfs').flatMap((mount) => ['--tmpfs', tmpfs(mount)]),
      ...volumeArguments(task, definition, surroundings),
      made.image,
      ...entryArguments,
      ...container.command,
    ],
    environment: made.secrets,
  };
}

/** The names of the volumes that the containers of a task share: each empty, each the task's own. */
export function volumesOf(task: TaskToRun, { nameSuffix }: Surroundings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    documentsOf(task.taskDefinition, 'volumes').map((volume) => {
      const name = textOf(volume, 'name') ?? '';
      return [name, `fargate-${task.taskId}-${name}-${nameSuffix}`];
    }),
  );
}

/** Set by Fargate in every container [documented]. */
function fargateVariables(task: TaskToRun): Readonly<Record<string, string>> {
  const region = task.taskArn.split(':')[3] ?? '';
  return { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE', AWS_REGION: region, AWS_DEFAULT_REGION: region };
}

function limitArguments(task: TaskToRun, container: Container, processors: number): readonly string[] {
  const { memoryMiB } = container;
  // Docker refuses more than the machine has; Fargate has no swap.
  const cpus = Math.min(taskSize(task).cpuUnits / 1024, processors);
  return [
    ...(memoryMiB > 0 ? ['--memory', `${memoryMiB}m`, '--memory-swap', `${memoryMiB}m`] : []),
    ...option('--memory-reservation', withUnit(container.memoryReservationMiB)),
    ...(cpus > 0 ? ['--cpus', String(cpus)] : []),
    ...(container.cpuUnits > 0 ? ['--cpu-shares', String(Math.max(2, container.cpuUnits))] : []),
  ];
}

function withUnit(mebibytes: number | undefined): string | undefined {
  return mebibytes === undefined ? undefined : `${mebibytes}m`;
}

/** What is asked for. Fargate's own 65535 open files stay out: an engine may not be allowed to give as many. */
function ulimitArguments(definition: Document): readonly string[] {
  return documentsOf(definition, 'ulimits').flatMap((limit) => {
    const [soft, hard] = [numberOf(limit, 'softLimit') ?? 0, numberOf(limit, 'hardLimit') ?? 0];
    return ['--ulimit', `${textOf(limit, 'name') ?? ''}=${soft}:${hard}`];
  });
}

function tmpfs(mount: Document): string {
  const options = [`size=${numberOf(mount, 'size') ?? 0}m`, ...textsOf(mount, 'mountOptions')];
  return `${textOf(mount, 'containerPath') ?? ''}:${options.join(',')}`;
}

function volumeArguments(task: TaskToRun, definition: Document, surroundings: Surroundings): string[] {
  const volumes = volumesOf(task, surroundings);
  const mounts = documentsOf(definition, 'mountPoints').flatMap((mount) => {
    const volume = volumes[textOf(mount, 'sourceVolume') ?? ''];
    const path = textOf(mount, 'containerPath');
    if (volume === undefined || path === undefined) return [];
    return ['--volume', `${volume}:${path}${flagOf(mount, 'readOnly') === true ? ':ro' : ''}`];
  });
  const shared = documentsOf(definition, 'volumesFrom').flatMap((from) => {
    const other = `fargate-${task.taskId}-${textOf(from, 'sourceContainer') ?? ''}-${surroundings.nameSuffix}`;
    return ['--volumes-from', flagOf(from, 'readOnly') === true ? `${other}:ro` : other];
  });
  return [...mounts, ...shared];
}

function labelArguments(labels: readonly string[]): readonly string[] {
  return labels.flatMap((label) => ['--label', label]);
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

function flag(name: string, isSet: boolean | undefined): readonly string[] {
  return isSet === true ? [name] : [];
}
