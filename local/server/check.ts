import { isDocument } from './members.ts';
import type { Document, Json } from './operation.ts';
import type { Shape, Structure } from './shape.ts';

/** What a document has that its schema does not allow. `path` is e.g. `containerDefinitions[0].cpu`. */
export type Problem =
  | {
      readonly kind: 'wrong-type';
      readonly path: string;
      readonly expected: Shape['kind'];
      readonly found: Json;
    }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string };

/** Every problem of a document, in the order in which a reader meets them. A null member counts as absent. */
export function check(shape: Shape, value: Json | undefined, path = ''): Problem[] {
  if (value === undefined) return [];
  switch (shape.kind) {
    case 'document':
      return [];
    case 'unit':
      return isDocument(value)
        ? Object.keys(value).map((member) => ({ kind: 'unknown', path: inside(path, member) }))
        : [wrong(shape, value, path)];
    case 'string':
    case 'blob':
      return typeof value === 'string' ? [] : [wrong(shape, value, path)];
    case 'number':
    case 'timestamp':
      return typeof value === 'number' && Number.isFinite(value) ? [] : [wrong(shape, value, path)];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrong(shape, value, path)];
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((element, index) => check(shape.of(), element, `${path}[${index}]`))
        : [wrong(shape, value, path)];
    case 'map':
      return isDocument(value)
        ? present(value).flatMap(([key, element]) => check(shape.of(), element, inside(path, key)))
        : [wrong(shape, value, path)];
    default:
      return isDocument(value) ? checkMembers(shape, value, path) : [wrong(shape, value, path)];
  }
}

/**
 * A document as handlers should see it: without members that are null (AWS takes them for absent) and, where asked,
 * without members that the schema does not have. Documents of free form stay as they are.
 */
export function clean(shape: Shape, value: Json, dropUnknown: boolean): Json {
  if (Array.isArray(value) && shape.kind === 'list')
    return value.map((element) => clean(shape.of(), element, dropUnknown));
  if (!isDocument(value) || shape.kind === 'document') return value;
  const cleaned: Document = {};
  for (const [member, inner] of present(value)) {
    const known = shape.kind === 'map' ? shape.of() : memberOf(shape, member);
    if (known !== undefined) cleaned[member] = clean(known, inner, dropUnknown);
    else if (!dropUnknown) cleaned[member] = inner;
  }
  return cleaned;
}

function checkMembers(shape: Structure, value: Document, path: string): Problem[] {
  const missing = shape.required.filter((member) => value[member] === undefined || value[member] === null);
  return [
    ...missing.map((member): Problem => ({ kind: 'missing', path: inside(path, member) })),
    ...present(value).flatMap(([member, inner]): Problem[] => {
      const known = memberOf(shape, member);
      return known === undefined
        ? [{ kind: 'unknown', path: inside(path, member) }]
        : check(known, inner, inside(path, member));
    }),
  ];
}

function memberOf(shape: Shape, member: string): Shape | undefined {
  return shape.kind === 'structure' ? shape.members.get(member)?.() : undefined;
}

function present(value: Document): [string, Json][] {
  return Object.entries(value).flatMap(([member, inner]): [string, Json][] =>
    inner === undefined || inner === null ? [] : [[member, inner]],
  );
}

function inside(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

function wrong(shape: Shape, found: Json, path: string): Problem {
  return { kind: 'wrong-type', path, expected: shape.kind, found };
}
