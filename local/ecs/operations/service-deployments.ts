import { documentOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import { AwsError, type Document, type Json, type Operations } from '../../server/operation.ts';
import { pageOf } from '../../server/pages.ts';
import { hasEnded, type ServiceDeployment } from '../model/service.ts';
import { describeBrief, describeServiceDeployment } from '../model/service-deployment.ts';
import { describeServiceRevision } from '../model/service-revision.ts';
import { type State, tasksOf } from '../model/state.ts';
import { abort, requestRollback } from '../rollout/rollback.ts';
import { conflict, invalidParameter, serviceNotFound } from '../rules/refusals.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { clusterOf } from './clusters.ts';
import { continueServiceDeployment } from './continue-service-deployment.ts';
import { findService } from './find-service.ts';

export function serviceDeploymentOperations(state: State, scheduler: Scheduler): Operations {
  return {
    ListServiceDeployments: (input) => list(state, input),
    DescribeServiceDeployments: (input) => {
      const asked = textsOf(input, 'serviceDeploymentArns');
      checkLength(asked, 'serviceDeploymentArns');
      const found = asked.map((one) => findServiceDeployment(state, one));
      return {
        serviceDeployments: found.flatMap((one): Json[] =>
          one === undefined ? [] : [describeServiceDeployment(one, tasksOf(state, one.service))],
        ),
        failures: missing(asked, found),
      };
    },
    DescribeServiceRevisions: (input) => {
      const asked = textsOf(input, 'serviceRevisionArns');
      checkLength(asked, 'serviceRevisionArns');
      const revisions = [...state.services.values()].flatMap((service) =>
        service.deployments.map((deployment) => deployment.revision),
      );
      const found = asked.map((one) => revisions.find((revision) => revision.arn === one));
      return {
        serviceRevisions: found.flatMap((one): Json[] =>
          one === undefined ? [] : [describeServiceRevision(one)],
        ),
        failures: missing(asked, found),
      };
    },
    StopServiceDeployment: (input) => stop(state, scheduler, input),
    ContinueServiceDeployment: (input) => {
      const found = findServiceDeployment(state, textOf(input, 'serviceDeploymentArn') ?? '');
      if (found === undefined) {
        throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment does not exist.');
      }
      return continueServiceDeployment(state, scheduler, found, input);
    },
  };
}

export function findServiceDeployment(
  state: State,
  serviceDeploymentArn: string,
): ServiceDeployment | undefined {
  return [...state.services.values()]
    .flatMap((service) => service.serviceDeployments)
    .find((one) => one.arn === serviceDeploymentArn);
}

function list(state: State, input: Document): Document {
  const cluster = clusterOf(state, input);
  const service = findService(state, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw serviceNotFound();
  const statuses = textsOf(input, 'status');
  const created = documentOf(input, 'createdAt');
  const after = numberOf(created, 'after') ?? Number.NEGATIVE_INFINITY;
  const before = numberOf(created, 'before') ?? Number.POSITIVE_INFINITY;
  const visibleUntil = state.clock.now() - state.readings.serviceDeploymentVisibleAfterSeconds * 1000;
  const shown = service.serviceDeployments.filter((one) => {
    const at = one.createdAt / 1000;
    const status = textOf(one.shown, 'status') ?? one.status;
    return (
      one.createdAt <= visibleUntil &&
      at >= after &&
      at <= before &&
      (statuses.length === 0 || statuses.includes(status))
    );
  });
  const { page, nextToken } = pageOf(shown, input, { size: 20, most: 100, keyOf: (one) => one.arn });
  return { serviceDeployments: page.map(describeBrief), nextToken };
}

/**
 * Documented: while PENDING or IN_PROGRESS it is stopped, while it is stopping or rolling back already nothing new
 * happens. That a finished one is a conflict is our choice.
 */
function stop(state: State, scheduler: Scheduler, input: Document): Document {
  const found = notFoundUnless(findServiceDeployment(state, textOf(input, 'serviceDeploymentArn') ?? ''));
  const stopType = textOf(input, 'stopType') ?? 'ROLLBACK';
  const isAbort = stopType === 'ABORT' && state.readings.abort === 'stops';
  if (stopType !== 'ROLLBACK' && !isAbort) {
    throw invalidParameter(`The stop type ${stopType} is not supported. The supported value is ROLLBACK.`);
  }
  if (hasEnded(found)) {
    throw conflict('The service deployment has ended and can not be stopped.', [found.arn]);
  }
  if (found.status === 'PENDING' || found.status === 'IN_PROGRESS') {
    if (isAbort) abort(state, found);
    else requestRollback(state, found, () => scheduler.wake(found.service));
    scheduler.wake(found.service);
  }
  return { serviceDeploymentArn: found.arn };
}

function notFoundUnless(found: ServiceDeployment | undefined): ServiceDeployment {
  if (found !== undefined) return found;
  throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
}

function checkLength(asked: readonly string[], member: string): void {
  if (asked.length === 0) throw invalidParameter(`${member} cannot be empty.`);
  if (asked.length > 20) throw invalidParameter(`${member} can have at most 20 items.`);
}

function missing(asked: readonly string[], found: readonly unknown[]): Json[] {
  return asked.flatMap((one, index): Json[] =>
    found[index] === undefined ? [{ arn: one, reason: 'MISSING' }] : [],
  );
}
