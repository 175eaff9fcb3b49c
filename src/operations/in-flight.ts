import { kindOf, wordsOf } from '../aws/errors.ts';
import { followerOf } from '../deployment/follow/follower.ts';
import { pauseOf } from '../deployment/observe/stage.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { Failure } from '../process/failure.ts';
import { rateLimitedLog } from '../process/rate-limited-log.ts';
import { untilCancelled } from '../process/until-cancelled.ts';
import { calling, type Run } from '../run/run.ts';
import { type DeploymentInFlight, readServiceStates, type ServiceState } from '../service/describe.ts';
import type { Reader } from '../service/reader.ts';
import { inUtc } from '../text/time.ts';
import { nameOf } from '../text/words.ts';

/** A service that is being deployed. */
interface BusyService {
  readonly service: ServiceState;
  readonly inFlight: DeploymentInFlight;
}

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
  const busy = services.flatMap(busyService);
  if (busy.length === 0) return services;
  const describeAll = (list: readonly BusyService[]): Promise<readonly string[]> =>
    Promise.all(list.map((one) => describeInFlight(run, reader, one)));
  if (inputs.ifInFlight === 'fail') {
    throw new Failure({
      code: 'deployment-in-flight',
      fault: 'yours',
      message: `Another deployment is in flight: ${(await describeAll(busy)).join('; ')}.`,
      advice: 'if-in-flight is fail; wait would wait for its end, supersede would replace it.',
    });
  }
  if (inputs.ifInFlight === 'supersede') {
    for (const text of await describeAll(busy))
      run.log.say(`in flight already: ${text}; this deployment supersedes it if it differs`);
    return services;
  }
  const until = run.clock.now() + inputs.wait.minutes * 60_000;
  const logged = new Set<string>();
  let now = services;
  // When one has ended, another may have begun, or ECS be rolling it back.
  for (let left = busy; left.length > 0; left = now.flatMap(busyService)) {
    for (const text of await describeAll(left)) {
      // One that ECS rolls back leaves PRIMARY at once, and is read again and again until that is over.
      if (!logged.has(text)) run.log.say(`in flight already: ${text}; waiting for its end`);
      logged.add(text);
    }
    await Promise.all(left.map((one) => awaitEnd(inputs, run, reader, one, until)));
    now = await readServiceStates(run.aws, calling(run), inputs.cluster, inputs.services);
  }
  return now;
}

async function awaitEnd(
  { wait }: Inputs,
  run: Run,
  reader: Reader,
  busy: BusyService,
  until: number,
): Promise<void> {
  const { service: seen } = busy;
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
      : `Another deployment was still in flight after ${wait.minutes} minutes: ${await describeInFlight(run, reader, busy)}.`,
  });
}

function busyService(service: ServiceState): readonly BusyService[] {
  const inFlight = followerOf(service).inFlight(service);
  return inFlight === undefined ? [] : [{ service, inFlight }];
}

/** Names a deployment in flight and says how it stands: its status, or the pause at which it waits for somebody. */
async function describeInFlight(
  { signal }: Pick<Run, 'signal'>,
  reader: Reader,
  { service, inFlight }: BusyService,
): Promise<string> {
  const newest = service.history.kind === 'known' ? service.history.deployments[0] : undefined;
  // It only says more of what is known already, so that a read that fails is not tried again.
  const read =
    newest?.serviceDeploymentArn === undefined
      ? undefined
      : untilCancelled(signal, reader.until(signal).serviceDeployment(newest.serviceDeploymentArn)).catch(
          () => undefined,
        );
  const record = await read;
  const pause = record === 'cancelled' ? undefined : pauseOf(record);
  const until = pause?.expires === undefined ? '' : ` until ${inUtc(pause.expires)}`;
  const state =
    pause === undefined
      ? inFlight.status
      : `paused at ${pause.stage ?? 'an unknown stage'}${until}, for somebody to answer with operation: continue`;
  return `${inFlight.id} of ${nameOf(inFlight.target)} on ${service.name} (${state})`;
}
