import { call } from '../aws/call.ts';
import { describeTaskDefinition } from '../aws/document.ts';
import { followerOf } from '../deployment/follow/follower.ts';
import { createTargetHealthReader } from '../deployment/observe/target-health.ts';
import { readSummaryFacts, type SummaryFacts } from '../deployment/timeline/read.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { Failure } from '../process/failure.ts';
import { type PastDeployment, readPast } from '../rollback/past.ts';
import { foreignPause, isOfRepository } from '../rollback/refusals.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates, type ServiceState } from '../service/describe.ts';
import { createReader, type Reader } from '../service/reader.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { originOfRun } from '../task-definition/provenance.ts';
import { inUtc } from '../text/time.ts';
import { nameOf } from '../text/words.ts';
import { answerPause } from './answer-pause.ts';
import { type Deployed, mostPictured, stopIfCancelled } from './apply.ts';
import { type AnswerableDeployment, findPaused } from './find-paused.ts';
import type { ServiceRollout } from './service-rollout.ts';
import { imageOfVersion } from './version-image.ts';

/** One service, and the deployment to answer. */
interface Answer extends AnswerableDeployment {
  readonly seen: ServiceState;
  /** What the deployment deploys. */
  readonly document: TaskDefinitionDocument;
  readonly history: readonly PastDeployment[];
}

/**
 * Answers paused deployments and follows them to their ends. Changes nothing else: it may run in another job than the
 * step that deployed, and knows only what ECS and its own inputs tell. A service whose deployment isn't paused keeps all
 * others from being answered.
 *
 * @throws Failure for everything that is found out before a pause is answered
 */
export async function continueDeployment(inputs: Inputs, run: Run): Promise<Deployed> {
  const { aws } = run;
  const reader = createReader(aws.ecs, run.clock);
  const services = await readServiceStates(aws, calling(run), inputs.cluster, inputs.services);
  const answers = await allOf(services.map((seen) => findAnswer(inputs, run, reader, seen)));
  stopIfCancelled(run);
  for (const answer of answers) run.log.say(describePause(answer));
  const isRollback = inputs.continue.answer === 'rollback';
  if (!isRollback && inputs.failure.rollback && answers.some(({ pause }) => pause !== undefined)) {
    run.log.say(
      'A rollback restores the version. Settings that the step before changed, such as desired-count, are unknown here and stay.',
    );
  }
  const commit = commitOf(answers, isRollback, run);
  if (answers.some(({ pause }) => pause !== undefined)) await run.record.begin(commit);

  const targetHealth = createTargetHealthReader(aws);
  const facts = new Map<string, SummaryFacts>();
  const outcomes = await Promise.all(
    answers.map(async (answer) => {
      const { seen, document, deployment } = answer;
      const options: ServiceRollout = {
        run,
        inputs,
        reader,
        targetHealth,
        follower: followerOf(seen),
        seen: {
          ...seen,
          taskDefinitionArn: seen.rollbackTarget?.taskDefinitionArn ?? seen.taskDefinitionArn,
        },
        change: { kind: 'join', deployment },
        taskDefinition: document,
        taskDefinitionArn: deployment.target,
        say: (line) => run.log.say(answers.length === 1 ? line : `[${seen.name}] ${line}`),
      };
      const outcome = await answerPause(options, answer);
      if (answers.length > mostPictured) return outcome;
      const read = await readSummaryFacts({ run, reader, service: seen, document, outcome });
      if (read !== undefined) facts.set(seen.arn, read);
      return outcome;
    }),
  );
  return {
    outcomes,
    image: isRollback ? undefined : imageOfAll(inputs, answers),
    changes: new Map(),
    facts,
    steps: [],
    commit,
    ...(isRollback
      ? { histories: answers.map(({ seen, history }) => ({ service: seen.name, past: history })) }
      : {}),
  };
}

async function findAnswer(inputs: Inputs, run: Run, reader: Reader, seen: ServiceState): Promise<Answer> {
  const history = await readPast(run.aws.ecs, calling(run), seen);
  const found = await findPaused(run, reader, seen, history, inputs.continue.deploymentIds);
  const { deployment, past } = found;
  const isAllowed = inputs.rollback.allow.includes('foreign-deployment');
  if (found.pause !== undefined && !isAllowed && !isOfRepository(run.environment, past.origin)) {
    throw foreignPause(deployment, past);
  }
  const described =
    deployment.target === seen.taskDefinitionArn
      ? undefined
      : await call(calling(run), 'ecs:DescribeTaskDefinition', (over) =>
          describeTaskDefinition(run.aws.ecs, deployment.target, over),
        );
  return {
    ...found,
    seen,
    history,
    document: described === undefined ? seen.taskDefinition : fromDescribed(described),
  };
}

/** Waits for all; what keeps several of them from being done is told together. */
async function allOf<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(works);
  const problems = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const failures = problems.filter((problem) => problem instanceof Failure);
  const [first] = failures;
  if (failures.length < problems.length || (problems.length === 1 && first !== undefined)) {
    throw problems.find((problem) => !(problem instanceof Failure)) ?? first;
  }
  if (first !== undefined) {
    const { code, fault, advice } = first;
    const message = failures.map((failure) => failure.message).join('\n');
    throw new Failure({ code, fault, message, advice });
  }
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function describePause({ seen, deployment, pause }: Answer): string {
  const what = `${seen.name}: the deployment ${deployment.id} of ${nameOf(deployment.target)}`;
  if (pause === undefined) return `${what} is no longer paused`;
  const { stage, expires, timeoutAction, others } = pause;
  const until =
    expires === undefined
      ? ''
      : ` until ${inUtc(expires)} (then ECS's action is ${timeoutAction ?? 'unknown'})`;
  const more =
    others === 0 ? '' : `; ${others} more ${others === 1 ? 'hook waits' : 'hooks wait'} for an answer`;
  const target = seen.rollbackTarget;
  const back =
    target === undefined
      ? 'No deployment of it has ever completed, so there is nothing to roll back to.'
      : `If this fails, ${seen.name} goes back to ${nameOf(target.taskDefinitionArn)}.`;
  return `${what} is paused at ${stage ?? 'an unknown stage'}${until}${more}. ${back}`;
}

/** The commit of the version that the answer leads to, where it is one of this repository. */
function commitOf(answers: readonly Answer[], isRollback: boolean, { environment }: Run): string | undefined {
  const { repository } = originOfRun(environment);
  return answers
    .flatMap(({ past, history, seen }) =>
      isRollback
        ? (history.find(
            ({ taskDefinitionArn }) => taskDefinitionArn === seen.rollbackTarget?.taskDefinitionArn,
          )?.origin ?? [])
        : past.origin,
    )
    .find((origin) => origin.commit !== undefined && origin.repository === repository)?.commit;
}

/** Undefined where services have different images: `image` speaks of all. */
function imageOfAll(inputs: Inputs, answers: readonly Answer[]): ProvidedImage | undefined {
  const [first, ...others] = answers.map(({ document, past }) =>
    imageOfVersion(inputs, document, past.images),
  );
  return others.every((image) => image?.uri === first?.uri) ? first : undefined;
}
