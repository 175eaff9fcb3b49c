import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { isJsonArray, isJsonObject, type Json, type JsonObject, textIn } from '../aws/json.ts';
import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { type Shape, shapeOf } from './document-shape.ts';
import type { Rule, Violation } from './rule.ts';

/**
 * Keys that ECS would pass over. One that is nearly a known one is most likely misspelt; any other may be newer than
 * the SDK in this bundle, which is where the known ones are read from. Neither is refused: only AWS knows.
 */
export const misspeltRule: Rule<TaskDefinitionDocument> = {
  name: 'misspelt-key',
  check: (document) => unknownWithin(document, shapeOf(RegisterTaskDefinitionRequest$), ''),
};

function unknownWithin(value: Json | undefined, shape: Shape, place: string): readonly Violation[] {
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

/** The known key that differs by case, or by so little that nobody means another one. */
function nearestOf(key: string, known: readonly string[]): string | undefined {
  const most = key.length <= 4 ? 1 : 2;
  const ranked = known
    .map((name) => ({ name, distance: distanceOf(plainOf(key), plainOf(name)) }))
    .toSorted((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= most ? best.name : undefined;
}

/** `container_definitions` and `ContainerDefinitions` are as near as can be. */
function plainOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** Insertions, deletions, replacements, and two neighbours that changed places. */
function distanceOf(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + cost,
          isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
