import { looksLikeToken, readSecretValue } from '../../task-definition/secret-value.ts';
import { isJsonArray, isJsonObject, type Json, wordIn } from '../../text/json.ts';
import type { Path } from './diff.ts';

/**
 * Whether a value of a task definition may be or hold a secret, so that a plan says only that it changed. Values of variables
 * always may; others are judged by their names and by what they look like (our choice: rather too much is hidden).
 *
 * @param path as the diff names it
 * @param parameters names in the Parameter Store that are known to be there: any other word in `secrets` may be the
 *   secret itself
 */
export function mayBeSecret(path: Path, value: Json | undefined, parameters: ReadonlySet<string>): boolean {
  if (value === undefined || value === null) return false;
  if (path.includes('environment')) return true;
  if (isJsonArray(value)) {
    return looksSecret(JSON.stringify(value)) || value.some((item) => mayBeSecret(path, item, parameters));
  }
  if (isJsonObject(value)) {
    if (secretName.test(wordIn(value.name)) && Object.hasOwn(value, 'value')) return true;
    return Object.entries(value).some(([name, item]) => mayBeSecret([...path, name], item, parameters));
  }
  const name = path.at(-1);
  if (path.includes('secrets') || path.includes('secretOptions')) {
    return name !== 'name' && !isReference(String(value), parameters);
  }
  const text = String(value);
  if (looksSecret(text)) return true;
  if (/^arn:aws[a-z-]*:\S*$/.test(text) || (typeof name === 'string' && plainMembers.has(name))) return false;
  return secretName.test(namesIn(path)) || secretName.test(text) || randomWord.test(text);
}

function isReference(valueFrom: string, parameters: ReadonlySet<string>): boolean {
  const value = readSecretValue(valueFrom);
  return value.kind === 'parameter-name' ? parameters.has(value.name) : value.kind !== 'refused';
}

/** A text too long to be looked through may hold anything. */
function looksSecret(text: string): boolean {
  return text.length > mostCharacters || looksLikeToken(text) || credentials.some((one) => one.test(text));
}

const mostCharacters = 10_000;

/** Without the container's name: that of a service called `token` hides nothing. */
function namesIn(path: Path): string {
  const isOfContainer = path[0] === 'containerDefinitions';
  return path
    .slice(isOfContainer ? 2 : 0)
    .map((part) => (typeof part === 'string' ? part : part.entry))
    .join('.');
}

const secretName =
  /passw|passphrase|pwd|secret|token|(api|app|access|account|private|signing|encryption|licen[cs]e|master|shared)[-_]?key|credential|authorization|signature|connection[-_]?string|cookie\s*[:=]|(pass|auth)([^a-z]|$)|(^|[^a-z])(dsn|sig)([^a-z]|$)/i;

/** Members that name things, in words that are not judged: a repository may be called `token-service`. */
const plainMembers: ReadonlySet<string> = new Set([
  'image',
  'family',
  'name',
  'containerName',
  'containerPath',
  'sourceVolume',
  'sourceContainer',
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream-prefix',
]);

/**
 * A random word: many letters of both cases with digits, or many hexadecimal digits. Bounded, as are
 * those below: a text may be as long as a task definition.
 */
const randomWord =
  /(?=[A-Za-z0-9]{0,60}[a-z])(?=[A-Za-z0-9]{0,60}[A-Z])(?=[A-Za-z0-9]{0,60}\d)[A-Za-z0-9]{20}|(?<!sha256:)\b[0-9a-f]{32,}\b/;

/** Forms of credentials, wherever they stand. */
const credentials: readonly RegExp[] = [
  // A user or a password in an address.
  /:\/\/[^\s"'@]{0,500}@/,
  // As curl takes a user with a password, in one word or in two.
  /(^|[\s"'])(-u|--user)([=\s]{1,8}|",")[^\s":]{1,500}:/,
  // As MySQL's programs take a password.
  /\b(mysql|mariadb)[^|;&]{0,500}[\s"']-p[^\s"']/,
  /\b(basic|bearer)\s+[^\s"]/i,
  /-----BEGIN/,
];
