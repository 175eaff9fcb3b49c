import { arn } from '../../base/account.ts';
import { documentsOf, flagOf, isGiven, numberOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json, Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import type { Cluster } from '../model/cluster.ts';
import { liveDeployment, primaryOf, type Service } from '../model/service.ts';
import { newSettings, startsDeployment, updatedSettings } from '../model/service-settings.ts';
import { type State, tasksOf } from '../model/state.ts';
import { newDeployment } from '../rollout/new-deployment.ts';
import { roll, supersede } from '../rollout/rollout.ts';
import type { Balancing } from '../rules/advanced-configuration.ts';
import { checkController } from '../rules/deployment-configuration.ts';
import { identifierIn } from '../rules/identifiers.ts';
import { clientError, invalidParameter, serviceNotActive, serviceNotFound } from '../rules/refusals.ts';
import { checkDesiredCount, checkService } from '../rules/service.ts';
import { checkTags } from '../rules/tags.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { checkAssociated, clusterOf } from './clusters.ts';
import { describeService } from './describe-service.ts';
import { usableTaskDefinition } from './task-definitions.ts';

interface Parts {
  readonly state: State;
  readonly scheduler: Scheduler;
  readonly balancing: Balancing;
}

export function serviceOperations(parts: Parts): Operations {
  const { state } = parts;
  return {
    CreateService: (input) => create(parts, input),
    UpdateService: (input) => update(parts, input),
    DeleteService: (input) => remove(parts, input),
    DescribeServices: (input) => {
      const cluster = clusterOf(state, input);
      const asked = textsOf(input, 'services');
      if (asked.length === 0) throw invalidParameter('Services cannot be empty.');
      if (asked.length > 10) throw invalidParameter('services can have at most 10 items.');
      const tags = textsOf(input, 'include').includes('TAGS');
      const found = asked.map((reference) => findService(state, cluster, reference));
      return {
        services: found.flatMap((service): Json[] =>
          service === undefined ? [] : [show(state, service, { tags, isReply: false })],
        ),
        failures: asked.flatMap((reference, index): Json[] =>
          found[index] === undefined
            ? [{ arn: serviceArn(state, cluster, reference), reason: 'MISSING' }]
            : [],
        ),
      };
    },
    ListServices: (input) => {
      const cluster = clusterOf(state, input);
      const launchType = textOf(input, 'launchType');
      const arns = [...state.services.values()]
        .filter((service) => service.cluster === cluster && service.status === 'ACTIVE')
        .filter((service) => launchType === undefined || service.settings['launchType'] === launchType)
        .map((service) => service.arn);
      // Documented: ten by default, not a hundred as elsewhere.
      const { page, nextToken } = pageOf(arns, input, { size: 10, most: 100, keyOf: (one) => one });
      return { serviceArns: [...page], nextToken };
    },
  };
}

/**
 * The service of a name or ARN in a cluster; an INACTIVE one for about an hour (documented).
 *
 * @throws AwsError for an ARN of another cluster, account or region
 */
export function findService(state: State, cluster: Cluster, reference: string): Service | undefined {
  const found = state.services.get(serviceArn(state, cluster, reference));
  const goneFor = found?.inactiveSince === undefined ? 0 : state.clock.now() - found.inactiveSince;
  return goneFor > 3600 * 1000 ? undefined : found;
}

function create({ state, scheduler, balancing }: Parts, input: Document): Document {
  const cluster = clusterOf(state, input);
  const name = textOf(input, 'serviceName') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    throw invalidParameter('The service name may have up to 255 letters, numbers, underscores and hyphens.');
  }
  const existing = findService(state, cluster, name);
  if (existing?.status === 'DRAINING')
    throw invalidParameter('Unable to Start a service that is still Draining.');
  const clientToken = textOf(input, 'clientToken');
  if (existing?.status === 'ACTIVE') {
    if (clientToken === undefined || clientToken !== existing.clientToken) {
      throw invalidParameter('Creation of service was not idempotent.');
    }
    return { service: show(state, existing, { tags: true, isReply: true }) };
  }
  const reference = textOf(input, 'taskDefinition');
  if (reference === undefined) throw clientError('Task definition is required.');
  const definition = usableTaskDefinition(state, reference);
  const settings = newSettings(input);
  checkService(settings, definition, { ...balancing, readings: state.readings });
  checkAssociated(cluster, input);
  const desiredCount = numberOf(input, 'desiredCount');
  if (desiredCount === undefined) throw invalidParameter('desiredCount is required for a REPLICA service.');
  checkDesiredCount(desiredCount);
  checkTags(documentsOf(input, 'tags'));
  const identity = { name, arn: serviceArn(state, cluster, name), cluster };
  const deployment = newDeployment(state, { ...identity, settings, desiredCount }, definition, undefined);
  const service: Service = {
    ...identity,
    createdAt: state.clock.now(),
    status: 'ACTIVE',
    desiredCount,
    taskDefinitionArn: definition.arn,
    settings,
    tags: documentsOf(input, 'tags'),
    deployments: [deployment],
    serviceDeployments: [],
    inFlight: undefined,
    events: [],
    isSteady: false,
    clientToken,
    inactiveSince: undefined,
  };
  state.services.set(service.arn, service);
  roll(state, service, deployment, () => scheduler.look(service));
  scheduler.look(service);
  return { service: show(state, service, { tags: true, isReply: true }) };
}

