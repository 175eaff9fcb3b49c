import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import type { TaskDefinitionDocument } from './document.ts';
import { type Shape, shapeOf } from './document-shape.ts';

/**
 * The document without members that ECS can't know by their names, such as `$schema` and `x-env`: every member of its API
 * begins with a small letter and has letters and digits (AWS's model). ECS passes over what it does not know, and does
 * not give it back. Labels and options have names of their own, which stay.
 */
export function withoutComments(document: TaskDefinitionDocument): TaskDefinitionDocument {
  return membersOf(document, shapeOf(RegisterTaskDefinitionRequest$));
}

function without(value: Json, shape: Shape): Json {
  if (shape.kind === 'list')
    return isJsonArray(value) ? value.map((item) => without(item, shape.each())) : value;
  return isJsonObject(value) ? membersOf(value, shape) : value;
}

function membersOf(object: JsonObject, shape: Shape): JsonObject {
  if (shape.kind !== 'structure') return object;
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): readonly (readonly [string, Json | undefined])[] => {
      if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return [];
      const inner = shape.members.get(name);
      return [[name, inner === undefined || value === undefined ? value : without(value, inner())]];
    }),
  );
}
