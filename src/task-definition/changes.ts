import { Failure } from '../process/failure.ts';
import type { Assignment, Removal } from './assignments.ts';
import { chooseContainer } from './container.ts';
import { containerNames, type TaskDefinitionDocument } from './document.ts';
import type { Changes, ContainerChanges, ListChange } from './edit.ts';

/**
 * The inputs as changes of one document: which containers they are for.
 * @param image of the container that the inputs are for; undefined: its own stays
 * @throws Failure container-not-found, container-ambiguous
 */
export function changesOf(
  document: TaskDefinitionDocument,
  inputs: TaskDefinitionInputs,
  image: string | undefined,
): Changes {
  const main =
    image !== undefined || targetsDefaultContainer(inputs)
      ? chooseContainer(document, inputs.containerName)
      : undefined;
  const names = new Set([
    ...(main === undefined ? [] : [main]),
    ...namedContainers(inputs),
    ...inputs.images.map(({ name }) => name),
  ]);
  rejectUnknownContainers(document, inputs);
  const images = new Map(inputs.images.map(({ name, value }) => [name, value]));
  const { family, cpu, memory, taskRoleArn, executionRoleArn, cpuArchitecture, operatingSystemFamily } =
    inputs;
  return {
    family,
    tags: inputs.tags,
    cpu,
    memory,
    taskRoleArn,
    executionRoleArn,
    cpuArchitecture,
    operatingSystemFamily,
    containers: new Map(
      [...names].map((name): [string, ContainerChanges] => {
        const isMain = name === main;
        const list = (set: readonly Assignment[], remove: readonly Removal[]): ListChange => ({
          set: entriesFor(set, name, isMain).map((one) => ({ name: one.name, value: one.value })),
          remove: entriesFor(remove, name, isMain).map((one) => one.name),
        });
        return [
          name,
          {
            environment: list(inputs.environmentVariables, inputs.removeEnvironmentVariables),
            secrets: list(inputs.secrets, inputs.removeSecrets),
            image: isMain && image !== undefined ? image : imageFor(images.get(name), image),
            ...(isMain ? defaultContainerChanges(inputs) : {}),
          },
        ];
      }),
    ),
  };
}

/** `build` stands for the image of the run, which may serve several containers; where none is built, they keep theirs. */
function imageFor(asked: string | undefined, ofRun: string | undefined): string | undefined {
  return asked === imageOfRun ? ofRun : asked;
}

/** Whether an input is for the container that is not named beside the entry itself. */
export function targetsDefaultContainer(inputs: TaskDefinitionInputs): boolean {
  return (
    inputs.containerName !== undefined ||
    inputs.command !== undefined ||
    inputs.logDriver !== undefined ||
    [inputs.envFiles, inputs.dockerLabels, inputs.logOptions].some((list) => list.length > 0) ||
    entriesOf(inputs).some(({ container }) => container === undefined)
  );
}

/** Whether the inputs ask for a change of the task definition besides its image. */
export function asksForChange(inputs: TaskDefinitionInputs): boolean {
  const { source, containerName: _name, ...changes } = inputs;
  return (
    source !== undefined ||
    changes.command !== undefined ||
    Object.values(changes).some((value) => (Array.isArray(value) ? value.length > 0 : value !== undefined))
  );
}

function defaultContainerChanges(inputs: TaskDefinitionInputs): ContainerChanges {
  return {
    command: inputs.command,
    environmentFiles: inputs.envFiles.length === 0 ? undefined : inputs.envFiles,
    dockerLabels: inputs.dockerLabels,
    logDriver: inputs.logDriver,
    logOptions: inputs.logOptions,
  };
}

function entriesOf(inputs: TaskDefinitionInputs): readonly Removal[] {
  return [
    ...inputs.environmentVariables,
    ...inputs.removeEnvironmentVariables,
    ...inputs.secrets,
    ...inputs.removeSecrets,
  ];
}

function namedContainers(inputs: TaskDefinitionInputs): readonly string[] {
  return entriesOf(inputs).flatMap(({ container }) => container ?? []);
}

function entriesFor<T extends Removal>(entries: readonly T[], name: string, isMain: boolean): readonly T[] {
  return entries.filter(({ container }) => (container === undefined ? isMain : container === name));
}

/** The name is not shown: a line of a key in the wrong input reads as a container with a variable. */
function rejectUnknownContainers(document: TaskDefinitionDocument, inputs: TaskDefinitionInputs): void {
  const known = containerNames(document);
  if (namedContainers(inputs).every((name) => known.includes(name))) return;
  throw new Failure({
    code: 'container-not-found',
    fault: 'yours',
    message: `environment-variables, secrets or a removal of them name a container (before the "/") that the task definition does not have. It has: ${known.join(', ')}.`,
    advice: 'Correct the part before the "/", or leave it out for the container that gets the image.',
  });
}

export interface TaskDefinitionInputs {
  /** A file, a family, family:revision or an ARN; undefined: what the service runs. */
  readonly source: string | undefined;
  readonly containerName: string | undefined;
  /** Images of containers by name. */
  readonly images: readonly Assignment[];
  readonly environmentVariables: readonly Assignment[];
  readonly removeEnvironmentVariables: readonly Removal[];
  /** Their values are ARNs or names of parameters, never a secret itself. */
  readonly secrets: readonly Assignment[];
  readonly removeSecrets: readonly Removal[];
  /** ARNs of files in S3. */
  readonly envFiles: readonly string[];
  readonly command: readonly string[] | undefined;
  readonly dockerLabels: readonly Assignment[];
  readonly logDriver: string | undefined;
  readonly logOptions: readonly Assignment[];
  readonly tags: readonly Assignment[];
  readonly family: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly cpuArchitecture: string | undefined;
  readonly operatingSystemFamily: string | undefined;
}

/** In `images`: the image that this run builds, or that the input `image` names. */
export const imageOfRun = 'build';
