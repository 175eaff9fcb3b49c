import { documentsOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Service } from '../model/service.ts';
import { newSettings } from '../model/service-settings.ts';
import type { State } from '../model/state.ts';
import { newDeployment } from '../rollout/new-deployment.ts';
import { roll } from '../rollout/rollout.ts';
import type { Balancing } from '../rules/advanced-configuration.ts';
import { clientError, invalidParameter } from '../rules/refusals.ts';
import { checkDesiredCount, checkService } from '../rules/service.ts';
import { checkTags } from '../rules/tags.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { checkAssociated, clusterOf } from './clusters.ts';
import { showService } from './describe-service.ts';
import { findService, serviceArn } from './find-service.ts';
import { usableTaskDefinition } from './task-definitions.ts';

/** What the operations on services work with. */
export interface ServiceParts {
  readonly state: State;
  readonly scheduler: Scheduler;
  readonly balancing: Balancing;
}

/** CreateService. */
export function createService({ state, scheduler, balancing }: ServiceParts, input: Document): Document {
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
    return { service: showService(state, existing, { tags: true, isReply: true }) };
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
  roll(state, service, deployment, () => scheduler.wake(service));
  scheduler.wake(service);
  return { service: showService(state, service, { tags: true, isReply: true }) };
}
