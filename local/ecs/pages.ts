import { createHash } from 'node:crypto';
import type { Document } from '../server/operation.ts';
import { numberOf, textOf } from './members.ts';
import { invalidParameter } from './refusals.ts';

/**
 * One page of a list: the items from `nextToken` on, at most `maxResults` (or the operation's default) of them, and
 * the token of the next page. A token that we did not give is refused.
 */
export function pageOf(
  items: readonly string[],
  input: Document,
  { size, most }: { readonly size: number; readonly most: number },
): { readonly items: string[]; readonly nextToken?: string } {
  const asked = numberOf(input, 'maxResults');
  if (asked !== undefined && (asked < 1 || asked > most)) {
    throw invalidParameter(`maxResults must be between 1 and ${most}.`);
  }
  const token = textOf(input, 'nextToken');
  const from = token === undefined ? 0 : items.findIndex((item) => tokenOf(item) === token);
  if (from < 0) throw invalidParameter('Invalid token.');
  const page = items.slice(from, from + (asked ?? size));
  const next = items[from + page.length];
  return next === undefined ? { items: page } : { items: page, nextToken: tokenOf(next) };
}

const tokenOf = (item: string): string => createHash('sha256').update(item).digest('base64url');
