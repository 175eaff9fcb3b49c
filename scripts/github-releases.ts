import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../src/text/json.ts';
import { isNewer, parseVersion, type Version } from './release-notes.ts';

/** A release as GitHub shows it, as far as it is needed here. */
interface Release {
  readonly id: number;
  readonly tag: string;
  readonly isDraft: boolean;
  readonly isImmutable: boolean;
  readonly target: string;
  readonly url: string;
}

/** Where a release is made, and of what. */
export interface Place {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
  /** The commit that was tested. */
  readonly sha: string;
}

/**
 * Makes the draft of a release, or renews it; a draft has no tag yet.
 * @returns its address
 * @throws Error where the version is released already, or GitHub refuses
 */
export async function makeDraft(place: Place, version: Version, notes: string): Promise<string> {
  const tag = `v${version.text}`;
  const before = (await releases(place)).find((one) => one.tag === tag);
  if (before?.isDraft === false) throw new Error(`${tag} is released already: ${before.url}`);
  const body = {
    tag_name: tag,
    target_commitish: place.sha,
    name: tag,
    body: notes,
    draft: true,
    prerelease: version.isPrerelease,
  };
  const made =
    before === undefined
      ? await send(place, 'POST', '/releases', body)
      : await send(place, 'PATCH', `/releases/${before.id}`, body);
  return releaseOf(made).url;
}

/**
 * Publishes the draft, which makes its tag, and moves the tag of the major version to it, unless a newer version of
 * the same major is out. Run again, it goes on where it stood.
 *
 * @returns what was done, a line each
 * @throws Error where there is no draft of this commit, or the release did not become immutable
 */
export async function publishDraft(place: Place, version: Version): Promise<readonly string[]> {
  const tag = `v${version.text}`;
  const all = await releases(place);
  const found = all.find((one) => one.tag === tag);
  if (found === undefined) throw new Error(`There is no draft of ${tag}.`);
  if (found.target !== place.sha)
    throw new Error(`The release ${tag} is of ${found.target}, and what was tested is ${place.sha}.`);
  const published = found.isDraft
    ? releaseOf(await send(place, 'PATCH', `/releases/${found.id}`, { draft: false }))
    : found;
  if (!published.isImmutable)
    throw new Error(
      `${tag} is published and can still be changed: switch "immutable releases" on in the repository's settings, delete the release and its tag, and run this again. The tag of the major version was not moved.`,
    );
  const done = [`${tag} is published and immutable: ${published.url}`];
  if (version.isPrerelease) return done;
  const newer = all.find((one) => !one.isDraft && isNewerOfMajor(one.tag, version));
  const major = `v${version.numbers[0]}`;
  if (newer !== undefined) return [...done, `${major} stays: ${newer.tag} is newer.`];
  await moveTag(place, major);
  return [...done, `${major} is ${place.sha} now.`];
}

function isNewerOfMajor(tag: string, version: Version): boolean {
  const other = parseVersion(tag.replace(/^v/, ''));
  return (
    other !== undefined &&
    !other.isPrerelease &&
    other.numbers[0] === version.numbers[0] &&
    isNewer(other, version)
  );
}

/** A tag without a release of its own can be moved, whatever is immutable (documented). */
async function moveTag(place: Place, tag: string): Promise<void> {
  const there = await send(place, 'GET', `/git/ref/tags/${tag}`).catch((error: unknown) => {
    if (error instanceof GithubRefusal && error.status === 404) return undefined;
    throw error;
  });
  if (there === undefined)
    await send(place, 'POST', '/git/refs', { ref: `refs/tags/${tag}`, sha: place.sha });
  else await send(place, 'PATCH', `/git/refs/tags/${tag}`, { sha: place.sha, force: true });
}

async function releases(place: Place): Promise<readonly Release[]> {
  const all: Release[] = [];
  for (let page = 1; ; page++) {
    const found = await send(place, 'GET', `/releases?per_page=100&page=${page}`);
    if (!isJsonArray(found) || found.length === 0) return all;
    all.push(...found.map(releaseOf));
  }
}

function releaseOf(value: Json): Release {
  const { id, tag_name, draft, immutable, target_commitish, html_url } = isJsonObject(value) ? value : {};
  if (typeof id !== 'number' || typeof tag_name !== 'string')
    throw new Error('GitHub answered with no release.');
  return {
    id,
    tag: tag_name,
    isDraft: draft === true,
    isImmutable: immutable === true,
    target: typeof target_commitish === 'string' ? target_commitish : '',
    url: typeof html_url === 'string' ? html_url : '',
  };
}

class GithubRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function send(
  { apiUrl, repository, token }: Place,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: JsonObject,
): Promise<Json> {
  const response = await fetch(`${apiUrl}/repos/${repository}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'fargate-deploy-release',
      'x-github-api-version': '2022-11-28',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new GithubRefusal(response.status, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Json;
}
