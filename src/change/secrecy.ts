import type { Json } from '../aws/json.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import { type Path, textOf } from './diff.ts';

/**
 * Whether a value of a task definition may be a secret, so that a plan says only that it changed. Values of variables
 * always may; others are judged by their names and by what they look like (our choice: rather too much is hidden).
 *
 * @param path as the diff names it
 */
export function mayBeSecret(path: Path, value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (path.includes('environment')) return true;
  // A reference to a secret is none, unless somebody put the secret there.
  if (path.includes('secrets') || path.includes('secretOptions')) return hasStranger(value);
  const text = JSON.stringify(value);
  return secretName.test(textOf(path)) || secretName.test(text) || credentials.test(text);
}

function hasStranger(value: Json): boolean {
  const entry = typeof value === 'object' && value !== null && 'valueFrom' in value ? value.valueFrom : value;
  return typeof entry !== 'string' || !isSecretReference(entry);
}

const secretName = /passw|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential/i;
/** `user:password@`, and the keys that AWS, GitHub and others give out. */
const credentials =
  /:\/\/[^/\s"@]*:[^/\s"@]*@|\bA[KS]IA[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20}|-----BEGIN/;
