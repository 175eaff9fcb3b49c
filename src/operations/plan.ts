import type { Inputs } from '../inputs/inputs.ts';
import { isSkipped } from '../plan/decide/change.ts';
import { checkExistence } from '../plan/preflight/existence.ts';
import { checkPermissions } from '../plan/preflight/permissions.ts';
import { type Plan, planOf } from '../plan/show/plan.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates } from '../service/describe.ts';
import { decide } from './decide.ts';
import { logServices } from './log-services.ts';
import { readNamedImage } from './promote.ts';

/**
 * Shows what a deploy would do, and changes nothing: look and decide as a deploy does, and stop there. What is in flight
 * is not waited for.
 *
 * @throws Failure for everything for which a deploy would fail before anything could be decided
 */
export async function plan(asked: Inputs, run: Run): Promise<Plan> {
  const named = await readNamedImage(asked, run);
  const { inputs } = named;
  const seen = await readServiceStates(run.aws, calling(run), inputs.cluster, inputs.services);
  logServices(run, seen);
  const { change } = await decide(named, run, seen, 'leave-to-checks');
  const [checks, permissions] = await Promise.all([
    checkExistence(run, change, inputs.skipChecks),
    isSkipped('permissions', inputs.skipChecks) ? [] : checkPermissions(run, change),
  ]);
  return planOf(change, [...checks, ...permissions]);
}
