/**
 * A text in which no address shows its credentials: `http://user:password@proxy:3128` becomes `http://proxy:3128`. A
 * user alone stays in an address of SSH, where it is no secret.
 *
 * What stands between `//` and the last `@` before the next `/`, `?`, `#`, blank or quote counts, also in addresses that
 * no parser takes. The time grows with the length of the text alone.
 */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^\s/?#"'<>]*@/g, (found, offset: number) =>
    !found.includes(':', 3) && /(^|[^a-z])ssh$/i.test(text.slice(Math.max(0, offset - 4), offset))
      ? found
      : '://',
  );
}

/** What must not be printed of an address: its password, or what stands in the place of one, in each of its forms. */
export function secretsIn(address: string): readonly string[] {
  const pair = /:\/\/([^\s/?#]*)@/.exec(address)?.[1] ?? '';
  const separator = pair.indexOf(':');
  const user = separator < 0 ? '' : pair.slice(0, separator);
  // A token alone is sent as a user without a password.
  const secret = pair.slice(separator + 1) || user;
  const basic = Buffer.from(pair.split(':').map(decoded).join(':')).toString('base64');
  return secret === '' ? [] : [...new Set([secret, decoded(secret), basic])];
}

/** Percent-encoding undone; a text that is none is taken as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
