import { isDeepStrictEqual } from 'node:util';
import { canonicalForm } from './canonical-form.ts';
import type { TaskDefinitionDocument } from './document.ts';

/**
 * Whether two documents would be the same revision in all but its number, so that registering the second one again
 * would only make a copy. ECS fills in defaults and reorders lists; both are taken out first.
 *
 * In doubt they differ: a revision too many is harmless, a change that is not deployed is not.
 */
export function isSame(one: TaskDefinitionDocument, other: TaskDefinitionDocument): boolean {
  return isDeepStrictEqual(canonicalForm(one), canonicalForm(other));
}
