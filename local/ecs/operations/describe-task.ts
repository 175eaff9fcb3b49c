import { documentOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';
import { type Container, containerHealth, type Task } from '../model/task.ts';
import type { TaskDefinition } from '../model/task-definition.ts';

/** The task as DescribeTasks answers it. */
export function describeTask(task: Task, includeTags: boolean): Document {
  const { launch, definition } = task;
  const times = Object.fromEntries(Object.entries(task.times).map(([name, at]) => [name, at / 1000]));
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: definition.arn,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: containerHealth(task) ?? 'UNKNOWN',
    connectivity: task.times.connectivityAt === undefined ? undefined : 'CONNECTED',
    createdAt: task.createdAt / 1000,
    ...times,
    stopCode: task.end?.stopCode,
    stoppedReason: task.end?.stoppedReason,
    launchType: launch.launchType,
    capacityProviderName: launch.capacityProviderName,
    platformVersion: launch.platformVersion,
    platformFamily: 'Linux',
    availabilityZone: `${task.arn.split(':')[3] ?? ''}a`,
    cpu: textOf(launch.overrides, 'cpu') ?? textOf(definition.document, 'cpu'),
    memory: textOf(launch.overrides, 'memory') ?? textOf(definition.document, 'memory'),
    ephemeralStorage: documentOf(definition.document, 'ephemeralStorage') ?? { sizeInGiB: 20 },
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...launch.overrides },
    enableExecuteCommand: launch.enableExecuteCommand,
    attributes: [{ name: 'ecs.cpu-architecture', value: architecture(definition) }],
    attachments: launch.networkConfiguration === undefined ? [] : [attachment(task)],
    containers: task.containers.map((container) => describeContainer(container, task)),
    version: task.version,
    tags: includeTags ? [...task.tags] : [],
  };
}

function describeContainer(container: Container, task: Task): Document {
  const { address } = task;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.lastStatus === 'PENDING' ? undefined : `${task.id}-${container.arn.slice(-10)}`,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.healthStatus,
    networkBindings: [],
    networkInterfaces:
      address === undefined
        ? []
        : [{ attachmentId: task.attachmentId, privateIpv4Address: address.privateIp }],
    ...container.shares,
  };
}

/** The network interface names the subnet that was given (seen). */
function attachment(task: Task): Document {
  const vpc = documentOf(task.launch.networkConfiguration, 'awsvpcConfiguration');
  const details: Json[] = [{ name: 'subnetId', value: textsOf(vpc, 'subnets')[0] ?? '' }];
  if (task.lastStatus !== 'PROVISIONING') {
    details.push({ name: 'networkInterfaceId', value: `eni-0${task.id.slice(0, 16)}` });
    details.push({ name: 'macAddress', value: '0a:00:00:00:00:01' });
  }
  if (task.address !== undefined) {
    const ip = task.address.privateIp;
    details.push({ name: 'privateDnsName', value: `ip-${ip.replaceAll('.', '-')}.ec2.internal` });
    details.push({ name: 'privateIPv4Address', value: ip });
  }
  return { id: task.attachmentId, type: 'ElasticNetworkInterface', status: attachmentStatus(task), details };
}

function attachmentStatus(task: Task): string {
  if (task.lastStatus === 'PROVISIONING') return 'PRECREATED';
  if (task.lastStatus === 'STOPPED') return 'DELETED';
  return task.lastStatus === 'DEPROVISIONING' ? 'DETACHING' : 'ATTACHED';
}

function architecture(definition: TaskDefinition): string {
  const asked = textOf(documentOf(definition.document, 'runtimePlatform'), 'cpuArchitecture');
  return asked === 'ARM64' ? 'arm64' : 'x86_64';
}
