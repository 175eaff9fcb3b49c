import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type Shape, shapeOf } from '../../task-definition/document-shape.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, textIn } from '../../text/json.ts';
import { nearestOf } from '../../text/word-distance.ts';
import type { Rule, Violation } from './rule.ts';

/**
 * Keys that ECS would pass over. One that is nearly a known one is most likely misspelt; any other may be newer than
 * the SDK in this bundle, which is where the known ones are read from. Neither is refused: only AWS knows.
 */
export const misspeltRule: Rule<TaskDefinitionDocument> = {
  name: 'misspelt-key',
  check: (document) => unknownWithin(document, shapeOf(RegisterTaskDefinitionRequest$), ''),
};

/** The members of a value that its shape does not have, at every depth. */
export function unknownWithin(value: Json | undefined, shape: Shape, place: string): readonly Violation[] {
  if (shape.kind === 'structure') return isJsonObject(value) ? unknownKeys(value, shape, place) : [];
  if (shape.kind !== 'list' || !isJsonArray(value)) return [];
  return value.flatMap((item, index) => {
    const name = isJsonObject(item) ? textIn(item.name) : undefined;
    return unknownWithin(item, shape.each(), `${place}[${name ?? index}]`);
  });
}

function unknownKeys(
  object: JsonObject,
  { members }: Shape & { kind: 'structure' },
  place: string,
): readonly Violation[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const at = place === '' ? key : `${place}.${key}`;
    const inner = members.get(key);
    if (inner !== undefined) return unknownWithin(value, inner(), at);
    const likely = nearestOf(key, [...members.keys()]);
    return [
      likely === undefined
        ? {
            severity: 'notice',
            place: at,
            message: `${key} is not known to this action; it is passed on as it is.`,
          }
        : {
            severity: 'warning',
            place: at,
            message: `${key} is not known to ECS, which passes over what it does not know.`,
            fix: `Write ${likely}.`,
          },
    ];
  });
}
