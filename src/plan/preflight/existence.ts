import type { Run } from '../../run/run.ts';
import { readSecretValue } from '../../task-definition/secret-value.ts';
import { type Change, isSkipped } from '../decide/change.ts';
import { type Asking, answerTo, askInTime, inTurn, patienceSeconds } from './ask.ts';
import { checkCapacityProvider } from './capacity-providers.ts';
import { type Answer, type Check, notShown } from './check.ts';
import { checkEnvironmentFile } from './environment-files.ts';
import { checkImage } from './images.ts';
import { checkLogGroup } from './log-groups.ts';
import { batchesOf, checkParameters } from './parameters.ts';
import { checkRole } from './roles.ts';
import { checkSecret } from './secrets.ts';
import { checkTargetGroup } from './target-groups.ts';
import { ownerOf, type TaskOwner } from './trust-policy.ts';
import { type Wanted, wantedBy, wantedByRunning } from './wanted.ts';

/**
 * Asks AWS for all that a change needs, a few at once. Never throws: what can't be told is `unknown`, and nothing is tried
 * for long, since only a hint hangs on it.
 */
export async function checkExistence(
  run: Run,
  change: Change,
  skipped: readonly string[],
): Promise<readonly Check[]> {
  const wanted = wantedBy(change).filter(({ check }) => !isSkipped(check, skipped));
  const owner = ownerOf(change.services[0]?.seen.arn ?? '');
  const parameters = askParameters(run, wanted, owner);
  const running = new Set(wantedByRunning(change).map(keyOf));
  // Of several that are the same, one question does.
  const answers = new Map<string, Promise<Answer>>();
  const turns = new Map<string, ReturnType<typeof inTurn>>();
  return Promise.all(
    wanted.map(async (one) => {
      const key = keyOf(one);
      const turn = turns.get(one.kind) ?? inTurn(atOnce);
      turns.set(one.kind, turn);
      const asked =
        answers.get(key) ??
        (one.kind === 'secret' ? parameters.get(one.name) : undefined) ??
        tried(run, one.kind, turn, (asking) => ask(asking, one, owner)).then(answerIn);
      answers.set(key, asked);
      const { state, detail } = await asked;
      const name = isSurelyReference(one, state) ? one.name : notShown;
      return { check: one.check, what: one.what, name, state, detail, inUse: running.has(key) };
    }),
  );
}

/** Of one kind: AWS limits the rate of some of these reads to ten a second. */
const atOnce = 5;

/** The same thing, wherever it stands. */
function keyOf(wanted: Wanted): string {
  const { kind, name } = wanted;
  if (wanted.kind === 'image') return JSON.stringify([kind, name, wanted.platform]);
  if (wanted.kind !== 'log-group') return JSON.stringify([kind, name]);
  const { 'awslogs-region': region, 'awslogs-create-group': create } = wanted.options;
  return JSON.stringify([kind, name, region, create]);
}

/** Any word could be the name of a parameter; as long as none is there of that name, it may be the secret itself. */
function isSurelyReference({ kind, name }: Wanted, state: Answer['state']): boolean {
  if (kind === 'registry-credentials') return name.startsWith('arn:') || state === 'ok';
  if (kind !== 'secret') return true;
  const value = readSecretValue(name);
  return value.kind === 'parameter-name' ? state === 'ok' : value.kind !== 'refused';
}

/** The answers of all parameters that are wanted, by their references. */
function askParameters(
  run: Run,
  wanted: readonly Wanted[],
  owner: TaskOwner,
): ReadonlyMap<string, Promise<Answer>> {
  const references = wanted.flatMap(({ kind, name }) => (kind === 'secret' && isParameter(name) ? name : []));
  const turn = inTurn(atOnce);
  return new Map(
    batchesOf(references, owner).flatMap((batch) => {
      const asked = tried(run, 'secret', turn, (asking) => checkParameters(asking, batch));
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

type Tried<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly answer: Answer };

/** Asks when it is its turn, and for as long as a deployment is held up for it, the turn included. */
async function tried<T>(
  run: Run,
  kind: Wanted['kind'],
  turn: ReturnType<typeof inTurn>,
  question: (asking: Asking) => Promise<T>,
): Promise<Tried<T>> {
  try {
    const value = await askInTime(run.clock, (late) => {
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
    return { kind: 'failed', answer: answerTo(error, actions[kind]) };
  }
}

function answerIn(attempt: Tried<Answer>): Answer {
  return attempt.kind === 'answered' ? attempt.value : attempt.answer;
}

/** The permission that each question needs first, as policies name it. */
const actions: Readonly<Record<Wanted['kind'], string>> = {
  image: 'ecr:BatchGetImage',
  role: 'iam:GetRole',
  secret: 'secretsmanager:DescribeSecret',
  'registry-credentials': 'secretsmanager:DescribeSecret',
  'log-group': 'logs:DescribeLogGroups',
  'target-group': 'elasticloadbalancing:DescribeTargetGroups',
  'environment-file': 's3:GetObject',
  'capacity-provider': 'ecs:DescribeClusters',
};

function ask(asking: Asking, wanted: Wanted, owner: TaskOwner): Promise<Answer> {
  switch (wanted.kind) {
    case 'image':
      return checkImage(asking, wanted.name, wanted.platform);
    case 'role':
      return checkRole(asking, wanted.name, owner);
    case 'secret':
      return readSecretValue(wanted.name).kind === 'refused'
        ? Promise.resolve(neither)
        : checkSecret(asking, wanted.name);
    case 'registry-credentials':
      return checkSecret(asking, wanted.name);
    case 'log-group':
      return checkLogGroup(asking, wanted.options);
    case 'target-group':
      return checkTargetGroup(asking, wanted.name);
    case 'capacity-provider':
      return checkCapacityProvider(asking, wanted.cluster, wanted.name);
    case 'environment-file':
      return checkEnvironmentFile(asking, wanted.name);
    default:
      return wanted satisfies never;
  }
}

const neither: Answer = {
  state: 'wrong',
  detail: 'It is neither an ARN nor the name of a parameter, and is not shown.',
};
