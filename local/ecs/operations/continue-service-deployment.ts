import { textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { isOpen } from '../model/lifecycle-hook.ts';
import { hasEnded, type ServiceDeployment } from '../model/service.ts';
import type { State } from '../model/state.ts';
import { requestRollback } from '../rollout/rollback.ts';
import { invalidParameter } from '../rules/refusals.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';

/**
 * Answers a pause hook of a deployment: CONTINUE releases this hook alone, ROLLBACK rolls the deployment back
 * (documented, like the texts of the refusals; their exception is our choice).
 */
export function continueServiceDeployment(
  state: State,
  scheduler: Scheduler,
  flight: ServiceDeployment,
  input: Document,
): Document {
  const hookId = textOf(input, 'hookId') ?? '';
  if (!/^ecs-[a-z]+-[\w-]+$/.test(hookId)) {
    throw invalidParameter('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}');
  }
  if (hasEnded(flight)) {
    throw invalidParameter(
      'Continuing a service deployment is not allowed for service deployment in terminal states.',
    );
  }
  const run = flight.stages?.hooks.find(({ id }) => id === hookId);
  if (flight.status !== 'IN_PROGRESS' || run?.hook.kind !== 'pause' || !isOpen(run)) {
    throw invalidParameter(
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    );
  }
  if (textOf(input, 'action') === 'ROLLBACK') {
    // What the hook then shows is not documented.
    run.status = 'FAILED';
    requestRollback(state, flight, () => scheduler.wake(flight.service));
  } else run.status = 'SUCCEEDED';
  scheduler.wake(flight.service);
  return { serviceDeploymentArn: flight.arn };
}
