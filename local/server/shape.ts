/**
 * What a value may look like, read from the schemas that the AWS SDK ships: numbers for scalars (a modifier makes a
 * list or map of one), arrays for lists, maps, structures and operations, functions where a schema refers to another.
 */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document' | 'unit' }
  | { readonly kind: 'list' | 'map'; readonly of: () => Shape }
  | Structure;

export interface Structure {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: ReadonlyMap<string, () => Shape>;
  readonly required: readonly string[];
}

/** The shape of a schema of the SDK; a schema that we do not know is a document, which takes anything. */
export function shapeOf(schema: unknown): Shape {
  if (isReference(schema)) return shapeOf(schema());
  if (schema === 'unit') return { kind: 'unit' };
  if (typeof schema === 'number') return scalarOf(schema);
  if (!Array.isArray(schema)) return { kind: 'document' };
  if (schema.length === 2) return shapeOf(schema[0]);
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = composedOf(schema);
  shapes.set(schema, shape);
  return shape;
}

const shapes = new WeakMap<readonly unknown[], Shape>();

const listModifier = 64;
const mapModifier = 128;

function scalarOf(schema: number): Shape {
  if (schema >= mapModifier) return { kind: 'map', of: () => scalarOf(schema - mapModifier) };
  if (schema >= listModifier) return { kind: 'list', of: () => scalarOf(schema - listModifier) };
  if (schema === 0) return { kind: 'string' };
  if (schema === 1 || schema === 17 || schema === 19) return { kind: 'number' };
  if (schema === 2) return { kind: 'boolean' };
  if (schema >= 4 && schema <= 7) return { kind: 'timestamp' };
  if (schema === 21 || schema === 42) return { kind: 'blob' };
  return { kind: 'document' };
}

function composedOf(schema: readonly unknown[]): Shape {
  const [kind, , name] = schema;
  switch (kind) {
    case 0:
      return shapeOf(schema[4]);
    case 1:
      return { kind: 'list', of: () => shapeOf(schema[4]) };
    case 2:
      return { kind: 'map', of: () => shapeOf(schema[5]) };
    case 3:
    case -3:
    case 4: {
      const names = listOf(schema[4]).map(String);
      const schemas = listOf(schema[5]);
      // Required members come first; the seventh element counts them. A union (4) has none.
      const required = kind === 4 ? 0 : Number(schema[6] ?? 0);
      return {
        kind: 'structure',
        name: String(name),
        members: new Map(names.map((member, index) => [member, () => shapeOf(schemas[index])])),
        required: names.slice(0, required),
      };
    }
    default:
      return { kind: 'document' };
  }
}

function isReference(schema: unknown): schema is () => unknown {
  return typeof schema === 'function';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
