import { isPassing, kindOf } from '../../aws/errors.ts';
import { getParameters, type Parameters } from '../../aws/raw/ssm.ts';
import { readSecretValue } from '../../task-definition/secret-value.ts';
import { answerFromError, askWithRetries, type CheckContext } from './ask.ts';
import { type Answer, ok } from './check.ts';
import type { TaskOwner } from './trust-policy.ts';

/** A parameter as it is asked for. */
export interface ParameterAddress {
  /** As `valueFrom` has it. */
  readonly reference: string;
  readonly region: string;
  /** Its name; the ARN of one of another account. */
  readonly name: string;
  readonly isForeign: boolean;
}

/** Parameters as they can be asked for together: ten of one region at most (documented). Pure. */
export function batchesOf(
  references: readonly string[],
  owner: TaskOwner,
): readonly (readonly ParameterAddress[])[] {
  const places = [...new Set(references)].map((reference) => addressOf(reference, owner));
  return [...Map.groupBy(places, ({ region }) => region).values()].flatMap((ofRegion) =>
    Array.from({ length: Math.ceil(ofRegion.length / 10) }, (_, index) =>
      ofRegion.slice(index * 10, (index + 1) * 10),
    ),
  );
}

/** Whether the parameters of one batch are there, by their references. Their values are not decrypted. */
export async function checkParameters(
  context: CheckContext,
  batch: readonly ParameterAddress[],
): Promise<ReadonlyMap<string, Answer>> {
  // Named by its ARN and by its name, one is asked for once.
  const names = [...new Set(batch.map(({ name }) => name))];
  const answers = new Map(await askBatch(context, batch[0]?.region, names));
  return new Map(
    batch.map(({ reference, name, isForeign }) => {
      const answer = answers.get(name) ?? { state: 'unknown' };
      return [reference, isForeign && answer.state === 'missing' ? notShared : answer];
    }),
  );
}

const notShared: Answer = {
  state: 'unknown',
  detail: 'It is of another account, which does not share it with this one, or it does not exist.',
};

/**
 * Finds where and how to ask for a parameter: by its name in this account, by its ARN in another, which is the
 * only way to it (documented). Pure.
 */
export function addressOf(reference: string, { region, account }: TaskOwner): ParameterAddress {
  if (readSecretValue(reference).kind !== 'parameter')
    return { reference, region, name: reference, isForeign: false };
  const [, , , own = region, of, ...path] = reference.split(':');
  const isForeign = of !== account;
  // `parameter/web/db` is the parameter `/web/db`; one without a path (`parameter/db`) is `db`.
  const name = path.join(':').replace(/^parameter\//, '');
  return {
    reference,
    region: own,
    name: isForeign ? reference : name.includes('/') ? `/${name}` : name,
    isForeign,
  };
}

/** Asks for each alone when the batch is refused: the error says nothing about the others. */
async function askBatch(
  context: CheckContext,
  region: string | undefined,
  names: readonly string[],
): Promise<readonly (readonly [string, Answer])[]> {
  try {
    const told = await askWithRetries(context, 'ssm:GetParameters', (over) =>
      getParameters(context.aws, names, region, over),
    );
    const answers = judgeParameters(told, names);
    const open = names.filter((name) => !answers.has(name));
    return [
      ...answers,
      ...(open.length === names.length ? open.map(untold) : await askEach(context, region, open)),
    ];
  } catch (error) {
    if (names.length === 1 || isPassing(kindOf(error)) || kindOf(error) === 'credentials')
      return names.map((name) => [name, answerFromError(error, 'ssm:GetParameters')]);
    return askEach(context, region, names);
  }
}

async function askEach(
  context: CheckContext,
  region: string | undefined,
  names: readonly string[],
): Promise<readonly (readonly [string, Answer])[]> {
  const answers: (readonly [string, Answer])[] = [];
  for (const name of names) answers.push(...(await askBatch(context, region, [name])));
  return answers;
}

function untold(name: string): readonly [string, Answer] {
  return [name, { state: 'unknown', detail: 'SSM did not tell.' }];
}

/** By what GetParameters answers; a name that is in neither of its lists has no answer. Pure. */
export function judgeParameters(
  { found: parameters, invalid }: Parameters,
  names: readonly string[],
): ReadonlyMap<string, Answer> {
  const found = new Set(
    parameters.flatMap(({ name, arn, selector }) => [name, arn].map((one) => `${one}${selector}`)),
  );
  return new Map(
    names.flatMap((name): readonly (readonly [string, Answer])[] => {
      if (found.has(name)) return [[name, ok]];
      return invalid.includes(name) ? [[name, { state: 'missing' }]] : [];
    }),
  );
}
