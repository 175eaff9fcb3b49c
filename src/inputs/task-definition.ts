import { namesInBoth } from '../task-definition/assignments.ts';
import type { TaskDefinitionInputs } from '../task-definition/changes.ts';
import { parseCommand } from '../task-definition/command.ts';
import { environmentFileFault } from '../task-definition/environment-file.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import type { InputReader } from './reader.ts';

export function readTaskDefinitionInputs(read: InputReader): TaskDefinitionInputs {
  return {
    source: read.optional('task-definition'),
    containerName: read.optional('container-name'),
    images: read.pairs('images'),
    environmentVariables: read.assignments('environment-variables'),
    removeEnvironmentVariables: read.names('remove-environment-variables'),
    secrets: read.assignments('secrets'),
    removeSecrets: read.names('remove-secrets'),
    envFiles: read.list('env-files'),
    command: read.parsed('command', parseCommand, 'words as in a shell, or a JSON list of strings'),
    dockerLabels: read.pairs('docker-labels'),
    logDriver: read.optional('log-configuration-log-driver'),
    logOptions: read.pairs('log-configuration-options'),
    tags: read.pairs('task-definition-tags'),
    family: read.optional('family'),
    cpu: read.optional('cpu'),
    memory: read.optional('memory'),
    taskRoleArn: read.optional('task-role-arn'),
    executionRoleArn: read.optional('execution-role-arn'),
    cpuArchitecture: read.optional('cpu-architecture')?.toUpperCase(),
    operatingSystemFamily: read.optional('operating-system-family')?.toUpperCase(),
  };
}

/** Finds inputs that exclude each other, and values that can be refused without looking anything up. */
export function taskDefinitionProblems(inputs: TaskDefinitionInputs): readonly string[] {
  const { environmentVariables, secrets, images, containerName } = inputs;
  const problems: string[] = [];
  for (const [index, { name, value }] of secrets.entries()) {
    if (!isSecretReference(value)) {
      const which = isSurelyName(name, value) ? name : `number ${index + 1}`;
      problems.push(
        `secrets: the value of ${which} is neither an ARN of Secrets Manager or Parameter Store nor a parameter's name (it is not shown here, since it may be the secret itself)`,
      );
    }
  }
  for (const name of namesInBoth(environmentVariables, secrets)) {
    problems.push(`${name} is given in environment-variables and in secrets; ECS refuses a name in both`);
  }
  for (const [input, pairs] of [
    ['images', images],
    ['docker-labels', inputs.dockerLabels],
    ['log-configuration-options', inputs.logOptions],
    ['task-definition-tags', inputs.tags],
  ] as const) {
    const names = pairs.map(({ name }) => name);
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    for (const name of twice) problems.push(`${input}: ${name} stands twice`);
  }
  for (const { name, value } of images) {
    if (value === '') problems.push(`images: ${name} has no image`);
    if (name === containerName) {
      problems.push(
        `images: ${name} is the container of container-name; its image is the input image, or a build`,
      );
    }
  }
  for (const file of inputs.envFiles) {
    const fault = environmentFileFault(file);
    if (fault !== undefined) {
      problems.push(
        `env-files: ${JSON.stringify(file)} ${fault}; write one like arn:aws:s3:::BUCKET/KEY.env`,
      );
    }
  }
  if (inputs.family !== undefined && !/^[A-Za-z0-9_-]{1,255}$/.test(inputs.family)) {
    problems.push(
      `family: ${JSON.stringify(inputs.family)} is no family; one has up to 255 letters, digits, hyphens and underscores`,
    );
  }
  return problems;
}

/** Base64 and base32 may end in `=`: such a secret without a name reads as a name with a strange value. */
function isSurelyName(name: string, value: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && !/^=*$/.test(value);
}
