import type { JsonObject } from '../../src/text/json.ts';

/** Where the parts of one repository stand in the API. */
export interface Place {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `owner/name` */
  readonly repository: string;
}

/** The API's address of a part of the repository, e.g. `/deployments/1`. */
export function addressOf({ url, repository }: Place, path = ''): string {
  return `${url}/repos/${repository}${path}`;
}

/** As GitHub writes times: without parts of a second. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Opaque, and other for each thing. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

/** The account that a job's token acts as. */
export const botLogin = 'github-actions[bot]';

export function bot(place: Place): JsonObject {
  return { ...user(place, botLogin), id: 41898282, html_url: 'https://github.com/apps/github-actions' };
}

/** Any account; one whose login ends in `[bot]` is an app's. */
export function user({ url }: Place, login: string): JsonObject {
  const own = `${url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: 1,
    node_id: nodeId('User', login),
    avatar_url: 'https://avatars.githubusercontent.com/in/15368?v=4',
    gravatar_id: '',
    url: own,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${own}/followers`,
    following_url: `${own}/following{/other_user}`,
    gists_url: `${own}/gists{/gist_id}`,
    starred_url: `${own}/starred{/owner}{/repo}`,
    subscriptions_url: `${own}/subscriptions`,
    organizations_url: `${own}/orgs`,
    repos_url: `${own}/repos`,
    events_url: `${own}/events{/privacy}`,
    received_events_url: `${own}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}
