import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type Shape, shapeOf } from '../../task-definition/document-shape.ts';
import { isJsonArray, isJsonObject, type Json, textIn } from '../../text/json.ts';
import type { Rule, Violation } from './rule.ts';

/**
 * Values of another type than ECS takes, e.g. `value: 8080` for a variable. ECS refuses them without a word about the
 * place ("STRING_VALUE cannot be converted to Integer", seen by users). Values are not shown: they may be secret.
 */
export const valueTypeRule: Rule<TaskDefinitionDocument> = {
  name: 'value-type',
  check: (document) => misfits(document, shapeOf(RegisterTaskDefinitionRequest$), ''),
};

/** The values that are of another type than their shape. */
export function misfits(value: Json | undefined, shape: Shape, place: string): readonly Violation[] {
  // To ECS null is the same as no member.
  if (value === undefined || value === null || shape.kind === 'anything') return [];
  switch (shape.kind) {
    case 'list':
      return isJsonArray(value)
        ? value.flatMap((item, index) => misfits(item, shape.each(), `${place}[${entryName(item) ?? index}]`))
        : [misfit(place, value, 'a list')];
    case 'map':
      return isJsonObject(value)
        ? Object.entries(value).flatMap(([key, item]) => misfits(item, shape.each(), `${place}.${key}`))
        : [misfit(place, value, 'an object')];
    case 'structure':
      return isJsonObject(value)
        ? [...shape.members].flatMap(([member, inner]) =>
            Object.hasOwn(value, member)
              ? misfits(value[member], inner(), place === '' ? member : `${place}.${member}`)
              : [],
          )
        : [misfit(place, value, 'an object')];
    default:
      return kindOf(value) === kindWords[shape.kind] ? [] : [misfit(place, value, kindWords[shape.kind])];
  }
}

function misfit(place: string, value: Json, wanted: string): Violation {
  const found = kindOf(value);
  const isScalar = ['a number', 'true or false'].includes(found);
  return {
    place,
    judged: value,
    message: `It is ${found}; ECS wants ${wanted}.`,
    fix: wanted === 'text' && isScalar ? 'Write it in quotes.' : `Write it as ${wanted}.`,
  };
}

const kindWords = { text: 'text', number: 'a number', boolean: 'true or false' } as const;

function kindOf(value: Json): string {
  if (isJsonArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'an object';
}

function entryName(item: Json): string | undefined {
  return isJsonObject(item) ? textIn(item.name) : undefined;
}
