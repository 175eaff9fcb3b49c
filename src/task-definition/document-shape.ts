/** What ECS takes at one place of a document, read from the schemas that the SDK ships. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' }
  | { readonly kind: 'list' | 'map'; readonly each: () => Shape }
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, () => Shape> }
  /** What this action does not know: it is left to AWS. */
  | { readonly kind: 'anything' };

/**
 * The shape of a schema of the SDK: numbers stand for scalars (with a modifier for lists and maps of them), arrays for the
 * rest, a pair of a schema and its traits is that schema, and a function refers to one.
 */
export function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'function') return shapeOf((schema as () => unknown)());
  if (typeof schema === 'number') return scalarOf(schema);
  const parts: readonly unknown[] = Array.isArray(schema) ? schema : [];
  if (parts.length === 2) return shapeOf(parts[0]);
  switch (parts[0]) {
    case 1:
      return { kind: 'list', each: () => shapeOf(parts[4]) };
    case 2:
      return { kind: 'map', each: () => shapeOf(parts[5]) };
    case 3:
      return { kind: 'structure', members: membersOf(parts) };
    default:
      return { kind: 'anything' };
  }
}

/** [3, namespace, name, traits, names of members, schemas of members] */
function membersOf([, , , , names, schemas]: readonly unknown[]): ReadonlyMap<string, () => Shape> {
  const inner: readonly unknown[] = Array.isArray(schemas) ? schemas : [];
  return new Map(
    (Array.isArray(names) ? names : []).map((name, index) => [String(name), () => shapeOf(inner[index])]),
  );
}

const listModifier = 64;
const mapModifier = 128;

function scalarOf(schema: number): Shape {
  if (schema >= mapModifier) return { kind: 'map', each: () => scalarOf(schema - mapModifier) };
  if (schema >= listModifier) return { kind: 'list', each: () => scalarOf(schema - listModifier) };
  return { kind: scalars[schema] ?? 'anything' };
}

const scalars = ['text', 'number', 'boolean'] as const;
