/**
 * Removes the credentials from all URLs in a text: `http://user:password@proxy:3128` becomes `http://proxy:3128`. The
 * user name of an SSH URL stays, since it is no secret.
 *
 * Everything between `//` and the last `@` before the next `/`, `?`, `#`, blank or quote counts as credentials, even in
 * URLs that no parser accepts. The time is linear in the length of the text.
 */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^\s/?#"'<>]*@/g, (found, offset: number) =>
    !found.includes(':', 3) && /(^|[^a-z])ssh$/i.test(text.slice(Math.max(0, offset - 4), offset))
      ? found
      : '://',
  );
}

/** The secrets in a URL: its password, or a token in its place, in each form that could be printed. */
export function secretsIn(address: string): readonly string[] {
  const pair = /:\/\/([^\s/?#]*)@/.exec(address)?.[1] ?? '';
  const separator = pair.indexOf(':');
  const user = separator < 0 ? '' : pair.slice(0, separator);
  // A token alone is the user name, without a password.
  const secret = pair.slice(separator + 1) || user;
  const basic = Buffer.from(pair.split(':').map(decoded).join(':')).toString('base64');
  return secret === '' ? [] : [...new Set([secret, decoded(secret), basic])];
}

/** Decodes percent-encoding; invalid text stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
