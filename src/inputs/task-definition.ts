import { isQuoted, namesInBoth } from '../task-definition/assignments.ts';
import type { TaskDefinitionInputs } from '../task-definition/changes.ts';
import { parseCommand } from '../task-definition/command.ts';
import { environmentFileFault } from '../task-definition/environment-file.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

export function readTaskDefinitionInputs(read: InputReader): TaskDefinitionInputs {
  return {
    source: read.optional('task-definition'),
    containerName: read.optional('container-name'),
    images: read.pairs('images', 'CONTAINER=image'),
    environmentVariables: read.assignments('environment-variables'),
    removeEnvironmentVariables: read.names('remove-environment-variables'),
    secrets: read.assignments('secrets'),
    removeSecrets: read.names('remove-secrets'),
    envFiles: read.list('env-files'),
    command: read.parsed('command', parseCommand),
    dockerLabels: read.pairs('docker-labels', 'name=value'),
    logDriver: read.optional('log-configuration-log-driver'),
    logOptions: read.pairs('log-configuration-options', 'name=value'),
    tags: read.pairs('task-definition-tags', 'key=value'),
    family: read.optional('family'),
    cpu: read.optional('cpu'),
    memory: read.optional('memory'),
    taskRoleArn: read.optional('task-role-arn'),
    executionRoleArn: read.optional('execution-role-arn'),
    cpuArchitecture: read.optional('cpu-architecture')?.toUpperCase(),
    operatingSystemFamily: read.optional('operating-system-family')?.toUpperCase(),
  };
}

/** Finds the problems that show without asking AWS. */
export function taskDefinitionProblems(inputs: TaskDefinitionInputs): readonly InputProblem[] {
  const { environmentVariables, secrets, images, containerName } = inputs;
  const problems: InputProblem[] = [];
  const refuse = (input: InputName, text: string): void => {
    problems.push({ input, text });
  };
  for (const [index, { name, value }] of secrets.entries()) {
    if (!isSecretReference(value)) {
      const which = isSurelyName(name, value) ? name : `entry ${index + 1}`;
      const hint = isQuoted(value)
        ? 'Remove the quotes around it.'
        : 'It may be the secret itself, so it is not shown.';
      refuse(
        'secrets',
        `the value of ${which} isn't an ARN of Secrets Manager or Parameter Store, nor the name of a parameter. ${hint}`,
      );
    }
  }
  for (const name of namesInBoth(environmentVariables, secrets)) {
    refuse(
      'secrets',
      `${name} is in environment-variables too, and ECS refuses a name in both. Remove one of them.`,
    );
  }
  for (const [input, pairs] of [
    ['images', images],
    ['docker-labels', inputs.dockerLabels],
    ['log-configuration-options', inputs.logOptions],
    ['task-definition-tags', inputs.tags],
  ] as const) {
    const names = pairs.map(({ name }) => name);
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    for (const name of twice) refuse(input, `${name} is listed twice.`);
  }
  for (const { name, value } of images) {
    if (value === '') refuse('images', `${name} has no image. Write ${name}=IMAGE, or ${name}=build.`);
    if (name === containerName) {
      refuse(
        'images',
        `${name} is the container of container-name. Set its image with the input image, or build it.`,
      );
    }
  }
  for (const file of inputs.envFiles) {
    const fault = environmentFileFault(file);
    if (fault !== undefined) {
      refuse('env-files', `${JSON.stringify(file)} ${fault}. Write arn:aws:s3:::BUCKET/KEY.env.`);
    }
  }
  if (inputs.family !== undefined && !/^[A-Za-z0-9_-]{1,255}$/.test(inputs.family)) {
    const hint = /:\d+$/.test(inputs.family) ? ' To start from a revision, use task-definition.' : '';
    refuse(
      'family',
      `${JSON.stringify(inputs.family)} isn't a family. A family has up to 255 letters, digits, hyphens and underscores.${hint}`,
    );
  }
  return problems;
}

/** The given inputs that change the task definition, by name, besides those of its image. */
export function givenForTaskDefinition(inputs: TaskDefinitionInputs): readonly InputName[] {
  const { containerName: _container, ...changes } = inputs;
  const given: Readonly<Record<keyof typeof changes, InputName>> = {
    source: 'task-definition',
    images: 'images',
    environmentVariables: 'environment-variables',
    removeEnvironmentVariables: 'remove-environment-variables',
    secrets: 'secrets',
    removeSecrets: 'remove-secrets',
    envFiles: 'env-files',
    command: 'command',
    dockerLabels: 'docker-labels',
    logDriver: 'log-configuration-log-driver',
    logOptions: 'log-configuration-options',
    tags: 'task-definition-tags',
    family: 'family',
    cpu: 'cpu',
    memory: 'memory',
    taskRoleArn: 'task-role-arn',
    executionRoleArn: 'execution-role-arn',
    cpuArchitecture: 'cpu-architecture',
    operatingSystemFamily: 'operating-system-family',
  };
  return (Object.keys(given) as (keyof typeof changes)[])
    .filter((member) => isGiven(changes, member))
    .map((member) => given[member]);
}

/** An empty command is one, too. */
function isGiven(
  changes: Omit<TaskDefinitionInputs, 'containerName'>,
  member: keyof typeof changes,
): boolean {
  const value = changes[member];
  return Array.isArray(value) && member !== 'command' ? value.length > 0 : value !== undefined;
}

/** Rules out a secret without a name: base64 and base32 may end in `=`, and read as a name with a strange value. */
function isSurelyName(name: string, value: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && !/^=*$/.test(value);
}
