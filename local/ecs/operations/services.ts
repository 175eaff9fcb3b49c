import { flagOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json, Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import { supersede } from '../rollout/rollout.ts';
import { invalidParameter, serviceNotActive, serviceNotFound } from '../rules/refusals.ts';
import { clusterOf } from './clusters.ts';
import { createService, type ServiceParts } from './create-service.ts';
import { showService } from './describe-service.ts';
import { findService, serviceArn } from './find-service.ts';
import { updateService } from './update-service.ts';

export function serviceOperations(parts: ServiceParts): Operations {
  const { state } = parts;
  return {
    CreateService: (input) => createService(parts, input),
    UpdateService: (input) => updateService(parts, input),
    DeleteService: (input) => deleteService(parts, input),
    DescribeServices: (input) => {
      const cluster = clusterOf(state, input);
      const asked = textsOf(input, 'services');
      if (asked.length === 0) throw invalidParameter('Services cannot be empty.');
      if (asked.length > 10) throw invalidParameter('services can have at most 10 items.');
      const tags = textsOf(input, 'include').includes('TAGS');
      const found = asked.map((reference) => findService(state, cluster, reference));
      return {
        services: found.flatMap((service): Json[] =>
          service === undefined ? [] : [showService(state, service, { tags, isReply: false })],
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

function deleteService({ state, scheduler }: ServiceParts, input: Document): Document {
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
  scheduler.wake(service);
  return { service: showService(state, service, { tags: false, isReply: true }) };
}
