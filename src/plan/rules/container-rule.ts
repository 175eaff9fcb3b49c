import {
  type ContainerDocument,
  containersOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { type Json, numberIn } from '../../text/json.ts';
import { placeOf } from './container-place.ts';
import type { Rule, Violation } from './rule.ts';

/** One container with its place and the task that it is in. */
export interface Container {
  readonly container: ContainerDocument;
  /** Among all of them. */
  readonly index: number;
  readonly place: string;
  readonly document: TaskDefinitionDocument;
}

/** A rule that holds for each container by itself. */
export function ofEach(
  name: string,
  check: (of: Container) => readonly Violation[],
): Rule<TaskDefinitionDocument> {
  return {
    name,
    check: (document) =>
      containersOf(document).flatMap((container, index) =>
        check({ container, index, place: placeOf(container, index), document }),
      ),
  };
}

export function violation(
  place: string,
  member: string,
  message: string,
  fix: string,
  more: Pick<Violation, 'severity' | 'judged'> = {},
): readonly Violation[] {
  return [{ place: `${place}.${member}`, message, fix, ...more }];
}

/** What is out of its bounds, with the nearest bound. */
export function ranges(
  place: string,
  object: Readonly<Record<string, Json | undefined>>,
  bounds: readonly (readonly [member: string, least: number, most: number])[],
  more: Pick<Violation, 'severity'> = {},
): readonly Violation[] {
  return bounds.flatMap(([member, least, most]) => {
    const value = numberIn(object[member]);
    if (value === undefined || (value >= least && value <= most)) return [];
    return violation(
      place,
      member,
      `${member} is ${value}; it is ${least} to ${most}.`,
      `Set it to ${value < least ? least : most}.`,
      more,
    );
  });
}