/** Checks everything first, then changes; a new deployment only for what starts one (documented). */
function update({ state, scheduler, balancing }: Parts, input: Document): Document {
  const cluster = clusterOf(state, input);
  const service = findService(state, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw serviceNotFound();
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  const primary = primaryOf(service);
  const reference = textOf(input, 'taskDefinition');
  checkController(service.settings, input);
  // A service whose revision is INACTIVE still scales (seen): only a task definition that is asked for is looked at.
  const definition =
    reference === undefined ? primary.revision.definition : usableTaskDefinition(state, reference);
  const settings = updatedSettings(service.settings, input, state.readings.deploymentConfigurationOnUpdate);
  checkService(settings, definition, { ...balancing, readings: state.readings });
  checkAssociated(cluster, input);
  const desiredCount = numberOf(input, 'desiredCount');
  checkDesiredCount(desiredCount);

  const isNew =
    definition.arn !== primary.revision.definition.arn ||
    startsDeployment(service.settings, settings) ||
    flagOf(input, 'forceNewDeployment') === true;
  if (isNew && !isGiven(input, 'taskDefinition') && definition.document['status'] !== 'ACTIVE') {
    throw clientError('TaskDefinition is inactive');
  }
  // Seen in a user's report (aws/containers-roadmap#2836); the name of the exception is that of its sibling for task sets.
  const open = service.deployments.filter((one) => one.status !== 'INACTIVE');
  if (isNew && open.length >= 5) {
    throw invalidParameter('5 active deployments exist, unable to create new deployment.');
  }
  service.settings = settings;
  if (desiredCount !== undefined && desiredCount !== service.desiredCount) {
    scale(service, desiredCount);
    service.isSteady = false;
  }
  if (isNew)
    roll(state, service, newDeployment(state, service, definition, liveDeployment(service)), () =>
      scheduler.look(service),
    );
  scheduler.look(service);
  return { service: show(state, service, { tags: false, isReply: true }) };
}

/** Documented for rolling updates; that both revisions follow once both run is our choice. */
function scale(service: Service, desiredCount: number): void {
  const before = service.desiredCount;
  service.desiredCount = desiredCount;
  const primary = primaryOf(service);
  if (service.inFlight?.stages === undefined) {
    if (!primary.isHalted) primary.desiredCount = desiredCount;
    return;
  }
  for (const one of service.deployments) {
    if (one.status !== 'INACTIVE' && one.desiredCount > 0 && one.desiredCount === before) {
      one.desiredCount = desiredCount;
    }
  }
}

function remove({ state, scheduler }: Parts, input: Document): Document {
  const cluster = clusterOf(state, input);
  const service = findService(state, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw serviceNotFound();
  if (service.status === 'INACTIVE') throw serviceNotActive();
  if (service.desiredCount > 0 && flagOf(input, 'force') !== true) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  service.status = 'DRAINING';
  service.desiredCount = 0;
  for (const deployment of service.deployments) deployment.desiredCount = 0;
  supersede(state, service);
  scheduler.look(service);
  return { service: show(state, service, { tags: false, isReply: true }) };
}

function show(
  state: State,
  service: Service,
  { tags, isReply }: { readonly tags: boolean; readonly isReply: boolean },
): Document {
  const currentServiceDeployment = !isReply || state.readings.currentServiceDeploymentInReply === 'present';
  return describeService(service, tasksOf(state, service), { tags, currentServiceDeployment });
}

function serviceArn({ account }: State, cluster: Cluster, reference: string): string {
  return arn(
    account,
    'ecs',
    `service/${cluster.name}/${identifierIn(account, cluster, 'service', reference)}`,
  );
}
