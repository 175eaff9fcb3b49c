import { isTag } from '../reference/image-reference.ts';
import { readWantedVersion } from '../reference/rollback-version.ts';
import { givenForBuild } from './build.ts';
import type { ImageInputs } from './image.ts';
import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

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

/** Finds the problems that show without asking AWS. */
export function rollbackProblems({
  operation,
  rollback: { to, allow },
  image,
  changesTaskDefinition,
}: {
  readonly operation: string;
  readonly rollback: RollbackInputs;
  readonly image: ImageInputs;
  /** Whether any input changes the task definition. */
  readonly changesTaskDefinition: boolean;
}): readonly InputProblem[] {
  if (operation !== 'rollback') {
    const given: readonly InputName[] = [
      ...(to === undefined ? [] : (['to'] as const)),
      ...(allow.length === 0 ? [] : (['allow'] as const)),
    ];
    return given.map((input) => ({ input, text: 'this input has an effect only with operation: rollback.' }));
  }
  const problems: InputProblem[] = [];
  if (to !== undefined && readWantedVersion(to).kind === 'name' && !isTag(to)) {
    problems.push({
      input: 'to',
      text: `${JSON.stringify(to.slice(0, 100))} isn't a revision such as web:41, an ARN, a tag, a digest, a commit or a number of versions such as -2.`,
    });
  }
  const others = [
    ...(image.image === undefined ? [] : ['image']),
    ...(image.build === 'true' ? ['build: true'] : []),
    ...(image.repository === undefined ? [] : ['repository']),
    ...(image.tags.length === 0 ? [] : ['tags']),
    ...givenForBuild(image),
    ...(changesTaskDefinition ? ['inputs that change the task definition'] : []),
  ];
  if (others.length > 0) {
    problems.push({
      input: 'operation',
      text: `rollback returns to a version as it was, and can't be combined with ${others.join(', ')}.`,
    });
  }
  return problems;
}
