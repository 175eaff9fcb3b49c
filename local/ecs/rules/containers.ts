import { documentOf, documentsOf, flagOf, isGiven, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { clientError } from './refusals.ts';

const name = /^[A-Za-z0-9_-]{1,255}$/;

/** Refuses a container definition that ECS refuses on every launch type. */
export function checkContainers(containers: readonly Document[]): void {
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > 10) throw clientError('Too many containers; a task definition has at most 10.');
  for (const container of containers) checkContainer(container, containers);
  const names = containers.map((container) => textOf(container, 'name'));
  const repeated = names.find((one, index) => names.indexOf(one) !== index);
  if (repeated !== undefined) throw clientError(`Container name '${repeated}' is used more than once.`);
  if (containers.every((container) => flagOf(container, 'essential') === false)) {
    throw clientError('At least one container must be essential.');
  }
}

/** Refuses what a container can't have on Fargate (documented; most texts are ours). */
export function checkFargateContainer(container: Document): void {
  const of = `container '${textOf(container, 'name') ?? ''}'`;
  for (const member of notOnFargate) {
    const value = container[member];
    const isEmpty = value === false || (Array.isArray(value) && value.length === 0) || value === '';
    if (isGiven(container, member) && !isEmpty) {
      throw clientError(`Fargate does not support '${member}' (${of}).`);
    }
  }
  for (const mapping of documentsOf(container, 'portMappings')) {
    const host = numberOf(mapping, 'hostPort');
    if (host !== undefined && host !== 0 && host !== numberOf(mapping, 'containerPort')) {
      throw clientError(
        'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
      );
    }
  }
  checkLinuxParameters(container, of);
  checkLogging(container, of);
  const stopTimeout = numberOf(container, 'stopTimeout');
  if (stopTimeout !== undefined && (stopTimeout < 0 || stopTimeout > 120)) {
    throw clientError(`stopTimeout must be between 0 and 120 seconds (${of}).`);
  }
}

const notOnFargate = [
  'disableNetworking',
  'dnsSearchDomains',
  'dnsServers',
  'dockerSecurityOptions',
  'extraHosts',
  'hostname',
  'links',
  'privileged',
];

function checkContainer(container: Document, all: readonly Document[]): void {
  const given = textOf(container, 'name');
  if (given === undefined || given === '') throw clientError('Container.name should not be null or empty.');
  if (!name.test(given)) {
    throw clientError(
      `Container name '${given}' may have up to 255 letters, numbers, underscores and hyphens.`,
    );
  }
  if ((textOf(container, 'image') ?? '') === '') {
    throw clientError('Container.image should not be null or empty.');
  }
  const memory = numberOf(container, 'memory');
  const reservation = numberOf(container, 'memoryReservation');
  if (memory !== undefined && memory < 6) {
    throw clientError(`Invalid setting for container '${given}'. Memory must be at least 6 MiB.`);
  }
  // Equal values are taken (AWS's CDK and its guide).
  if (memory !== undefined && reservation !== undefined && reservation > memory) {
    throw clientError(
      `Invalid setting for container '${given}'. memoryReservation must be less than memory.`,
    );
  }
  checkSecretNames(container);
  checkHealthCheck(documentOf(container, 'healthCheck'), given);
  for (const dependency of documentsOf(container, 'dependsOn')) checkDependency(dependency, given, all);
}

/** Texts: seen in users' reports (dagster-io/dagster#11622, CircleCI-Public/aws-ecs-orb#210). */
function checkSecretNames(container: Document): void {
  const names = documentsOf(container, 'secrets').map((secret) => textOf(secret, 'name') ?? '');
  const repeated = names.find((one, index) => names.indexOf(one) !== index);
  if (repeated !== undefined) {
    throw clientError(`Duplicate secret names found: ${repeated}. Each secret name must be unique.`);
  }
  const shared = documentsOf(container, 'environment')
    .map((variable) => textOf(variable, 'name') ?? '')
    .find((one) => names.includes(one));
  if (shared !== undefined) {
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared}'.`,
    );
  }
}

function checkHealthCheck(check: Document | undefined, container: string): void {
  if (check === undefined) return;
  const command = check['command'];
  if (!Array.isArray(command) || command.length === 0) {
    throw clientError(`The health check of container '${container}' needs a command.`);
  }
  for (const [member, least, most] of healthCheckRanges) {
    const value = numberOf(check, member);
    if (value !== undefined && (value < least || value > most)) {
      throw clientError(
        `healthCheck.${member} of container '${container}' must be between ${least} and ${most}.`,
      );
    }
  }
}

/** Documented. */
const healthCheckRanges = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
] as const;

function checkDependency(dependency: Document, container: string, all: readonly Document[]): void {
  const target = textOf(dependency, 'containerName');
  const condition = textOf(dependency, 'condition');
  const other = all.find((one) => textOf(one, 'name') === target);
  if (other === undefined || target === container) {
    throw clientError(`Container '${container}' depends on '${target ?? ''}', which is not in the task.`);
  }
  if (condition === 'HEALTHY' && documentOf(other, 'healthCheck') === undefined) {
    throw clientError(
      `Container '${container}' waits for '${target}' to be HEALTHY; it has no health check.`,
    );
  }
  if ((condition === 'COMPLETE' || condition === 'SUCCESS') && flagOf(other, 'essential') !== false) {
    throw clientError(`Container '${container}' waits for the end of '${target}', which is essential.`);
  }
}

function checkLinuxParameters(container: Document, of: string): void {
  const parameters = documentOf(container, 'linuxParameters');
  for (const member of ['devices', 'sharedMemorySize', 'maxSwap', 'swappiness']) {
    const value = parameters?.[member];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    throw clientError(`Fargate does not support 'linuxParameters.${member}' (${of}).`);
  }
  const added = documentOf(parameters, 'capabilities')?.['add'];
  const refused = Array.isArray(added) ? added.find((capability) => capability !== 'SYS_PTRACE') : undefined;
  if (refused !== undefined) throw clientError(`Fargate can only add the capability SYS_PTRACE (${of}).`);
}

function checkLogging(container: Document, of: string): void {
  const logging = documentOf(container, 'logConfiguration');
  if (logging === undefined) return;
  const driver = textOf(logging, 'logDriver') ?? '';
  if (!['awslogs', 'splunk', 'awsfirelens'].includes(driver)) {
    throw clientError(`Fargate does not support the log driver '${driver}' (${of}).`);
  }
  if (driver !== 'awslogs') return;
  for (const option of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']) {
    const value = textOf(documentOf(logging, 'options'), option);
    // An empty prefix is taken (seen by a user): what is wanted is the option.
    if (value === undefined || (value === '' && option !== 'awslogs-stream-prefix')) {
      throw clientError(`Log driver awslogs requires option '${option}' on Fargate (${of}).`);
    }
  }
}
