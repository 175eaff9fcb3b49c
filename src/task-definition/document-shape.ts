import { NormalizedSchema } from '@smithy/core/schema';

/** The shape that ECS takes at one place of a document, read from the schemas that the SDK ships. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' }
  | { readonly kind: 'list' | 'map'; readonly each: () => Shape }
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, () => Shape> }
  /** A shape that this action does not know: it is left to AWS. */
  | { readonly kind: 'anything' };

/** The shape of a schema of the SDK, as the SDK itself reads it. */
export function shapeOf(schema: Parameters<typeof NormalizedSchema.of>[0]): Shape {
  const normal = NormalizedSchema.of(schema);
  if (normal.isListSchema()) return { kind: 'list', each: () => shapeOf(normal.getValueSchema()) };
  if (normal.isMapSchema()) return { kind: 'map', each: () => shapeOf(normal.getValueSchema()) };
  if (normal.isStructSchema()) {
    const members = Object.entries(normal.getMemberSchemas());
    return {
      kind: 'structure',
      members: new Map(members.map(([name, inner]) => [name, () => shapeOf(inner)])),
    };
  }
  if (normal.isStringSchema()) return { kind: 'text' };
  if (normal.isNumericSchema()) return { kind: 'number' };
  return { kind: normal.isBooleanSchema() ? 'boolean' : 'anything' };
}
