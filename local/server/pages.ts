import { numberOf, textOf } from './members.ts';
import { AwsError, type Document } from './operation.ts';

/**
 * One page of a list: the items from the input's `nextToken` on, as many as it asks for or the operation's default,
 * and the token of the next page. A token names the item that its page begins with, so that items which come
 * meanwhile move nothing.
 *
 * @param options.keyOf names an item, as no other is named
 * @param options.countMember where the input says how many it wants: `maxResults` when not given
 * @throws AwsError when too many are asked for, and for a token that we did not give
 */
export function pageOf<T>(
  items: readonly T[],
  input: Document,
  options: {
    readonly size: number;
    readonly most: number;
    readonly countMember?: string;
    readonly keyOf: (item: T) => string;
  },
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const { size, most, countMember = 'maxResults', keyOf } = options;
  const asked = numberOf(input, countMember);
  if (asked !== undefined && (asked < 1 || asked > most)) {
    throw invalid(`${countMember} must be between 1 and ${most}.`);
  }
  const token = textOf(input, 'nextToken');
  const first = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  const from = first === undefined ? 0 : items.findIndex((item) => keyOf(item) === first);
  if (from < 0) throw invalid('Invalid token.');
  const page = items.slice(from, from + (asked ?? size));
  const next = items[from + page.length];
  const nextToken = next === undefined ? undefined : Buffer.from(keyOf(next)).toString('base64url');
  return { page, nextToken };
}

/** ECS, ECR and CloudWatch Logs call it by the same name. */
const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
