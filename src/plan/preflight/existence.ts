import type { Run } from '../../run/run.ts';
import { readSecretValue } from '../../task-definition/secret-value.ts';
import { type Change, isSkipped } from '../decide/change.ts';
import {
  answerFromError,
  askWithTimeout,
  type CheckContext,
  limitConcurrency,
  patienceSeconds,
} from './ask.ts';
import { checkCapacityProvider } from './capacity-providers.ts';
import { type Answer, type Check, notShown } from './check.ts';
import { checkEnvironmentFile } from './environment-files.ts';
import { checkImage } from './images.ts';
import { checkLogGroup } from './log-groups.ts';
import { batchesOf, checkParameters } from './parameters.ts';
import { type Requirement, requirementsOf, requirementsOfRunning } from './requirements.ts';
import { checkRole } from './roles.ts';
import { checkSecret } from './secrets.ts';
import { checkTargetGroup } from './target-groups.ts';
import { ownerOf, type TaskOwner } from './trust-policy.ts';

/**
 * Asks AWS for all that a change needs, a few at once. Never throws: what can't be told is `unknown`, and nothing is tried
 * for long, since only a hint hangs on it.
 */
export async function checkExistence(
  run: Run,
  change: Change,
  skipped: readonly string[],
): Promise<readonly Check[]> {
  const wanted = requirementsOf(change).filter(({ check }) => !isSkipped(check, skipped));
  const [first] = change.services;
  if (first === undefined) return [];
  const owner = ownerOf(first.seen.arn);
  const parameters = askParameters(run, wanted, owner);
  const running = new Set(requirementsOfRunning(change).map(keyOf));
  // Equal requirements share one question.
  const answers = new Map<string, Promise<Answer>>();
  const turns = new Map<string, ReturnType<typeof limitConcurrency>>();
  return Promise.all(
    wanted.map(async (one) => {
      const key = keyOf(one);
      const turn = turns.get(one.kind) ?? limitConcurrency(atOnce);
      turns.set(one.kind, turn);
      const asked =
        answers.get(key) ??
        (one.kind === 'secret' ? parameters.get(one.name) : undefined) ??
        attemptInTurn(run, one.kind, turn, (context) => ask(context, one, owner)).then(answerIn);
      answers.set(key, asked);
      const { state, detail } = await asked;
      const name = isCertainlyReference(one, state) ? one.name : notShown;
      return { check: one.check, what: one.what, name, state, detail, inUse: running.has(key) };
    }),
  );
}

/** The limit for each kind: AWS limits the rate of some of these reads to ten per second. */
const atOnce = 5;

/** The same thing, wherever it stands. */
function keyOf(wanted: Requirement): string {
  const { kind, name } = wanted;
  if (wanted.kind === 'image') return JSON.stringify([kind, name, wanted.platform]);
  if (wanted.kind !== 'log-group') return JSON.stringify([kind, name]);
  const { 'awslogs-region': region, 'awslogs-create-group': create } = wanted.options;
  return JSON.stringify([kind, name, region, create]);
}

/** Any word could be the name of a parameter; as long as none is there of that name, it may be the secret itself. */
function isCertainlyReference({ kind, name }: Requirement, state: Answer['state']): boolean {
  if (kind === 'registry-credentials') return name.startsWith('arn:') || state === 'ok';
  if (kind !== 'secret') return true;
  const value = readSecretValue(name);
  return value.kind === 'parameter-name' ? state === 'ok' : value.kind !== 'refused';
}

/** The answers of all parameters that are wanted, by their references. */
function askParameters(
  run: Run,
  wanted: readonly Requirement[],
  owner: TaskOwner,
): ReadonlyMap<string, Promise<Answer>> {
  const references = wanted.flatMap(({ kind, name }) => (kind === 'secret' && isParameter(name) ? name : []));
  const turn = limitConcurrency(atOnce);
  return new Map(
    batchesOf(references, owner).flatMap((batch) => {
      const asked = attemptInTurn(run, 'secret', turn, (context) => checkParameters(context, batch));
      return batch.map(({ reference }): readonly [string, Promise<Answer>] => [
        reference,
        asked.then((all) =>
          answerIn(
            all.kind === 'failed'
              ? all
              : { kind: 'answered', value: all.value.get(reference) ?? { state: 'unknown' } },
          ),
        ),
      ]);
    }),
  );
}

function isParameter(valueFrom: string): boolean {
  const { kind } = readSecretValue(valueFrom);
  return kind === 'parameter' || kind === 'parameter-name';
}

type Attempt<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly answer: Answer };

/** Asks when it is its turn, and for as long as a deployment is held up for it, the turn included. */
async function attemptInTurn<T>(
  run: Run,
  kind: Requirement['kind'],
  turn: ReturnType<typeof limitConcurrency>,
  question: (context: CheckContext) => Promise<T>,
): Promise<Attempt<T>> {
  try {
    const value = await askWithTimeout(run.clock, (late) => {
      const signal = AbortSignal.any([run.signal, late]);
      return turn(() => {
        signal.throwIfAborted();
        return question({ aws: run.aws, clock: run.clock, signal });
      });
    });
    if (value !== 'late') return { kind: 'answered', value };
    const detail = `AWS did not answer in ${patienceSeconds} s.`;
    return { kind: 'failed', answer: { state: 'unknown', detail } };
  } catch (error) {
    return { kind: 'failed', answer: answerFromError(error, actions[kind]) };
  }
}

function answerIn(attempt: Attempt<Answer>): Answer {
  return attempt.kind === 'answered' ? attempt.value : attempt.answer;
}

/** The permission that each question needs first, as policies name it. */
const actions: Readonly<Record<Requirement['kind'], string>> = {
  image: 'ecr:BatchGetImage',
  role: 'iam:GetRole',
  secret: 'secretsmanager:DescribeSecret',
  'registry-credentials': 'secretsmanager:DescribeSecret',
  'log-group': 'logs:DescribeLogGroups',
  'target-group': 'elasticloadbalancing:DescribeTargetGroups',
  'environment-file': 's3:GetObject',
  'capacity-provider': 'ecs:DescribeClusters',
};

function ask(context: CheckContext, wanted: Requirement, owner: TaskOwner): Promise<Answer> {
  switch (wanted.kind) {
    case 'image':
      return checkImage(context, wanted.name, wanted.platform);
    case 'role':
      return checkRole(context, wanted.name, owner);
    case 'secret':
      return readSecretValue(wanted.name).kind === 'refused'
        ? Promise.resolve(neither)
        : checkSecret(context, wanted.name);
    case 'registry-credentials':
      return checkSecret(context, wanted.name);
    case 'log-group':
      return checkLogGroup(context, wanted.options);
    case 'target-group':
      return checkTargetGroup(context, wanted.name);
    case 'capacity-provider':
      return checkCapacityProvider(context, wanted.cluster, wanted.name);
    case 'environment-file':
      return checkEnvironmentFile(context, wanted.name);
    default:
      return wanted satisfies never;
  }
}

const neither: Answer = {
  state: 'wrong',
  detail: 'It is neither an ARN nor the name of a parameter, and is not shown.',
};
