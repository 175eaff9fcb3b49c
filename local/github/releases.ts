import type { Json, JsonObject } from '../../src/text/json.ts';
import { type Answer, type Asked, invalid, notFound, type Route } from './routes.ts';
import { addressOf, bot, nodeId, now, type Place } from './shown.ts';

/** A release as GitHub keeps it; a draft has no tag yet. */
interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly target_commitish: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable: boolean;
  readonly created_at: string;
  readonly published_at: string | null;
}

export interface Releases {
  readonly all: readonly Release[];
  /** Each tag with its commit. */
  readonly tags: ReadonlyMap<string, string>;
  readonly routes: readonly Route[];
}

/** GitHub's releases and tags, as far as its documentation tells how they behave. */
export function createReleases(place: () => Place, { immutable }: { readonly immutable: boolean }): Releases {
  const all: Release[] = [];
  const tags = new Map<string, string>();
  const isLocked = (tag: string): boolean => all.some((one) => one.immutable && one.tag_name === tag);

  const keep = (id: number, before: Release | undefined, body: JsonObject): Answer => {
    const told = (name: keyof Release, otherwise: string): string => {
      const value = body[name] ?? before?.[name];
      return typeof value === 'string' ? value : otherwise;
    };
    const is = (name: 'draft' | 'prerelease'): boolean => Boolean(body[name] ?? before?.[name] ?? false);
    const tag = told('tag_name', '');
    const draft = is('draft');
    // Documented: of an immutable release only title and notes change.
    if (before?.immutable === true && (draft || tag !== before.tag_name))
      return invalid('Release is immutable');
    const publishes = !draft && before?.draft !== false;
    // Documented: a tag that is missing is made of the target when the release is published.
    const commit = told('target_commitish', 'main');
    if (publishes && !tags.has(tag)) tags.set(tag, commit);
    const release: Release = {
      id,
      tag_name: tag,
      target_commitish: commit,
      name: told('name', tag),
      body: told('body', ''),
      draft,
      prerelease: is('prerelease'),
      immutable: before?.immutable === true || (publishes && immutable),
      created_at: before?.created_at ?? now(),
      published_at: before?.published_at ?? (publishes ? now() : null),
    };
    const at = all.findIndex((one) => one.id === id);
    if (at === -1) all.push(release);
    else all[at] = release;
    return { status: before === undefined ? 201 : 200, body: shown(place(), release) };
  };

  const setTag = (tag: string, sha: Json | undefined, status: number): Answer => {
    // Documented: the tag of an immutable release can't be moved.
    if (isLocked(tag)) return invalid('Cannot update this protected ref.');
    tags.set(tag, typeof sha === 'string' ? sha : '');
    return { status, body: refOf(tag) };
  };
  const refOf = (tag: string): JsonObject => ({
    ref: `refs/tags/${tag}`,
    node_id: nodeId('Ref', tag),
    url: addressOf(place(), `/git/refs/tags/${tag}`),
    object: {
      type: 'commit',
      sha: tags.get(tag) ?? '',
      url: addressOf(place(), `/git/commits/${tags.get(tag) ?? ''}`),
    },
  });

  const repository = '/repos/{owner}/{repo}';
  const route = (operation: string, answer: (asked: Asked) => Answer): Route => ({
    operation,
    permission: 'contents',
    answer,
  });
  return {
    all,
    tags,
    routes: [
      route(`GET ${repository}/releases`, ({ query }) => {
        const size = Number(query.get('per_page') ?? 30);
        const from = (Number(query.get('page') ?? 1) - 1) * size;
        return {
          status: 200,
          body: all
            .toReversed()
            .slice(from, from + size)
            .map((release) => shown(place(), release)),
        };
      }),
      route(`POST ${repository}/releases`, ({ body }) => keep(301 + all.length, undefined, body)),
      route(`PATCH ${repository}/releases/{release_id}`, ({ parameters: [id], body }) => {
        const before = all.find((one) => one.id === Number(id));
        return before === undefined ? notFound : keep(before.id, before, body);
      }),
      route(`GET ${repository}/git/ref/{ref}`, ({ parameters: [ref = ''] }) => {
        const tag = ref.replace(/^tags\//, '');
        return tags.has(tag) ? { status: 200, body: refOf(tag) } : notFound;
      }),
      route(`POST ${repository}/git/refs`, ({ body: { ref, sha } }) => {
        const tag = (typeof ref === 'string' ? ref : '').replace(/^refs\/tags\//, '');
        return tags.has(tag) ? invalid('Reference already exists') : setTag(tag, sha, 201);
      }),
      route(`PATCH ${repository}/git/refs/{ref}`, ({ parameters: [ref = ''], body: { sha, force } }) => {
        const tag = ref.replace(/^tags\//, '');
        if (!tags.has(tag)) return invalid('Reference does not exist');
        return force === true ? setTag(tag, sha, 200) : invalid('Update is not a fast forward');
      }),
    ],
  };
}

function shown(place: Place, release: Release): JsonObject {
  const { id, tag_name: tag } = release;
  const url = addressOf(place, `/releases/${id}`);
  return {
    ...release,
    node_id: nodeId('Release', id),
    author: bot(place),
    url,
    html_url: `https://github.com/${place.repository}/releases/tag/${tag}`,
    assets: [],
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: addressOf(place, `/tarball/${tag}`),
    zipball_url: addressOf(place, `/zipball/${tag}`),
  };
}
