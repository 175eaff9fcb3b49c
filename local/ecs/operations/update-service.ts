import { flagOf, isGiven, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { liveDeployment, primaryOf, type Service } from '../model/service.ts';
import { startsDeployment, updatedSettings } from '../model/service-settings.ts';
import { newDeployment } from '../rollout/new-deployment.ts';
import { roll } from '../rollout/rollout.ts';
import { checkController } from '../rules/deployment-configuration.ts';
import { clientError, invalidParameter, serviceNotActive, serviceNotFound } from '../rules/refusals.ts';
import { checkDesiredCount, checkService } from '../rules/service.ts';
import { checkAssociated, clusterOf } from './clusters.ts';
import type { ServiceParts } from './create-service.ts';
import { showService } from './describe-service.ts';
import { findService } from './find-service.ts';
import { usableTaskDefinition } from './task-definitions.ts';

/** UpdateService: checks everything first, then changes. Only some changes start a deployment (documented). */
export function updateService({ state, scheduler, balancing }: ServiceParts, input: Document): Document {
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
      scheduler.wake(service),
    );
  scheduler.wake(service);
  return { service: showService(state, service, { tags: false, isReply: true }) };
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
