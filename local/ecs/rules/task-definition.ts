import { documentOf, documentsOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { checkContainers, checkFargateContainer } from './containers.ts';
import { checkEnums } from './enums.ts';
import { fargateSize } from './fargate-sizes.ts';
import { clientError, invalidParameter } from './refusals.ts';

/**
 * Refuses what RegisterTaskDefinition refuses. The rules of Fargate are checked when `requiresCompatibilities` has
 * FARGATE (documented). Answers the task's size in AWS's plain form, e.g. cpu "1024" for "1 vCPU".
 */
export function checkTaskDefinition(
  document: Document,
  isEcrImage: (image: string) => boolean,
): { readonly cpu?: string; readonly memory?: string } {
  const family = textOf(document, 'family') ?? '';
  if (family === '') throw clientError('Family should not be null or empty.');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
    throw clientError('Family contains invalid characters.');
  }
  const containers = documentsOf(document, 'containerDefinitions');
  checkContainers(containers);
  // Seen in users' reports (fabfuel/ecs-deploy#231).
  if (['taskRoleArn', 'executionRoleArn'].some((role) => textOf(document, role) === '')) {
    throw clientError('Role is not valid');
  }
  checkMountPoints(document, containers);
  checkEnums(document, containers);
  const compatibilities = textsOf(document, 'requiresCompatibilities');
  const unknown = compatibilities.find(
    (one) => !['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'].includes(one),
  );
  if (unknown !== undefined) throw invalidParameter(`Invalid compatibility '${unknown}'.`);
  if (!compatibilities.includes('FARGATE')) return {};
  const size = checkSize(document);
  checkFargateTask(document);
  for (const container of containers) checkFargateContainer(container);
  checkShares(containers, size);
  checkExecutionRole(document, containers, isEcrImage);
  return { cpu: String(size.cpuUnits), memory: String(size.memoryMiB) };
}

/** Text: seen in users' reports (ansible/ansible#35751). */
function checkMountPoints(document: Document, containers: readonly Document[]): void {
  const volumes = new Set(documentsOf(document, 'volumes').map((volume) => textOf(volume, 'name')));
  const unknown = containers
    .flatMap((container) => documentsOf(container, 'mountPoints'))
    .map((mount) => textOf(mount, 'sourceVolume'))
    .find((name) => name !== undefined && !volumes.has(name));
  if (unknown !== undefined) throw clientError(`Unknown volume '${unknown}'.`);
}

/** Whether the document can run on Fargate, which ECS finds out by itself (`compatibilities`, documented). */
export function suitsFargate(document: Document, isEcrImage: (image: string) => boolean): boolean {
  try {
    checkTaskDefinition({ ...document, requiresCompatibilities: ['FARGATE'] }, isEcrImage);
    return true;
  } catch {
    return false;
  }
}

/** Texts: quoted in users' reports. */
function checkSize(document: Document): { readonly cpuUnits: number; readonly memoryMiB: number } {
  const cpu = textOf(document, 'cpu');
  const memory = textOf(document, 'memory');
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const size = fargateSize(cpu, memory);
  if (size.kind === 'invalid-cpu') throw clientError("Invalid 'cpu' setting for task.");
  if (size.kind === 'no-such-size') throw clientError('No Fargate configuration exists for given values.');
  return size;
}

function checkFargateTask(document: Document): void {
  if (textOf(document, 'networkMode') !== 'awsvpc') {
    throw clientError("Fargate only supports network mode 'awsvpc'.");
  }
  const pidMode = textOf(document, 'pidMode');
  if (pidMode !== undefined && pidMode !== 'task') {
    throw clientError(
      `Tasks using the Fargate launch type do not support pidMode '${pidMode}'. The supported value for pidMode is 'task'.`,
    );
  }
  if (textOf(document, 'ipcMode') !== undefined) throw clientError("Fargate does not support 'ipcMode'.");
  if (documentsOf(document, 'placementConstraints').length > 0) {
    throw clientError("Fargate does not support 'placementConstraints'.");
  }
  const storage = numberOf(documentOf(document, 'ephemeralStorage'), 'sizeInGiB');
  if (storage !== undefined && storage < 21)
    throw clientError('EphemeralStorage size should be at least 21.');
  if (storage !== undefined && storage > 200) {
    throw clientError('EphemeralStorage size should be at most 200.');
  }
  for (const volume of documentsOf(document, 'volumes')) {
    const hasHostPath = textOf(documentOf(volume, 'host'), 'sourcePath') !== undefined;
    if (hasHostPath || documentOf(volume, 'dockerVolumeConfiguration') !== undefined) {
      throw clientError(`Fargate does not support the volume '${textOf(volume, 'name') ?? ''}'.`);
    }
  }
  const platform = documentOf(document, 'runtimePlatform');
  const system = textOf(platform, 'operatingSystemFamily') ?? 'LINUX';
  if (system.startsWith('WINDOWS') && textOf(platform, 'cpuArchitecture') === 'ARM64') {
    throw clientError('Windows tasks on Fargate run on X86_64 only.');
  }
}

function checkShares(
  containers: readonly Document[],
  size: { readonly cpuUnits: number; readonly memoryMiB: number },
): void {
  const sum = (member: string): number =>
    containers.reduce((total, container) => total + (numberOf(container, member) ?? 0), 0);
  if (sum('cpu') > size.cpuUnits) {
    throw clientError('The sum of the containers’ cpu is greater than the cpu of the task.');
  }
  // Known are refusals of one container's limit and of the sum of reservations; of a sum of limits none is (texts: ours).
  if (containers.some((container) => (numberOf(container, 'memory') ?? 0) > size.memoryMiB)) {
    throw clientError('The memory of a container is greater than the memory of the task.');
  }
  if (sum('memoryReservation') > size.memoryMiB) {
    throw clientError('The sum of the containers’ memoryReservation is greater than the memory of the task.');
  }
}

/** What the execution role is needed for (documented; the texts for images and awslogs are quoted in reports). */
function checkExecutionRole(
  document: Document,
  containers: readonly Document[],
  isEcrImage: (image: string) => boolean,
): void {
  if ((textOf(document, 'executionRoleArn') ?? '') !== '') return;
  const needed = 'Fargate requires task definition to have execution role ARN to support';
  for (const container of containers) {
    if (isEcrImage(textOf(container, 'image') ?? '')) throw clientError(`${needed} ECR images.`);
    if (textOf(documentOf(container, 'logConfiguration'), 'logDriver') === 'awslogs') {
      throw clientError(`${needed} log driver awslogs.`);
    }
    if (documentsOf(container, 'secrets').length > 0) throw clientError(`${needed} secrets.`);
    if (documentsOf(container, 'environmentFiles').length > 0) {
      throw clientError(`${needed} environment files.`);
    }
    if (documentOf(container, 'repositoryCredentials') !== undefined) {
      throw clientError(`${needed} repository credentials.`);
    }
  }
}
