import { type Github, type GithubOptions, startGithub } from '../../local/github/github.ts';
import { makeDraft, publishDraft, type ReleaseSource } from '../../scripts/github-releases.ts';
import { parseVersion, type Version } from '../../scripts/release-notes.ts';

const commits = { a: 'a'.repeat(40), b: 'b'.repeat(40), c: 'c'.repeat(40) };

interface Ground extends AsyncDisposable {
  readonly github: Github;
  /** Where a commit is released. */
  of(sha: string): ReleaseSource;
}

async function startGround(options: Partial<GithubOptions> = {}): Promise<Ground> {
  const repository = 'octo-org/fargate-deploy';
  const github = await startGithub({ job: { repository, ref: 'refs/heads/main' }, ...options });
  return {
    github,
    of: (sha) => ({ apiUrl: github.url, repository, token: github.token, sha }),
    [Symbol.asyncDispose]: async () => {
      expect(github.problems).toEqual([]);
      await github.close();
    },
  };
}

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
}

async function release(source: ReleaseSource, text: string): Promise<readonly string[]> {
  await makeDraft(source, version(text), `Notes of ${text}.`);
  return publishDraft(source, version(text));
}

it('a draft shows what will be out, makes no tag, and is renewed', async () => {
  await using ground = await startGround();
  await makeDraft(ground.of(commits.a), version('1.0.0'), 'First.');
  await makeDraft(ground.of(commits.b), version('1.0.0'), 'Better.');
  expect(ground.github.releases.all).toEqual([
    expect.objectContaining({
      tag_name: 'v1.0.0',
      target_commitish: commits.b,
      body: 'Better.',
      draft: true,
    }),
  ]);
  expect([...ground.github.releases.tags]).toEqual([]);
});

it('publishing makes its tag, immutable, and moves that of the major version', async () => {
  await using ground = await startGround();
  await release(ground.of(commits.a), '1.0.0');
  const done = await release(ground.of(commits.b), '1.1.0');
  expect(done).toEqual([
    expect.stringMatching(/^v1\.1\.0 is published and immutable/),
    `v1 is ${commits.b} now.`,
  ]);
  expect([...ground.github.releases.tags]).toEqual([
    ['v1.0.0', commits.a],
    ['v1', commits.b],
    ['v1.1.0', commits.b],
  ]);
  expect(ground.github.releases.all.map(({ draft, immutable }) => [draft, immutable])).toEqual([
    [false, true],
    [false, true],
  ]);
});

it.each([
  ['a fix of an older minor version', '1.0.1', 'v1 stays: v1.1.0 is newer.'],
  ['a prerelease', '1.2.0-rc.1', undefined],
])('%s leaves the tag of the major version where it is', async (_name, text, line) => {
  await using ground = await startGround();
  await release(ground.of(commits.a), '1.0.0');
  await release(ground.of(commits.b), '1.1.0');
  const done = await release(ground.of(commits.c), text);
  expect(done.slice(1)).toEqual(line === undefined ? [] : [line]);
  expect(ground.github.releases.tags.get('v1')).toBe(commits.b);
});

it('a new major version has a tag of its own', async () => {
  await using ground = await startGround();
  await release(ground.of(commits.a), '1.0.0');
  await release(ground.of(commits.b), '2.0.0');
  expect(ground.github.releases.tags.get('v1')).toBe(commits.a);
  expect(ground.github.releases.tags.get('v2')).toBe(commits.b);
});

it('goes on where it stood when it is run again', async () => {
  await using ground = await startGround();
  const source = ground.of(commits.a);
  await release(source, '1.0.0');
  expect(await publishDraft(source, version('1.0.0'))).toEqual([
    expect.stringMatching(/^v1\.0\.0 is published/),
    `v1 is ${commits.a} now.`,
  ]);
});

it('moves no tag for a release of another commit', async () => {
  await using ground = await startGround();
  await release(ground.of(commits.a), '1.0.0');
  await expect(publishDraft(ground.of(commits.b), version('1.0.0'))).rejects.toThrow(/v1\.0\.0 is of a/);
  expect(ground.github.releases.tags.get('v1')).toBe(commits.a);
});

it('a released version is not made again', async () => {
  await using ground = await startGround();
  await release(ground.of(commits.a), '1.0.0');
  await expect(makeDraft(ground.of(commits.b), version('1.0.0'), 'Other.')).rejects.toThrow(
    /v1\.0\.0 is released already/,
  );
});

it('a draft of another commit than the one that was tested is not published', async () => {
  await using ground = await startGround();
  await makeDraft(ground.of(commits.a), version('1.0.0'), 'First.');
  await expect(publishDraft(ground.of(commits.b), version('1.0.0'))).rejects.toThrow(
    /is of a{40}; .* on b{40}/,
  );
  await expect(publishDraft(ground.of(commits.b), version('1.1.0'))).rejects.toThrow(/v1\.1\.0 has no draft/);
  expect([...ground.github.releases.tags]).toEqual([]);
});

it('where releases can be changed afterwards, the tag of the major version does not move', async () => {
  await using ground = await startGround({ immutableReleases: false });
  await expect(release(ground.of(commits.a), '1.0.0')).rejects.toThrow(/turn on "immutable releases"/);
  expect(ground.github.releases.tags.has('v1')).toBe(false);
});

it("a token that can't write gets GitHub's own message", async () => {
  await using ground = await startGround({ contents: 'read' });
  await expect(makeDraft(ground.of(commits.a), version('1.0.0'), 'First.')).rejects.toThrow(/not accessible/);
});
