import { isDocument } from './check.ts';
import type { Document, Json } from './operation.ts';

/**
 * Reads of members whose type the schema check has already seen to; a member that is not there, or is of another
 * type because nobody checked, is undefined.
 */
export function textIn(document: Document, member: string): string | undefined {
  const value = document[member];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(document: Document, member: string): number | undefined {
  const value = document[member];
  return typeof value === 'number' ? value : undefined;
}

export function flagIn(document: Document, member: string): boolean | undefined {
  const value = document[member];
  return typeof value === 'boolean' ? value : undefined;
}

export function documentIn(document: Document, member: string): Document | undefined {
  const value = document[member];
  return isDocument(value) ? value : undefined;
}

/** The documents of a list; none when it is not there. */
export function documentsIn(document: Document, member: string): Document[] {
  return listIn(document, member).filter(isDocument);
}

/** The texts of a list; undefined when it is not there, which for many reads means "all". */
export function textsIn(document: Document, member: string): string[] | undefined {
  if (!Array.isArray(document[member])) return undefined;
  return listIn(document, member).filter((value) => typeof value === 'string');
}

function listIn(document: Document, member: string): Json[] {
  const value = document[member];
  return Array.isArray(value) ? value : [];
}
