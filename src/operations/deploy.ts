import type { Bar } from '../deployment/timeline/timeline.ts';
import { detectEngine } from '../image/build/engine.ts';
import { isOfOwnRepository } from '../image/build/labels.ts';
import { loadSources } from '../image/build/load-sources.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import { mayBuild } from '../image/source/find-dockerfile.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Change } from '../plan/decide/change.ts';
import { newerRevision } from '../plan/decide/task-definition.ts';
import { checkExistence } from '../plan/preflight/existence.ts';
import {
  findingLine,
  findingsOfChecks,
  refuseProblems,
  type ServiceFinding,
} from '../plan/preflight/findings.ts';
import { describeKeptImage } from '../plan/show/kept-image.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates, type ServiceState } from '../service/describe.ts';
import { createReader } from '../service/reader.ts';
import { apply, type Deployed, stopIfCancelled } from './apply.ts';
import { decide, decideWith } from './decide.ts';
import { awaitInFlight } from './in-flight.ts';
import { logServices } from './log-services.ts';
import { readNamedImage } from './promote.ts';

/**
 * Takes the checkout (or an image that exists) to a healthy service: look, decide, build and push, register, update,
 * follow, and roll back when it fails. One image serves all services of the run.
 *
 * @throws Failure for everything that is found out before a service is touched
 */
export async function deploy(asked: Inputs, run: Run): Promise<Deployed> {
  const named = await readNamedImage(asked, run);
  const { inputs } = named;
  const { aws, clock } = run;
  const begun = clock.now();
  if (mayBuild(inputs.image, run.workspace)) {
    void detectEngine(run, inputs.image);
    void loadSources(run, inputs.image);
  }
  const reader = createReader(aws.ecs, run.clock);
  const lookAndWait = async (): Promise<readonly ServiceState[]> =>
    awaitInFlight(
      inputs,
      run,
      reader,
      await readServiceStates(aws, calling(run), inputs.cluster, inputs.services),
    );
  const before = await lookAndWait();
  const lookedAt = clock.now();
  logServices(run, before);

  const { change, provide, finish } = await decide(named, run, before);
  stopIfCancelled(run);
  tellKept(run, change);
  sayFindings(run, findingsIn(change));
  const checked = checkExistence(run, change, inputs.skipChecks).then((checks) =>
    sayFindings(
      run,
      findingsOfChecks(checks).map((finding) => ({ service: undefined, finding })),
    ),
  );
  // AWS is asked while the build or copy begins, which ends at once when something is missing.
  const stop = new AbortController();
  checked.catch((failure: unknown) => stop.abort(failure));
  if (provide === undefined) await checked;
  await finish?.();
  const isBuilt = inputs.image.image === undefined;
  const sources = isBuilt ? await loadSources(run, inputs.image) : undefined;
  const commit = isBuilt ? sources?.commit?.sha : named.commit;
  const isForeign = sources !== undefined && !isOfOwnRepository(sources, run.environment);
  // A build takes minutes, in which others may deploy: what runs now is what changes, and the rollback target.
  const decideAnew = async (image: ProvidedImage): Promise<Change> => {
    stopIfCancelled(run);
    const bound = await decideWith(image, inputs, run, await lookAndWait());
    refuseProblems(findingsIn(bound));
    return bound;
  };
  if (provide === undefined) {
    const isOld = change.image.kind === 'there' && clock.now() - lookedAt >= oldMilliseconds;
    const current = isOld ? await decideAnew(change.image) : change;
    return apply({ change: current, commit, isForeign, inputs, run, reader });
  }
  const checkedAt = clock.now();
  const image = await provide(stop.signal);
  const builtAt = clock.now();
  await checked;
  const bound = await decideAnew(image);
  const steps = [
    { name: 'look and check', from: begun, to: checkedAt },
    ...(isBuilt ? buildBars(image, checkedAt, builtAt) : [{ name: 'copy', from: checkedAt, to: builtAt }]),
  ];
  return apply({ change: bound, commit, isForeign, inputs, run, reader, steps });
}

/** Looking and checking take less; an image or its scan was waited for. */
const oldMilliseconds = 5000;

/** The push comes last, where it is told how long it took. */
function buildBars({ build }: ProvidedImage, from: number, to: number): readonly Bar[] {
  const push = (build?.pushSeconds ?? 0) * 1000;
  if (push < 1000) return [{ name: 'build and push', from, to }];
  return [
    { name: 'build', from, to: to - push },
    { name: 'push', from: to - push, to },
  ];
}

/** An image that is expected and not built is a warning; one that nobody wants to be built is told. */
function tellKept({ log }: Run, change: Change): void {
  const kept = describeKeptImage(change);
  if (kept === undefined || change.image.kind !== 'kept') return;
  if (change.image.why.kind === 'no-dockerfile') log.warning(kept);
  else log.say(kept);
}

/** Tells what is worth knowing, each thing once, and refuses what can't work. */
function sayFindings({ log }: Run, all: readonly ServiceFinding[]): void {
  const told = new Map(all.map(({ finding }) => [findingLine(finding), finding]));
  for (const [line, { rule, severity }] of told) {
    if (severity === 'warning') log.warning(line);
    // What was so before needs no annotation on every run.
    else if (rule === newerRevision) log.notice(line);
    else if (severity === 'notice') log.say(line);
  }
  refuseProblems(all);
}

function findingsIn({ services }: Change): readonly ServiceFinding[] {
  return services.flatMap(({ seen, findings }) =>
    findings.map((finding) => ({ service: seen.name, finding })),
  );
}
