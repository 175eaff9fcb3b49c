import { isTag } from '../reference/image-reference.ts';
import { readWantedVersion } from '../reference/rollback-version.ts';
import type { TaskDefinitionInputs } from '../task-definition/changes.ts';
import { givenForBuild } from './build.ts';
import type { ImageInputs } from './image.ts';
import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';
import { givenForTaskDefinition } from './task-definition.ts';

/** The refusals of a rollback that a person can override. */
const allowances = ['foreign-deployment', 'never-healthy', 'image-missing'] as const;
export type Allowance = (typeof allowances)[number];

export interface RollbackInputs {
  /** A revision, an ARN, a tag, a digest, a commit, or `-2`; undefined: the last good version before the current one. */
  readonly to: string | undefined;
  readonly allow: readonly Allowance[];
}

export function readRollbackInputs(read: InputReader): RollbackInputs {
  return { to: read.optional('to'), allow: read.choices('allow', allowances) };
}

export interface OperationInputs {
  readonly operation: string;
  readonly rollback: RollbackInputs;
  readonly image: ImageInputs;
  readonly taskDefinition: TaskDefinitionInputs;
}

/**
 * The given inputs that an operation refuses because it makes no new version: a rollback deploys one as it was, continue
 * answers for one that is being deployed.
 */
export function refusedByOperation({
  operation,
  image,
  taskDefinition,
}: OperationInputs): readonly InputName[] {
  if (operation !== 'rollback' && operation !== 'continue') return [];
  return [
    ...(image.image === undefined ? [] : (['image'] as const)),
    ...(image.build === 'true' ? (['build'] as const) : []),
    ...(image.repository === undefined ? [] : (['repository'] as const)),
    ...(image.tags.length === 0 ? [] : (['tags'] as const)),
    ...givenForBuild(image),
    ...givenForTaskDefinition(taskDefinition),
  ];
}

/** Finds the problems that show without asking AWS. */
export function rollbackProblems(inputs: OperationInputs): readonly InputProblem[] {
  const {
    operation,
    rollback: { to, allow },
  } = inputs;
  if (operation !== 'rollback') {
    const problems: InputProblem[] = [];
    if (to !== undefined) {
      problems.push({ input: 'to', text: 'this input has an effect only with operation: rollback.' });
    }
    const others = allow.filter((one) => one !== 'foreign-deployment');
    if (operation === 'continue' && others.length > 0) {
      problems.push({
        input: 'allow',
        text: `${others.join(' and ')} can be allowed only with operation: rollback.`,
      });
    }
    if (operation !== 'continue' && allow.length > 0) {
      problems.push({
        input: 'allow',
        text: 'this input has an effect only with operation: rollback or continue.',
      });
    }
    return problems;
  }
  const problems: InputProblem[] = [];
  if (to !== undefined && readWantedVersion(to).kind === 'name' && !isTag(to)) {
    problems.push({
      input: 'to',
      text: `${JSON.stringify(to.slice(0, 100))} isn't a revision such as web:41, an ARN, a tag, a digest, a commit or a number of versions such as -2.`,
    });
  }
  const refused = refusedByOperation(inputs);
  if (refused.length > 0) {
    problems.push({
      input: 'operation',
      text: `a rollback deploys an earlier version as it was. Remove ${refused.join(', ')}.`,
    });
  }
  return problems;
}
