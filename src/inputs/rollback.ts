import { isTag } from '../reference/image-reference.ts';
import { readWantedVersion } from '../reference/rollback-version.ts';
import { givenForBuild } from './build.ts';
import type { ImageInputs } from './image.ts';
import type { InputReader } from './reader.ts';

/** The refusals of a rollback that a person can override. */
const allowances = ['foreign-deployment', 'never-healthy', 'image-missing'] as const;
export type Allowance = (typeof allowances)[number];

export interface RollbackInputs {
  /** A revision, an ARN, a tag, a digest, a commit, or `-2`; undefined: the good version before. */
  readonly to: string | undefined;
  readonly allow: readonly Allowance[];
}

export function readRollbackInputs(read: InputReader): RollbackInputs {
  return { to: read.optional('to'), allow: read.choices('allow', allowances) };
}

/** Finds the problems of these inputs that show before anything is looked up. */
export function rollbackProblems({
  operation,
  rollback: { to, allow },
  image,
  changesTaskDefinition,
}: {
  readonly operation: string;
  readonly rollback: RollbackInputs;
  readonly image: ImageInputs;
  /** Whether any input asks for another task definition. */
  readonly changesTaskDefinition: boolean;
}): readonly string[] {
  if (operation !== 'rollback') {
    return [...(to === undefined ? [] : ['to']), ...(allow.length === 0 ? [] : ['allow'])].map(
      (name) => `${name} needs operation: rollback`,
    );
  }
  const problems: string[] = [];
  if (to !== undefined && readWantedVersion(to).kind === 'name' && !isTag(to)) {
    problems.push(
      `to is ${JSON.stringify(to.slice(0, 100))}; it can be a revision such as web:41, an ARN, a tag, a digest, a commit or steps such as -2`,
    );
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
    problems.push(
      `operation: rollback and ${others.join(', ')} exclude each other: it returns to a version as it was`,
    );
  }
  return problems;
}
