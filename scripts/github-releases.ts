import { getOctokit } from '@actions/github';
import { isNewer, parseVersion, type Version } from './release-notes.ts';

/** Where a release is made, and of what. */
export interface ReleaseSource {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
  /** The commit that was tested. */
  readonly sha: string;
}

/**
 * Creates the draft of a release, or updates it; a draft has no tag yet.
 * @returns its address
 * @throws Error where the version is released already, or GitHub refuses
 */
export async function makeDraft(source: ReleaseSource, version: Version, notes: string): Promise<string> {
  const github = connect(source);
  const tag = `v${version.text}`;
  const earlier = (await github.releases()).find(({ tag_name }) => tag_name === tag);
  if (earlier?.draft === false) throw new Error(`${tag} is released already: ${earlier.html_url}`);
  const release = {
    ...github.repository,
    tag_name: tag,
    target_commitish: source.sha,
    name: tag,
    body: notes,
    draft: true,
    prerelease: version.isPrerelease,
  };
  const { data } = await (earlier === undefined
    ? github.repos.createRelease(release)
    : github.repos.updateRelease({ ...release, release_id: earlier.id }));
  return data.html_url;
}

/**
 * Publishes the draft, which creates its tag, and moves the tag of the major version to it, unless a newer version of
 * the same major is out. A second run continues where the first one stopped.
 *
 * @returns what was done, one item per line of output
 * @throws Error where this commit has no draft, or the release did not become immutable
 */
export async function publishDraft(source: ReleaseSource, version: Version): Promise<readonly string[]> {
  const github = connect(source);
  const tag = `v${version.text}`;
  const all = await github.releases();
  const found = all.find(({ tag_name }) => tag_name === tag);
  if (found === undefined) throw new Error(`${tag} has no draft.`);
  if (found.target_commitish !== source.sha)
    throw new Error(`The release ${tag} is of ${found.target_commitish}; the tests ran on ${source.sha}.`);
  const published = found.draft
    ? (await github.repos.updateRelease({ ...github.repository, release_id: found.id, draft: false })).data
    : found;
  if (published.immutable !== true)
    throw new Error(
      `${tag} is published but can still be changed: turn on "immutable releases" in the repository's settings, delete the release and its tag, and run this again. The tag of the major version was not moved.`,
    );
  const done = [`${tag} is published and immutable: ${published.html_url}`];
  if (version.isPrerelease) return done;
  const newer = all.find(({ draft, tag_name }) => !draft && isNewerOfMajor(tag_name, version));
  const major = `v${version.numbers[0]}`;
  if (newer !== undefined) return [...done, `${major} stays: ${newer.tag_name} is newer.`];
  await github.moveTag(major);
  return [...done, `${major} is ${source.sha} now.`];
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

function connect({ apiUrl, repository: fullName, token, sha }: ReleaseSource) {
  const { rest, paginate } = getOctokit(token, { baseUrl: apiUrl });
  const [owner = '', repo = ''] = fullName.split('/');
  const repository = { owner, repo };
  return {
    repository,
    repos: rest.repos,
    releases: () => paginate(rest.repos.listReleases, { ...repository, per_page: 100 }),
    /** A tag without a release of its own can be moved, even where releases are immutable (documented). */
    moveTag: async (tag: string): Promise<void> => {
      const isThere = await rest.git.getRef({ ...repository, ref: `tags/${tag}` }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && 'status' in error && error.status === 404) return false;
          throw error;
        },
      );
      if (isThere) await rest.git.updateRef({ ...repository, ref: `tags/${tag}`, sha, force: true });
      else await rest.git.createRef({ ...repository, ref: `refs/tags/${tag}`, sha });
    },
  };
}
