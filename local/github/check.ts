import { readFileSync } from 'node:fs';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

/** Requests and replies as GitHub publishes them; `scripts/github-openapi.ts` makes the file. */
const published = objectOf(
  objectOf(JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as Json).operations,
);

/**
 * What is wrong with a request by GitHub's description, member by member. A member that is not described is wrong too:
 * GitHub would ignore it.
 *
 * @param operation e.g. `POST /repos/{owner}/{repo}/deployments`
 */
export function problemsOf(
  operation: string,
  request: { readonly query: URLSearchParams; readonly body: Json | undefined },
): readonly string[] {
  const described = published[operation];
  if (!isJsonObject(described)) return [`there is no operation ${operation}`];
  const names = new Set(
    listOf(described.parameters).flatMap((parameter) =>
      isJsonObject(parameter) && parameter.in === 'query' ? [String(textOf(parameter.name))] : [],
    ),
  );
  const unknown = [...request.query.keys()].filter((name) => !names.has(name));
  return [
    ...unknown.map((name) => `there is no parameter ${name}`),
    ...(isJsonObject(described.body)
      ? problemsIn('body', described.body, request.body ?? null)
      : request.body === undefined
        ? []
        : ['there is no body']),
  ];
}

/**
 * Finds what is wrong with a reply: a status that GitHub doesn't describe for the operation, or a body that differs from
 * its description. GitHub describes some common answers (no login, no permission, not found, invalid) for some operations
 * only.
 */
export function problemsOfReply(operation: string, status: number, body: Json): readonly string[] {
  const schema = objectOf(objectOf(published[operation]).replies)[String(status)];
  if (schema === undefined && [401, 403, 404, 422].includes(status)) return [];
  if (schema === undefined) return [`there is no status ${status}`];
  return isJsonObject(schema) ? problemsIn('body', schema, body) : [];
}

function problemsIn(place: string, schema: JsonObject, value: Json): readonly string[] {
  if (value === null) return schema.nullable === true ? [] : [`${place} is null`];
  const choices = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].filter(isJsonObject);
  if (choices.length > 0) {
    const fits = choices.some((choice) => problemsIn(place, choice, value).length === 0);
    return fits ? [] : [`${place} is none of what it can be`];
  }
  const type = textOf(schema.type);
  if (type !== undefined && type !== typeOf(value)) return [`${place} is no ${type}`];
  if (typeof value === 'string' && value !== schema.default && !hasFormat(schema.format, value))
    return [`${place} is no ${String(textOf(schema.format))}`];
  if (typeof value === 'string' && typeof schema.minLength === 'number' && value.length < schema.minLength)
    return [`${place} is too short`];
  const allowed = listOf(schema.enum);
  if (allowed.length > 0 && !allowed.includes(value))
    return [`${place} is ${JSON.stringify(value)}, not of its list`];
  if (isJsonArray(value)) {
    const items = schema.items;
    return isJsonObject(items)
      ? value.flatMap((item, index) => problemsIn(`${place}[${index}]`, items, item))
      : [];
  }
  return isJsonObject(value) ? problemsInObject(place, schema, value) : [];
}

function problemsInObject(place: string, schema: JsonObject, value: JsonObject): readonly string[] {
  const properties = objectOf(schema.properties);
  const missing = listOf(schema.required).filter(
    (name) => typeof name === 'string' && value[name] === undefined,
  );
  return [
    ...missing.map((name) => `${place} has no ${String(textOf(name))}`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const property = properties[name];
      if (isJsonObject(property)) return problemsIn(`${place}.${name}`, property, inner ?? null);
      return schema.additionalProperties === true ? [] : [`${place}.${name} is not described`];
    }),
  ];
}

function hasFormat(format: Json | undefined, text: string): boolean {
  if (format === 'uri') return URL.canParse(text);
  return format !== 'date-time' || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text);
}

function typeOf(value: Json): string {
  if (isJsonArray(value)) return 'array';
  if (typeof value === 'number' && Number.isInteger(value)) return 'integer';
  return typeof value;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
