// Extracts what the local GitHub checks requests and responses with from GitHub's OpenAPI description (13 MB), which then
// need not be installed: node scripts/github-openapi.ts node_modules/@octokit/openapi/generated/api.github.com.json
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../src/text/json.ts';

const [source = ''] = process.argv.slice(2);
const wanted = [
  'GET /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'GET /repos/{owner}/{repo}/releases',
  'POST /repos/{owner}/{repo}/releases',
  'PATCH /repos/{owner}/{repo}/releases/{release_id}',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'POST /repos/{owner}/{repo}/git/refs',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
];
/** Members for readers, which check nothing. */
const prose = new Set(['description', 'summary', 'example', 'examples', 'title', 'externalDocs', 'x-github']);

const whole = objectOf(JSON.parse(readFileSync(source, 'utf8')) as Json);
const { version } = objectOf(
  JSON.parse(readFileSync(join(dirname(source), '../package.json'), 'utf8')) as Json,
);
const operations = Object.fromEntries(
  wanted.map((name) => {
    const [method = '', path = ''] = name.split(' ');
    const operation = objectOf(objectOf(objectOf(whole.paths)[path])[method.toLowerCase()]);
    const content = objectOf(objectOf(operation.requestBody).content);
    return [
      name,
      {
        parameters: lean(operation.parameters ?? []),
        body: lean(objectOf(content['application/json']).schema ?? null),
        replies: Object.fromEntries(
          Object.entries(objectOf(operation.responses)).map(([status, reply]) => [
            status,
            replyOf(reply ?? null),
          ]),
        ),
      },
    ];
  }),
);
const target = join(import.meta.dirname, '../local/github/openapi.json');
writeFileSync(
  target,
  `${JSON.stringify({ source: `@octokit/openapi ${typeof version === 'string' ? version : ''} (MIT)`, operations }, null, 2)}\n`,
);

/** The schema of a response's body; null where none is described. */
function replyOf(reply: Json): Json {
  const content = objectOf(objectOf(lean(reply)).content);
  return smaller(objectOf(content['application/json']).schema ?? null);
}

/** Without optional members that are objects: the local GitHub sends none of them. */
function smaller(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const required = isJsonArray(schema.required) ? schema.required : [];
  const isKept = ([name, member]: readonly [string, Json | undefined]): boolean =>
    required.includes(name) ||
    (isJsonObject(member) && typeof member.type === 'string' && member.type !== 'object');
  return {
    ...schema,
    ...(schema.items === undefined ? {} : { items: smaller(schema.items) }),
    ...(isJsonObject(schema.properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(schema.properties)
              .filter(isKept)
              .map(([name, member]) => [name, smaller(member ?? null)]),
          ),
        }
      : {}),
  };
}

/** With references resolved, and without prose. */
function lean(value: Json): Json {
  if (isJsonArray(value)) return value.map(lean);
  if (!isJsonObject(value)) return value;
  if (typeof value.$ref === 'string') {
    const found = value.$ref
      .slice(2)
      .split('/')
      .reduce<Json>((inner, part) => objectOf(inner)[part] ?? null, whole);
    return lean(found);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === undefined || prose.has(name)) return [];
      return name === 'properties' ? [[name, properties(objectOf(inner))]] : [[name, lean(inner)]];
    }),
  );
}

/** A property may have the name of a member for prose. */
function properties(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, inner]) => [name, lean(inner ?? null)]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
