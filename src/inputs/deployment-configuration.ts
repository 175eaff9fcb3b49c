import { resolve } from 'node:path';
import { NotReadable, readTextBounded } from '../process/read-file.ts';
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { type Position, parseText } from '../text/parse-text.ts';
import { type Parsed, rawInput } from './reader.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The file that `deployment-configuration` names, read before the inputs are judged; a fault is a clause. */
export type ConfigurationFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fault'; readonly fault: string };

/** Reads the file that the input names. Undefined: the input isn't given, or holds the configuration itself. */
export async function readConfigurationFile(
  environment: Environment,
  workspace: string,
): Promise<ConfigurationFile | undefined> {
  const given = rawInput(environment, 'deployment-configuration') ?? '';
  if (given === '' || isInline(given)) return undefined;
  try {
    return { kind: 'text', text: await readTextBounded(resolve(workspace, given), mostBytes) };
  } catch (error) {
    if (error instanceof NotReadable) return { kind: 'fault', fault: `${quote(given)} ${error.message}.` };
    return { kind: 'fault', fault: noFile(given) };
  }
}

/** A configuration with twenty hooks and their details has a tenth of it. */
const mostBytes = 256 * 1024;

/**
 * Parses the input: members of AWS's `deploymentConfiguration` as JSON or YAML, or the path of such a file. Members that
 * this action doesn't know are kept. Pure.
 */
export function parseConfiguration(given: string, file: ConfigurationFile | undefined): Parsed<JsonObject> {
  if (isInline(given)) return membersIn(given, undefined);
  if (file?.kind !== 'text') return { kind: 'fault', fault: file?.fault ?? noFile(given) };
  return membersIn(file.text, given);
}

/** A path has no `{` first and no `: ` in it. */
function isInline(given: string): boolean {
  return given.startsWith('{') || /:(?:\s|$)/.test(given);
}

function membersIn(text: string, path: string | undefined): Parsed<JsonObject> {
  const parsed = parseText(text, path);
  if (parsed.kind === 'fault') return fault(`${placeOf(parsed.at, path)}${parsed.what}.`);
  const { value } = parsed;
  const of = path ?? 'it';
  if (!isJsonObject(value) || Object.keys(value).length === 0) return fault(`${of} sets no member. ${form}`);
  if (Object.keys(value).join('') === 'deploymentConfiguration')
    return fault(`${of} has deploymentConfiguration around its members. Write the members alone.`);
  const empty = nullIn(value);
  return empty === undefined
    ? { kind: 'value', value }
    : fault(`${empty} has no value, which AWS reads as not given. Remove it to keep what the service has.`);
}

/** As the task definition's errors show it: `ci/web.yml:3:5`. */
function placeOf(at: Position | undefined, path: string | undefined): string {
  if (path === undefined) return at === undefined ? '' : `line ${at.line}, column ${at.column}: `;
  return at === undefined ? `${path}: ` : `${path}:${at.line}:${at.column}: `;
}

const form =
  'Write members of deploymentConfiguration as `aws ecs update-service` takes them, for example strategy: BLUE_GREEN.';

/** The path of the first member without a value. What a hook hands to its function is free (documented). */
function nullIn(value: Json, path = ''): string | undefined {
  if (value === null) return path;
  if (typeof value !== 'object') return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'hookDetails' || inner === undefined) continue;
    const at = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = nullIn(inner, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function noFile(given: string): string {
  return `there is no file ${quote(given)} in the checkout. ${form}`;
}

function fault(text: string): Parsed<JsonObject> {
  return { kind: 'fault', fault: text };
}

function quote(given: string): string {
  return JSON.stringify(given.length > 100 ? `${given.slice(0, 100)}...` : given);
}
