import type { Json, JsonObject } from '../../src/text/json.ts';
import { invalid, notFound, type Route } from './routes.ts';
import { addressOf, botLogin, nodeId, now, type Place, user } from './shown.ts';

/** A comment of a pull request. */
interface Comment {
  readonly id: number;
  readonly pullRequest: number;
  readonly login: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Comments {
  readonly all: readonly Comment[];
  /** Adds one by another account, or by another workflow under the job's own account. */
  add(comment: { readonly pullRequest: number; readonly login?: string; readonly body: string }): void;
  /** Replaces a comment's body, as a maintainer can; undefined deletes the comment. */
  edit(id: number, body: string | undefined): void;
  readonly routes: readonly Route[];
}

/** The comments of pull requests, which GitHub keeps as those of issues. */
export function createComments(place: () => Place): Comments {
  const all: Comment[] = [];
  let last = 9000;
  const add: Comments['add'] = ({ pullRequest, login = botLogin, body }) => {
    last += 1;
    all.push({ id: last, pullRequest, login, body, createdAt: now(), updatedAt: now() });
  };
  const edit: Comments['edit'] = (id, body) => {
    const at = all.findIndex((one) => one.id === id);
    const comment = all[at];
    if (comment === undefined) return;
    all.splice(at, 1, ...(body === undefined ? [] : [{ ...comment, body, updatedAt: now() }]));
  };
  const answerWith = (status: number, id: number) => {
    const comment = all.find((one) => one.id === id);
    return comment === undefined ? notFound : { status, body: shown(place(), comment) };
  };
  return {
    all,
    add,
    edit,
    routes: [
      route(`GET ${ofPullRequest}`, ({ parameters: [number], query }) => {
        // Documented: at most 100 a page, and in the order of their ids.
        const size = Math.min(Number(query.get('per_page') ?? 30), 100);
        const from = (Number(query.get('page') ?? 1) - 1) * size;
        const found = all.filter(({ pullRequest }) => pullRequest === Number(number));
        return { status: 200, body: found.slice(from, from + size).map((one) => shown(place(), one)) };
      }),
      route(`POST ${ofPullRequest}`, ({ parameters: [number], body: { body } }) => {
        const text = textOf(body);
        if (isTooLong(text)) return tooLong;
        add({ pullRequest: Number(number), body: text });
        return answerWith(201, last);
      }),
      route(`PATCH ${ofRepository}`, ({ parameters: [id], body: { body } }) => {
        const text = textOf(body);
        if (isTooLong(text)) return tooLong;
        edit(Number(id), text);
        return answerWith(200, Number(id));
      }),
      route(`DELETE ${ofRepository}`, ({ parameters: [id] }) => {
        if (!all.some((one) => one.id === Number(id))) return notFound;
        edit(Number(id), undefined);
        return { status: 204, body: null };
      }),
    ],
  };
}

const ofPullRequest = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ofRepository = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

/** Undocumented; GitHub's own message for a longer body names it. */
const mostCharacters = 65_536;
const isTooLong = (body: string): boolean => (body.match(/[^]/gu) ?? []).length > mostCharacters;
const tooLong = invalid(`Validation Failed: body is too long (maximum is ${mostCharacters} characters)`);

function route(operation: string, answer: Route['answer']): Route {
  return { operation, permission: 'pullRequests', answer };
}

function shown(place: Place, { id, pullRequest, login, body, createdAt, updatedAt }: Comment): JsonObject {
  return {
    id,
    node_id: nodeId('IssueComment', id),
    url: addressOf(place, `/issues/comments/${id}`),
    html_url: `https://github.com/${place.repository}/pull/${pullRequest}#issuecomment-${id}`,
    issue_url: addressOf(place, `/issues/${pullRequest}`),
    user: user(place, login),
    body,
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: 'NONE',
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
