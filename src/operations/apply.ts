import { followerOf } from '../deployment/follow/follower.ts';
import { createTargetHealthReader } from '../deployment/observe/target-health.ts';
import type { ServiceOutcome } from '../deployment/outcome.ts';
import { readSummaryFacts, type SummaryFacts } from '../deployment/timeline/read.ts';
import type { Bar } from '../deployment/timeline/timeline.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Inputs } from '../inputs/inputs.ts';
import {
  type Change,
  decideAfterRegistering,
  type PlannedService,
  type RegisteredRevision,
} from '../plan/decide/change.ts';
import { diff, formatPath } from '../plan/show/diff.ts';
import { describeKeptImage } from '../plan/show/kept-image.ts';
import { planOf } from '../plan/show/plan.ts';
import { describeStrategy } from '../plan/show/strategy.ts';
import { cancelledFailure } from '../process/failure.ts';
import { describeBuild } from '../report/build-section.ts';
import type { ServiceChanges } from '../report/changes-section.ts';
import type { ServiceHistory } from '../rollback/past.ts';
import type { Run } from '../run/run.ts';
import type { Reader } from '../service/reader.ts';
import { canonicalForm } from '../task-definition/canonical-form.ts';
import { originOf } from '../task-definition/provenance.ts';
import { printable } from '../text/sanitize.ts';
import { nameOf } from '../text/words.ts';
import { createRegistrar } from './register.ts';
import { rollOut } from './roll-out.ts';
import { warnOfLostImages } from './rollback-images.ts';
import { warnUnprotected } from './warn-unprotected.ts';

/** The most services that a summary has pictures of: more would not fit, and reading for them delays the end. */
export const mostPictured = 5;

/** What a deploy did. */
export interface Deployed {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
  /** Why no image was put in, and which ones stay. */
  readonly kept?: string | undefined;
  /** What a rollback chose from. */
  readonly histories?: readonly ServiceHistory[];
  /** For the summary: what the run changes about each service, by its ARN. */
  readonly changes: ReadonlyMap<string, ServiceChanges>;
  /** For the summary: what was read of each service when its rollout was over, by its ARN. */
  readonly facts: ReadonlyMap<string, SummaryFacts>;
  /** What the run did before the deployments began. */
  readonly steps: readonly Bar[];
  /** The commit of the deployed image; undefined where it is unknown. */
  readonly commit: string | undefined;
}

/**
 * Does what was decided: registers, updates, follows, and rolls back where that fails.
 * @param isForeign whether the commit is of another repository than the workflow's: GitHub's record of the deployment can
 *   not name it
 * @param commit of the image that is put in; an image that is kept keeps its own
 */
export async function apply({
  change,
  commit,
  isForeign = false,
  inputs,
  run,
  reader,
  steps = [],
}: {
  readonly change: Change;
  readonly commit: string | undefined;
  readonly isForeign?: boolean;
  readonly inputs: Inputs;
  readonly run: Run;
  readonly reader: Reader;
  readonly steps?: readonly Bar[];
}): Promise<Deployed> {
  const { image, services: planned } = change;
  const from = run.clock.now();
  if (image.kind === 'there') run.log.say(`image ${image.uri}`);
  if (planned.some(({ update }) => update.kind === 'update')) {
    await run.record.begin(isForeign ? undefined : commit);
  }
  if (image.kind === 'there' && image.build !== undefined) run.log.say(describeBuild(image.build));
  const registrar = createRegistrar(run, {
    image: image.kind === 'kept' ? 'kept' : { commit },
    hasMarks: inputs.github.revisionMarks,
  });
  const [revisions] = await Promise.all([
    Promise.all(planned.map(({ taskDefinition }) => registrar(taskDefinition))),
    warnOfLostImages(
      run,
      planned.filter(({ update }) => update.kind === 'update').map(({ seen }) => seen),
    ),
  ]);
  stopIfCancelled(run);
  const services = planned.map((service, index) => {
    const revision = revisions[index] ?? { arn: '', answered: undefined };
    const decided = decideAfterRegistering(service, revision, inputs);
    if (decided !== service) sayCopy(run, service, revision);
    return { ...decided, arn: decided.taskDefinition.arn ?? revision.arn };
  });
  warnUnprotected(run, services);
  sayStrategies(run, { image, services });
  const registered = { name: 'register', from, to: run.clock.now() };
  const targetHealth = createTargetHealthReader(run.aws);
  const facts = new Map<string, SummaryFacts>();
  const outcomes = await Promise.all(
    services.map(async ({ seen, taskDefinition, update, arn }) => {
      const outcome = await rollOut({
        run,
        inputs,
        reader,
        targetHealth,
        follower: followerOf(seen),
        seen,
        taskDefinition: taskDefinition.document,
        taskDefinitionArn: arn,
        change: update,
        say: (line) => run.log.say(services.length === 1 ? line : `[${seen.name}] ${line}`),
      });
      if (services.length > mostPictured) return outcome;
      const read = await readSummaryFacts({
        run,
        reader,
        service: seen,
        document: taskDefinition.document,
        outcome,
      });
      if (read !== undefined) facts.set(seen.arn, read);
      return outcome;
    }),
  );
  return {
    outcomes,
    image: image.kind === 'there' ? image : undefined,
    kept: describeKeptImage(change),
    changes: changesOf({ image, services }),
    facts,
    steps: [...steps, registered],
    commit: image.kind === 'kept' ? undefined : commit,
  };
}

/** Says how ECS deploys what doesn't simply roll, and what that waits for. */
function sayStrategies({ log }: Run, change: Change): void {
  for (const { service, deploys, strategy } of planOf(change, []).services) {
    if (!deploys) continue;
    const name = change.services.length === 1 ? '' : `[${service}] `;
    for (const line of describeStrategy(strategy)) log.say(printable(`${name}${line}`));
  }
}

function changesOf(change: Change): ReadonlyMap<string, ServiceChanges> {
  const planned = new Map(planOf(change, []).services.map((service) => [service.serviceArn, service]));
  return new Map(
    change.services.map(({ seen: { arn, taskDefinition } }) => {
      const { taskDefinition: revision, settings = [] } = planned.get(arn) ?? {};
      return [arn, { before: originOf(taskDefinition), members: revision?.changes ?? [], settings }];
    }),
  );
}

/** A revision was registered for nothing: what ECS did not keep has to be told, or the next run does the same unseen. */
function sayCopy(
  { log }: Run,
  { seen, taskDefinition: { document } }: PlannedService,
  { arn, answered = {} }: RegisteredRevision,
): void {
  const members = diff(canonicalForm(document), canonicalForm(answered)).map(({ path }) => formatPath(path));
  const why = members.length === 0 ? '' : `, since ECS does not keep ${members.join(', ')}`;
  log.notice(
    printable(
      `${nameOf(arn)} says the same as ${nameOf(seen.taskDefinitionArn)}, which ${seen.name} runs${why}: it is not rolled out.`,
    ),
  );
}

export function stopIfCancelled({ signal }: Run): void {
  if (signal.aborted) throw cancelledFailure();
}
