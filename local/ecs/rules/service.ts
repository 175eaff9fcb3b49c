import type { TargetGroups } from '../../elb/target-groups.ts';
import { documentOf, documentsOf, flagOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import { AwsError, type Document } from '../../server/operation.ts';
import type { Readings } from '../model/readings.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import { type Balancing, checkAdvancedConfiguration } from './advanced-configuration.ts';
import { checkDeploymentConfiguration } from './deployment-configuration.ts';
import { invalidParameter, unsupportedFeature } from './refusals.ts';

/** Refuses settings that CreateService and UpdateService refuse (texts: widely quoted, else ours). */
export function checkService(
  settings: Document,
  definition: TaskDefinition,
  { readings, ...balancing }: Balancing & { readonly readings: Readings },
): void {
  checkPlacement(settings, definition);
  checkNetwork(settings);
  for (const balancer of documentsOf(settings, 'loadBalancers')) {
    checkLoadBalancer(balancer, definition, balancing.targetGroups);
  }
  if (documentsOf(settings, 'loadBalancers').length > 5) {
    throw invalidParameter('A service can have at most 5 target groups.');
  }
  checkDeploymentConfiguration(settings, readings);
  checkAdvancedConfiguration(settings, balancing);
  const most = numberOf(documentOf(settings, 'deploymentConfiguration'), 'maximumPercent') ?? 200;
  // Documented (aws/aws-cdk#32259 has the list); the text is ours.
  if (textOf(settings, 'availabilityZoneRebalancing') === 'ENABLED' && most <= 100) {
    throw invalidParameter('Availability Zone rebalancing does not support a maximumPercent of 100 or less.');
  }
  if (
    flagOf(settings, 'enableExecuteCommand') === true &&
    textOf(definition.document, 'taskRoleArn') === undefined
  ) {
    throw invalidParameter(
      "The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    );
  }
  const grace = numberOf(settings, 'healthCheckGracePeriodSeconds');
  if (grace !== undefined && (grace < 0 || grace > 2_147_483_647)) {
    throw invalidParameter('healthCheckGracePeriodSeconds is out of range.');
  }
}

export function checkDesiredCount(count: number | undefined): void {
  if (count !== undefined && (count < 0 || !Number.isInteger(count))) {
    throw invalidParameter('Invalid desired count. It must not be negative.');
  }
  if (count !== undefined && count > 5000) throw invalidParameter('A service can have at most 5000 tasks.');
}

/** What decides where a task runs; for RunTask as well. */
export function checkPlacement(settings: Document, definition: TaskDefinition): void {
  const launchType = textOf(settings, 'launchType');
  const strategy = documentsOf(settings, 'capacityProviderStrategy');
  if (launchType !== undefined && strategy.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const provider = strategy
    .map((one) => textOf(one, 'capacityProvider') ?? '')
    .find((one) => !isFargate(one));
  if (provider !== undefined) {
    throw invalidParameter(`The specified capacity provider '${provider}' was not found.`);
  }
  if (launchType !== 'FARGATE' && strategy.length === 0) {
    throw unsupportedFeature('This local ECS runs Fargate only: give launchType FARGATE or a strategy.');
  }
  if (!textsOf(definition.document, 'compatibilities').includes('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (textOf(settings, 'schedulingStrategy') === 'DAEMON') {
    throw invalidParameter('The daemon scheduling strategy is not supported on Fargate.');
  }
  const platform = textOf(settings, 'platformVersion');
  if (platform !== undefined && !['LATEST', '1.4.0', '1.3.0'].includes(platform)) {
    throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
  }
}

export function checkNetwork(settings: Document): void {
  const vpc = documentOf(documentOf(settings, 'networkConfiguration'), 'awsvpcConfiguration');
  if (vpc === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = textsOf(vpc, 'subnets');
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > 16) throw invalidParameter('subnets can have at most 16 items.');
  if (textsOf(vpc, 'securityGroups').length > 5) {
    throw invalidParameter('securityGroups can have at most 5 items.');
  }
}

const isFargate = (provider: string): boolean => provider === 'FARGATE' || provider === 'FARGATE_SPOT';

function checkLoadBalancer(balancer: Document, definition: TaskDefinition, targetGroups: TargetGroups): void {
  const targetGroupArn = textOf(balancer, 'targetGroupArn');
  if (targetGroupArn === undefined) {
    throw invalidParameter('A load balancer of a Fargate service needs a target group.');
  }
  const name = textOf(balancer, 'containerName') ?? '';
  const port = numberOf(balancer, 'containerPort');
  const container = documentsOf(definition.document, 'containerDefinitions').find(
    (one) => textOf(one, 'name') === name,
  );
  if (container === undefined) {
    throw invalidParameter(`The container ${name} does not exist in the task definition.`);
  }
  const ports = documentsOf(container, 'portMappings').map((one) => numberOf(one, 'containerPort'));
  if (!ports.includes(port)) {
    throw invalidParameter(`The container ${name} did not have a container port ${port ?? ''} defined.`);
  }
  if (!targetGroups.has(targetGroupArn)) {
    throw invalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`);
  }
}
