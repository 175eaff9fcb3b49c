import { NormalizedSchema } from '@smithy/core/schema';

/** What a value may look like, by the schemas that the AWS SDK ships. */
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

/** A schema of the SDK, or one that is written as it writes them. */
export type Schema = Parameters<typeof NormalizedSchema.of>[0];

/** The shape of a schema, as the SDK itself reads it; one that it does not know is a document, which takes anything. */
export function shapeOf(schema: Schema): Shape {
  const normal = NormalizedSchema.of(schema);
  const key: unknown = normal.getSchema();
  if (typeof key !== 'object' || key === null) return composedOf(normal);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  const shape = composedOf(normal);
  shapes.set(key, shape);
  return shape;
}

const shapes = new WeakMap<object, Shape>();

function composedOf(normal: NormalizedSchema): Shape {
  if (normal.isUnitSchema()) return { kind: 'unit' };
  if (normal.isListSchema()) return { kind: 'list', of: () => shapeOf(normal.getValueSchema()) };
  if (normal.isMapSchema()) return { kind: 'map', of: () => shapeOf(normal.getValueSchema()) };
  if (normal.isStructSchema()) {
    const members = Object.entries(normal.getMemberSchemas());
    return {
      kind: 'structure',
      name: normal.getName() ?? '',
      members: new Map(members.map(([member, inner]) => [member, () => shapeOf(inner)])),
      required: requiredOf(normal),
    };
  }
  if (normal.isBlobSchema()) return { kind: 'blob' };
  if (normal.isTimestampSchema()) return { kind: 'timestamp' };
  if (normal.isStringSchema()) return { kind: 'string' };
  if (normal.isBooleanSchema()) return { kind: 'boolean' };
  const isNumber = normal.isNumericSchema() || normal.isBigIntegerSchema() || normal.isBigDecimalSchema();
  return { kind: isNumber ? 'number' : 'document' };
}

/**
 * The one thing that the SDK has no function for: required members come first, and the last element of a structure counts
 * them (the type StaticStructureSchema). A union requires none.
 */
function requiredOf(normal: NormalizedSchema): readonly string[] {
  const schema: unknown = normal.getSchema();
  const count: unknown = Array.isArray(schema) && !normal.isUnionSchema() ? schema[6] : undefined;
  return Object.keys(normal.getMemberSchemas()).slice(0, typeof count === 'number' ? count : 0);
}
