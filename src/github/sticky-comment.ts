import { isJsonObject, type Json, objectIn, textIn } from '../text/json.ts';
import { explainGithub, type GithubApi } from './api.ts';

/** A workflow run: of two, the one with the greater numbers is the newer. */
interface WorkflowRun {
  readonly id: number;
  readonly attempt: number;
}

interface StickyComment {
  readonly pullRequest: number;
  /** What the comment is about, in letters and digits: a pull request has one comment of ours for each. */
  readonly key: string;
  readonly run: WorkflowRun;
  /** Markdown of at most `mostBodyCharacters`. */
  readonly body: string;
}

/** GitHub refuses a longer body, with a message that names its limit; the rest is for the marker. */
export const mostBodyCharacters = 65_536 - 200;

/**
 * Writes a comment, or updates the one that an earlier run wrote about the same: a comment whose first line is our
 * marker with this key, and whose author is the account of this token. Nobody else can plant one.
 *
 * Several runs may do this at once. The newest run's comment stays and the others are deleted; an older run leaves a
 * newer run's comment as it is.
 *
 * @returns `newer` when a newer run has commented already
 * @throws errors of octokit
 */
export async function writeStickyComment(
  api: GithubApi,
  comment: StickyComment,
): Promise<'created' | 'updated' | 'newer'> {
  const { rest, graphql } = await api.client();
  const author = await authorOf(graphql);
  const { pullRequest, key, run } = comment;
  const body = `${markerOf(key, run)}\n${comment.body}`;
  const find = (): Promise<readonly Found[]> => findOwn(api, { pullRequest, key, author });

  const [newest, ...older] = await find();
  if (newest !== undefined && isNewer(newest.run, run)) return 'newer';
  if (newest !== undefined) {
    const isUpdated = await unlessGone(
      rest.issues.updateComment({ ...api.repository, comment_id: newest.id, body }),
    );
    await remove(api, older);
    if (isUpdated) return 'updated';
  }
  await rest.issues.createComment({ ...api.repository, issue_number: pullRequest, body });
  // Another run may have created one since we looked.
  const [stays, ...others] = await find();
  await remove(api, others);
  return stays !== undefined && isNewer(stays.run, run) ? 'newer' : 'created';
}

interface Found {
  readonly id: number;
  readonly run: WorkflowRun;
}

const perPage = 100;
/** GitHub closes a conversation at 2500 comments. */
const mostPages = 30;

/** The comments about the same by the same author, that of the newest run first. */
async function findOwn(
  api: GithubApi,
  { pullRequest, key, author }: Pick<StickyComment, 'pullRequest' | 'key'> & { readonly author: string },
): Promise<readonly Found[]> {
  const { rest } = await api.client();
  const found: Found[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const { data }: { readonly data: unknown } = await rest.issues.listComments({
      ...api.repository,
      issue_number: pullRequest,
      per_page: perPage,
      page,
    });
    // A proxy may have answered instead of GitHub: a comment that exists must not be taken for missing.
    if (!Array.isArray(data)) throw new Error('GitHub answered with something other than a list of comments');
    for (const one of data as readonly Json[]) {
      const { id, user, body } = objectIn(one);
      const run = runIn(textIn(body) ?? '', key);
      if (typeof id === 'number' && run !== undefined && isAuthor(user, author)) found.push({ id, run });
    }
    if (data.length < perPage) break;
  }
  return found.toSorted((a, b) => (isNewer(a.run, b.run) ? -1 : isNewer(b.run, a.run) ? 1 : a.id - b.id));
}

/** REST can't tell an app's token whose it is; GraphQL can, with no permission. */
async function authorOf(graphql: (query: string) => Promise<unknown>): Promise<string> {
  const answer = await graphql('{ viewer { login } }');
  const login = isJsonObject(answer) ? textIn(objectIn(answer.viewer).login) : undefined;
  if (login === undefined) throw new Error('GitHub did not say whose token this is');
  return login;
}

/** REST calls an app's account `name[bot]`; GraphQL does so for a viewer, and leaves the suffix out elsewhere. */
function isAuthor(user: Json | undefined, author: string): boolean {
  const { login, type } = objectIn(user);
  return login === author || (type === 'Bot' && login === `${author}[bot]`);
}

function markerOf(key: string, { id, attempt }: WorkflowRun): string {
  return `<!-- fargate-deploy:plan ${key} run=${id}.${attempt} -->`;
}

/** The run that wrote a comment with this key; undefined for every other comment. */
function runIn(body: string, key: string): WorkflowRun | undefined {
  const [, its, id, attempt] =
    /^<!-- fargate-deploy:plan (\w{1,64}) run=(\d{1,15})\.(\d{1,9}) -->\r?\n/.exec(body) ?? [];
  return its === key ? { id: Number(id), attempt: Number(attempt) } : undefined;
}

function isNewer(one: WorkflowRun, other: WorkflowRun): boolean {
  return one.id === other.id ? one.attempt > other.attempt : one.id > other.id;
}

async function remove(api: GithubApi, comments: readonly Found[]): Promise<void> {
  const { rest } = await api.client();
  for (const { id } of comments)
    await unlessGone(rest.issues.deleteComment({ ...api.repository, comment_id: id }));
}

/** False when what the request names was deleted in the meantime. */
async function unlessGone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (explainGithub(error).kind === 'gone') return false;
    throw error;
  }
}
