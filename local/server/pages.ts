/** One page of a list. The token of the next page is opaque to callers: the index it begins at, in base64. */
export function pageOf<T>(
  all: readonly T[],
  { size, token }: { size: number; token: string | undefined },
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  const start = Number.isInteger(from) && from >= 0 ? from : 0;
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(String(end)).toString('base64') : undefined;
  return { page: all.slice(start, end), nextToken };
}
