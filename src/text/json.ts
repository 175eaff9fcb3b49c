/** A JSON value; readonly, because a changed document is a new one. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [member: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Like `Array.isArray`, but keeps the element type of a readonly array. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value if it is an object, otherwise an empty object. */
export function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value if it is an array, otherwise an empty array. */
export function listIn(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

export function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value if it is a string, otherwise an empty string. */
export function wordIn(value: Json | undefined): string {
  return textIn(value) ?? '';
}

export function numberIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
