import type { Document, Json } from './operation.ts';

// Reads of a document's members. The schema check has seen to their types before; what is missing, or of another type
// because nobody checked, is undefined, and a list is empty then.

export function textOf(document: Document | undefined, member: string): string | undefined {
  const value = document?.[member];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(document: Document | undefined, member: string): number | undefined {
  const value = document?.[member];
  return typeof value === 'number' ? value : undefined;
}

export function flagOf(document: Document | undefined, member: string): boolean | undefined {
  const value = document?.[member];
  return typeof value === 'boolean' ? value : undefined;
}

export function documentOf(document: Document | undefined, member: string): Document | undefined {
  const value = document?.[member];
  return isDocument(value) ? value : undefined;
}

export function documentsOf(document: Document | undefined, member: string): readonly Document[] {
  const value = document?.[member];
  return Array.isArray(value) ? value.filter(isDocument) : [];
}

export function textsOf(document: Document | undefined, member: string): readonly string[] {
  const value = document?.[member];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether a filter lets a value pass: one that names nothing lets all pass. */
export function lets(filter: readonly string[], value: string): boolean {
  return filter.length === 0 || filter.includes(value);
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the member was sent at all (AWS takes null for omitted). */
export function isGiven(document: Document, member: string): boolean {
  return document[member] !== undefined && document[member] !== null;
}

/** The named members that are given, as they are. */
export function pick(document: Document, members: readonly string[]): Document {
  return Object.fromEntries(
    members.filter((name) => isGiven(document, name)).map((name) => [name, document[name]]),
  );
}

/** Whether two values mean the same JSON; the order of members does not count, a missing member is a null one. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDocument(value)) return value ?? null;
  const members = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, sorted(item)]));
}
