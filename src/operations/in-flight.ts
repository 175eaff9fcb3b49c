import { kindOf, wordsOf } from '../aws/errors.ts';
import { followerOf } from '../deployment/follow/follower.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { Failure } from '../process/failure.ts';
import { rateLimitedLog } from '../process/rate-limited-log.ts';
import { untilCancelled } from '../process/until-cancelled.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates, type ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import { nameOf } from '../text/words.ts';

/**
 * Treats deployments that are in flight as `if-in-flight` says. Answers with the services as they are afterwards.
 * @throws Failure deployment-in-flight
 */
export async function awaitInFlight(
  inputs: Inputs,
  run: Run,
  reader: Reader,
  services: readonly ServiceState[],
): Promise<readonly ServiceState[]> {
  const busy = services.filter(isInFlight);
  if (busy.length === 0) return services;
  const names = busy.map(nameInFlight);
  if (inputs.ifInFlight === 'fail') {
    throw new Failure({
      code: 'deployment-in-flight',
      fault: 'yours',
      message: `Another deployment is in flight: ${names.join('; ')}.`,
      advice: 'if-in-flight is fail; wait would wait for its end, supersede would replace it.',
    });
  }
  if (inputs.ifInFlight === 'supersede') {
    for (const name of names)
      run.log.say(`in flight already: ${name}; this deployment supersedes it if it differs`);
    return services;
  }
  const until = run.clock.now() + inputs.wait.minutes * 60_000;
  let now = services;
  // When one has ended, another may have begun, or ECS be rolling it back.
  for (let left = busy; left.length > 0; left = now.filter(isInFlight)) {
    for (const name of left.map(nameInFlight)) run.log.say(`in flight already: ${name}; waiting for its end`);
    await Promise.all(left.map((seen) => awaitEnd(inputs, run, reader, seen, until)));
    now = await readServiceStates(run.aws, calling(run), inputs.cluster, inputs.services);
  }
  return now;
}

async function awaitEnd(
  { wait }: Inputs,
  run: Run,
  reader: Reader,
  seen: ServiceState,
  until: number,
): Promise<void> {
  const tell = rateLimitedLog(run.clock, run.log.say);
  while (run.clock.now() < until && !run.signal.aborted) {
    await reader.tick(run.signal);
    try {
      const service = await untilCancelled(
        run.signal,
        reader.until(run.signal).service(seen.clusterArn, seen.arn),
      );
      if (service === 'cancelled') continue;
      const primary = followerOf(seen).current(service);
      if (primary !== undefined && primary.rolloutState !== 'IN_PROGRESS') return;
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'credentials' || kind === 'denied') throw error;
      tell(`ecs:DescribeServices failed and is tried again: ${wordsOf(error)}`, 'failed');
    }
  }
  throw new Failure({
    code: run.signal.aborted ? 'cancelled' : 'deployment-in-flight',
    fault: 'yours',
    message: run.signal.aborted
      ? 'The run was cancelled while it waited for another deployment; nothing was touched.'
      : `Another deployment was still in flight after ${wait.minutes} minutes: ${nameInFlight(seen)}.`,
  });
}

function isInFlight(service: ServiceState): boolean {
  return followerOf(service).inFlight(service) !== undefined;
}

function nameInFlight(service: ServiceState): string {
  const inFlight = followerOf(service).inFlight(service);
  return `${inFlight?.id} of ${nameOf(inFlight?.target ?? '')} on ${service.name} (${inFlight?.status})`;
}
