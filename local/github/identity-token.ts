/**
 * A JWT with these claims. Its signature is an empty one: the local STS has no keys of GitHub to verify it with, and
 * looks at the claims alone.
 */
export function sign(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT', kid: 'local' })}.${part(claims)}.${Buffer.from('local').toString('base64url')}`;
}
