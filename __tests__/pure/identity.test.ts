import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { array, assert, asyncProperty, constant, constantFrom, oneof, record } from 'fast-check';
import { isOfOwnRepository, labelsOf, webAddress } from '../../src/image/build/labels.ts';
import { readTagRules } from '../../src/image/registry/tag-rules.ts';
import { readDockerIgnore } from '../../src/image/source/docker-ignore.ts';
import { identify } from '../../src/image/source/identity.ts';
import { readSources } from '../../src/image/source/sources.ts';
import type { BuildInputs } from '../../src/inputs/build.ts';
import { buildInputs } from './a-build.ts';

const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'identity-')));
  git('init', '-q');
  write({
    'app/Dockerfile': 'FROM scratch\n',
    'app/a.txt': 'a\n',
    'other/b.txt': 'b\n',
    '.gitignore': 'made/\n*.tmp\n',
  });
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

function git(...args: readonly string[]): string {
  return execFileSync('git', [...who, '-C', root, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function commit(): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'A change');
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

function sourcesOf(part: Partial<BuildInputs> = {}, builder: 'buildx' | 'classic' = 'buildx') {
  const inputs = { ...buildInputs, context: 'app', ...part };
  return readSources({ inputs, workspace: root, job: process.env, builder });
}

async function identity(
  part: Partial<BuildInputs> = {},
  platforms: readonly string[] = ['linux/amd64'],
  builder: 'buildx' | 'classic' = 'buildx',
) {
  const inputs = { ...buildInputs, context: 'app', ...part };
  const sources = await sourcesOf(part, builder);
  return identify({ sources, inputs, platforms, environment: { FROM_ENV: 'x' } });
}

describe('what .dockerignore leaves out', () => {
  it.each<[string, string, boolean]>([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'web/node_modules/a', false],
    ['**/node_modules', 'web/node_modules/a', true],
    ['**/node_modules', 'node_modules', true],
    ['/build/', 'build/x', true],
    ['./build', 'build/x', true],
    ['*.log', 'a.log', true],
    ['*.log', 'b/a.log', false],
    ['**/*.log', 'b/c/a.log', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a[0-9]', 'a7', true],
    ['a[^0-9]', 'a7', false],
    ['a.b', 'axb', false],
    ['(a)+', '(a)+', true],
    ['doc/**', 'doc/a/b', true],
    ['doc/**', 'doc', false],
    ['*\n!keep.txt', 'keep.txt', false],
    ['*\n!keep.txt', 'other.txt', true],
    ['!keep.txt\n*', 'keep.txt', true],
    ['*\n!src/**', 'src/a', false],
    ['# *\n\n  a  ', 'a', true],
    ['# *\n\n  a  ', 'b', false],
    ['..\n.', 'a', false],
    ['', 'a', false],
  ])('by %j: %s? %s', (text, path, expected) => {
    expect(readDockerIgnore(text).has(path)).toBe(expected);
  });

  it('is a whole folder only where nothing is taken in again', () => {
    expect(readDockerIgnore('a').hasAllOf('a')).toBe(true);
    expect(readDockerIgnore('a\n!a/b').hasAllOf('a')).toBe(false);
    expect(readDockerIgnore('a/**').hasAllOf('a')).toBe(false);
  });
});

describe('what a build is made of', () => {
  const why = async (part: Partial<BuildInputs> = {}, builder: 'buildx' | 'classic' = 'buildx') =>
    (await sourcesOf(part, builder)).unique;

  it('is what the commit has, with the folder .git in it too', async () => {
    expect(await why()).toBeUndefined();
    expect(await why({ context: '.', file: 'app/Dockerfile' })).toBeUndefined();
  });

  it.each<[string, () => void, string | undefined]>([
    ['changed', () => write({ 'app/a.txt': 'x' }), 'a.txt differs from the commit'],
    [
      'staged',
      () => {
        write({ 'app/a.txt': 'x' });
        git('add', '-A');
      },
      'a.txt differs from the commit',
    ],
    ['deleted', () => rmSync(join(root, 'app/a.txt')), 'a.txt is missing'],
    ['renamed', () => git('mv', 'app/a.txt', 'app/c.txt'), 'c.txt is not in the commit'],
    ['made a program', () => chmodSync(join(root, 'app/a.txt'), 0o755), 'a.txt differs from the commit'],
    [
      'made a link',
      () => {
        rmSync(join(root, 'app/a.txt'));
        symlinkSync('Dockerfile', join(root, 'app/a.txt'));
      },
      'a.txt differs from the commit',
    ],
    ['new', () => write({ 'app/new/x y\n.txt': '' }), 'new/x y\n.txt is not in the commit'],
    ['ignored by git', () => write({ 'app/x.tmp': '' }), 'x.tmp is not in the commit'],
    ['a folder that git ignores', () => write({ 'app/made/x': '' }), 'made/x is not in the commit'],
    ['outside of it', () => write({ 'other/x': '' }), undefined],
    ['the Dockerfile', () => write({ 'app/Dockerfile': 'FROM x' }), 'Dockerfile differs from the commit'],
    [
      'not looked at by git',
      () => {
        git('update-index', '--assume-unchanged', 'app/a.txt');
        write({ 'app/a.txt': 'x' });
      },
      'a.txt differs from the commit',
    ],
    [
      'with the size and time that it had',
      () => {
        const { atime, mtime } = statSync(join(root, 'app/a.txt'));
        git('update-index', '--refresh');
        write({ 'app/a.txt': 'b\n' });
        utimesSync(join(root, 'app/a.txt'), atime, mtime);
      },
      'a.txt differs from the commit',
    ],
    [
      'left out of the checkout',
      () => {
        git('update-index', '--skip-worktree', 'app/a.txt');
        rmSync(join(root, 'app/a.txt'));
      },
      'a.txt is missing',
    ],
    [
      'made by a filter',
      () => {
        write({ '.gitattributes': '*.bin filter=lfs\n', 'app/a.bin': 'version https://git-lfs\n' });
        commit();
        write({ 'app/a.bin': 'what it stands for' });
      },
      'a.bin differs from the commit',
    ],
    [
      'in a repository without a commit',
      () => {
        mkdirSync(join(root, 'app/own'));
        git('init', '-q', 'app/own');
        write({ 'app/own/x': '' });
      },
      'own is in a git repository without a readable commit',
    ],
  ])('%s', async (_, change, expected) => {
    change();
    expect(await why()).toBe(expected);
  });

  it.each<[string, string, Readonly<Record<string, string>>, string | undefined]>([
    ['a new file', 'new', { 'app/new': '' }, undefined],
    ['a changed file', 'a.txt', { 'app/a.txt': 'x' }, undefined],
    ['a folder that git ignores', 'made', { 'app/made/x': '' }, undefined],
    ['all in a folder that git ignores', 'made/**', { 'app/made/x/y': '' }, undefined],
    ['all but one', 'made\n!made/y', { 'app/made/x': '', 'app/made/y': '' }, 'made/y is not in the commit'],
    [
      'its Dockerfile, which Docker takes all the same',
      '*',
      { 'app/Dockerfile': 'x' },
      'app/Dockerfile differs from the commit',
    ],
  ])('of which .dockerignore leaves out %s', async (_, ignore, files, expected) => {
    write({ 'app/.dockerignore': ignore });
    commit();
    write(files);
    expect(await why()).toBe(expected);
  });

  it('may lack a file that the ignore file leaves out', async () => {
    write({ 'app/.dockerignore': 'a.txt' });
    commit();
    rmSync(join(root, 'app/a.txt'));
    expect(await why()).toBeUndefined();
  });

  it('is not told by the commit when the ignore file is not', async () => {
    write({ 'app/.dockerignore': '*\n' });
    expect(await why()).toBe('app/.dockerignore is not in the commit');
  });

  it('has files of any size, and links', async () => {
    write({ 'app/large': 'x'.repeat(5 * 1024 * 1024) });
    symlinkSync('a.txt', join(root, 'app/link'));
    commit();
    expect(await why()).toBeUndefined();
    write({ 'app/large': `${'x'.repeat(5 * 1024 * 1024 - 1)}y` });
    expect(await why()).toBe('large differs from the commit');
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('is read though its folder belongs to another user', async () => {
    execFileSync('chown', ['-R', '4711:4711', root]);
    expect(await why()).toBeUndefined();
  });

  it('is told by a worktree, too', async () => {
    git('worktree', 'add', '-q', join(root, 'made/tree'));
    const sources = await sourcesOf({ context: 'made/tree/app' });
    expect(sources).toMatchObject({ unique: undefined, commit: { sha: git('rev-parse', 'HEAD').trim() } });
  });

  it.each<[Partial<BuildInputs>, RegExp]>([
    [{ context: '..' }, /is not in a git repository$/],
    [{ file: '../Dockerfile' }, /is not in a git repository$/],
    [{ buildContexts: ['a=..'] }, /is not in a git repository$/],
    [{ buildContexts: ['a=other', 'b=nowhere'] }, /nowhere can't be read$/],
    [{ rebuild: true }, /^rebuild is true$/],
    [{ noCache: true }, /^no-cache is true$/],
    [{ pull: true }, /^pull is true$/],
    [{ context: 'https://example.com/a.git' }, /the builder fetches/],
    [{ buildContexts: ['a=https://example.com/a.git'] }, /the builder fetches/],
    [{ buildContexts: ['a=oci-layout:///a'] }, /the builder fetches/],
  ])('is like no other with %j', async (part, expected) => {
    expect(await why(part)).toMatch(expected);
  });

  describe('with an ignore file for the Dockerfile', () => {
    beforeEach(() => {
      write({ 'app/.dockerignore': 'a.log\n', 'app/Dockerfile.dockerignore': 'new\n' });
      commit();
    });

    it('is what BuildKit takes', async () => {
      write({ 'app/new': '' });
      expect(await why()).toBeUndefined();
      write({ 'app/a.log': '' });
      expect(await why()).toBe('a.log is not in the commit');
    });

    it('is what plain Docker takes, which does not read that file', async () => {
      write({ 'app/new': '' });
      expect(await why({}, 'classic')).toBe('new is not in the commit');
    });

    it('is another build with another builder', async () => {
      rmSync(join(root, 'app/.dockerignore'));
      commit();
      const [buildkit, plain] = await Promise.all([identity(), identity({}, undefined, 'classic')]);
      expect([buildkit.unique, plain.unique]).toEqual([undefined, undefined]);
      expect(plain.tag).not.toBe(buildkit.tag);
    });
  });
});

describe('repositories that take part', () => {
  /** A repository inside of the workspace, which the outer one knows or does not. */
  const inner = (path: string) => {
    mkdirSync(join(root, path), { recursive: true });
    git('init', '-q', path);
    const commitIn = (files: Readonly<Record<string, string>>): string => {
      write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, text])));
      git('-C', path, 'add', '-A');
      git('-C', path, 'commit', '-q', '-m', 'Inside');
      return git('-C', path, 'rev-parse', 'HEAD').trim();
    };
    return { commit: commitIn };
  };

  it.each<[string, string, Partial<BuildInputs>]>([
    ['as the context', 'made/app', { context: 'made/app' }],
    ['with the Dockerfile', 'made/docker', { file: 'made/docker/Dockerfile' }],
    ['as a further context', 'made/lib', { buildContexts: ['lib=made/lib'] }],
    ['inside of the context, ignored by git', 'app/made', {}],
    ['inside of the context, not ignored', 'app/lib', {}],
    ['deep inside of the context', 'app/made/deep/er', {}],
  ])('one %s makes another build with each commit', async (_, path, part) => {
    const repository = inner(path);
    repository.commit({ Dockerfile: 'FROM scratch\n', 'x.txt': '1' });
    const one = await identity(part);
    expect(one.unique).toBeUndefined();
    expect(await identity(part)).toEqual(one);
    repository.commit({ 'x.txt': '2' });
    const two = await identity(part);
    expect(two.unique).toBeUndefined();
    expect(two.tag.slice(-8)).not.toBe(one.tag.slice(-8));
    write({ [`${path}/Dockerfile`]: 'FROM x\n' });
    expect((await identity(part)).unique).toMatch(/Dockerfile differs from the commit$/);
  });

  it('the build is of the commit of the context', async () => {
    const sha = inner('made/app').commit({ Dockerfile: 'FROM scratch\n' });
    git('-C', 'made/app', 'remote', 'add', 'origin', 'https://user:secret@github.com/octo-org/app.git');
    const sources = await sourcesOf({ context: 'made/app' });
    expect(sources.commit?.sha).toBe(sha);
    expect((await identity({ context: 'made/app' })).tag).toMatch(new RegExp(`^${sha}-`));
    const environment = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo-org/web' };
    expect(isOfOwnRepository(sources, environment)).toBe(false);
    expect(labelsOf({ sources, environment, tag: undefined, given: [] })).toEqual([
      'org.opencontainers.image.source=https://github.com/octo-org/app',
      `org.opencontainers.image.revision=${sha}`,
      expect.stringMatching(/^org.opencontainers.image.created=/),
    ]);
  });

  it('the only checkout may be in a folder of the workspace', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    const sha = inner('src').commit({ Dockerfile: 'FROM scratch\n' });
    expect(await sourcesOf({ context: 'src' })).toMatchObject({ commit: { sha }, unique: undefined });
    expect(await sourcesOf({ context: '.', file: 'src/Dockerfile' })).toMatchObject({
      commit: { sha },
      unique: 'the workspace is not in a git repository',
    });
  });

  it('a submodule counts as it is checked out, and has to be', async () => {
    const other = realpathSync(mkdtempSync(join(tmpdir(), 'identity-sub-')));
    const sub = (...args: readonly string[]) =>
      execFileSync('git', [...who, '-C', other, ...args], { stdio: 'ignore' });
    try {
      sub('init', '-q');
      writeFileSync(join(other, '.gitignore'), '*.tmp\n');
      sub('add', '-A');
      sub('commit', '-q', '-m', 'One');
      git('submodule', '--quiet', 'add', other, 'app/sub');
      commit();
      const one = await identity();
      expect(one.unique).toBeUndefined();

      sub('commit', '-q', '--allow-empty', '-m', 'Two');
      git('submodule', '--quiet', 'update', '--remote', 'app/sub');
      const moved = await identity();
      expect(moved.unique).toBeUndefined();
      expect(moved.tag).not.toBe(one.tag);
      const itself = await sourcesOf({ context: 'app/sub', file: 'app/Dockerfile' });
      expect(itself.commit?.sha).toBe(git('-C', 'app/sub', 'rev-parse', 'HEAD').trim());

      write({ 'app/sub/x.tmp': '' });
      expect((await identity()).unique).toBe('sub/x.tmp is not in the commit');
      git('submodule', '--quiet', 'deinit', '--force', 'app/sub');
      expect((await identity()).unique).toBe('the submodule sub is not checked out');
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it.each([
    ['https://github.com/o/r.git#0123456789abcdef0123456789abcdef01234567', true],
    ['https://github.com/o/r.git#0123456789abcdef0123456789abcdef01234567:app', true],
    ['git@github.com:o/r.git#0123456789abcdef0123456789abcdef01234567', true],
    ['https://github.com/o/r.git#0123456', false],
    ['https://github.com/o/r.git#main', false],
    ['https://github.com/o/r.git', false],
    ['https://example.com/a.tar.gz#0123456789abcdef0123456789abcdef01234567', false],
  ])('a context that is fetched, %s, has a commit of its own: %s', async (context, isPinned) => {
    const sources = await sourcesOf({ context });
    expect(sources.commit?.sha).toBe(isPinned ? '0123456789abcdef0123456789abcdef01234567' : undefined);
    const [one, other] = await Promise.all([identity({ context }), identity({ context })]);
    expect(one.tag === other.tag).toBe(isPinned);
    expect(one.tag).toMatch(isPinned ? /^0123456789abcdef0123456789abcdef01234567-/ : /^build-/);
    expect(one.unique === undefined).toBe(isPinned);
  });

  it('a build has the name of another only where all files are the same in every byte', async () => {
    const path = constantFrom(
      'app/a.txt',
      'app/deep/b',
      'app/made/c',
      'app/sub/d',
      'app/sub/made/e',
      'other/f',
    );
    const step = oneof(
      record({ kind: constant('write' as const), path, text: constantFrom('1', '2\n', '2\r\n') }),
      record({ kind: constant('commit' as const), repository: constantFrom('.', 'app/sub') }),
      record({
        kind: constant('ignore' as const),
        rule: constantFrom('', 'made\n', 'deep\n', '**/e\n'),
      }),
    );
    const told = new Map<string, object>();
    const contents = (): string =>
      JSON.stringify(
        ['a.txt', 'deep/b', 'made/c', 'sub/d', 'sub/made/e', 'Dockerfile', '.dockerignore'].map((name) => {
          const file = join(root, 'app', name);
          const rules = existsSync(join(root, 'app/.dockerignore'))
            ? readFileSync(join(root, 'app/.dockerignore'), 'utf8')
            : '';
          return existsSync(file) && !readDockerIgnore(rules).has(name) ? readFileSync(file, 'latin1') : '';
        }),
      );
    inner('app/sub').commit({ d: '1' });
    await assert(
      asyncProperty(array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        for (const one of steps) {
          if (one.kind === 'write') write({ [one.path]: one.text });
          else if (one.kind === 'ignore') write({ 'app/.dockerignore': one.rule });
          else {
            git('-C', one.repository, 'add', '-A');
            git('-C', one.repository, 'commit', '-q', '--allow-empty', '-m', 'A change');
          }
        }
        const { tag, unique } = await identity();
        const before = told.get(tag) ?? { unique, contents: contents() };
        told.set(tag, before);
        expect({ unique, contents: contents() }).toEqual(before);
      }),
      { numRuns: 30 },
    );
  }, 180_000);
});

describe('the identity of a build', () => {
  it('is the commit and eight digits, always the same', async () => {
    const head = git('rev-parse', 'HEAD').trim();
    const one = await identity();
    expect(one).toEqual({
      tag: expect.stringMatching(new RegExp(`^${head}-[0-9a-f]{8}$`)),
      unique: undefined,
    });
    expect(await identity()).toEqual(one);
    expect(await identity({ context: './app/', cacheFrom: ['a'], cacheTo: ['b'], builder: 'x' })).toEqual(
      one,
    );
    symlinkSync('app', join(root, 'link'));
    expect(await identity({ context: 'link' })).toEqual(one);
    expect(await identity({ file: 'app/Dockerfile' })).toEqual(one);
  });

  it.each<[string, Partial<BuildInputs>]>([
    ['context', { context: '.', file: 'app/Dockerfile' }],
    ['file', { file: '.gitignore' }],
    ['target', { target: 'a' }],
    ['build-args', { buildArgs: ['A=1'] }],
    ['build-args of the environment', { buildArgs: ['FROM_ENV'] }],
    ['build-contexts', { buildContexts: ['a=other'] }],
    ['labels', { labels: ['a=1'] }],
    ['annotations', { annotations: ['a=1'] }],
    ["secrets' names", { secrets: [{ id: 'a', from: { kind: 'env', name: 'A' } }] }],
    ['compression', { compression: 'zstd' }],
    ['provenance', { provenance: 'true' }],
  ])('is another with other %s', async (_, part) => {
    const [one, other] = await Promise.all([identity(), identity(part)]);
    expect(other.unique).toBeUndefined();
    expect(other.tag).not.toBe(one.tag);
  });

  it('is another for other platforms, and the same for another value of a secret', async () => {
    expect(await identity({}, ['linux/arm64'])).not.toEqual(await identity());
    const withSecret = (value: string) =>
      identity({ secrets: [{ id: 'a', from: { kind: 'value', reveal: () => value } }] });
    expect(await withSecret('one')).toEqual(await withSecret('two'));
  });

  it('is another with other line ends, which git may write as it is told', async () => {
    write({ 'app/run.bat': 'a\nb\n' });
    commit();
    const one = await identity();
    write({ 'app/run.bat': 'a\r\nb\r\n' });
    const two = await identity();
    expect(two.unique).toBeUndefined();
    expect(two.tag).not.toBe(one.tag);
    expect(await identity()).toEqual(two);
    write({ 'app/run.bat': 'a\r\nb\n' });
    expect((await identity()).tag).not.toBe(two.tag);
  });

  it.each<[Partial<BuildInputs>]>([[{ rebuild: true }], [{ buildContexts: ['a=..'] }]])(
    'is like no other with %j',
    async (part) => {
      const [one, other] = await Promise.all([identity(part), identity(part)]);
      expect(one.unique).toBeDefined();
      expect(other.tag).not.toBe(one.tag);
    },
  );
});

describe('labels', () => {
  const sources = {
    commit: { sha: 'c'.repeat(40), committedAt: '2026-11-21T12:00:00+01:00' },
    remote: undefined,
  };
  const environment = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_SHA: sources.commit.sha,
    GITHUB_REF: 'refs/tags/v1.2.3',
  };

  it('tell source, revision, time and version', () => {
    expect(labelsOf({ sources, environment, tag: 'latest', given: ['a=1'] })).toEqual([
      'org.opencontainers.image.source=https://github.com/octo-org/web',
      `org.opencontainers.image.revision=${sources.commit.sha}`,
      'org.opencontainers.image.created=2026-11-21T12:00:00+01:00',
      'org.opencontainers.image.version=v1.2.3',
      'a=1',
    ]);
  });

  it.each([
    ['refs/heads/team/new', 'team-new'],
    ['refs/pull/12/merge', 'pr-12'],
    ['', 'latest'],
  ])('have the version of %s', (GITHUB_REF, version) => {
    const labels = labelsOf({
      sources,
      environment: { ...environment, GITHUB_REF },
      tag: 'latest',
      given: [],
    });
    expect(labels.at(-1)).toBe(`org.opencontainers.image.version=${version}`);
  });

  it('of the inputs win, and what is not known is left out', () => {
    const given = ['org.opencontainers.image.version=9'];
    const none = { commit: undefined, remote: undefined };
    expect(labelsOf({ sources: none, environment: {}, tag: undefined, given })).toEqual(given);
    expect(labelsOf({ sources: none, environment, tag: 'v2', given: [] })).toEqual([
      'org.opencontainers.image.source=https://github.com/octo-org/web',
      'org.opencontainers.image.version=v2',
    ]);
  });
});

describe('the address of a repository', () => {
  it.each([
    ['https://github.com/o/r', 'https://github.com/o/r'],
    ['https://github.com/o/r.git', 'https://github.com/o/r'],
    ['https://user:pass@github.com/o/r.git/', 'https://github.com/o/r'],
    ['https://x-access-token:t@ghe.example.com:8443/o/r.git#main:sub', 'https://ghe.example.com:8443/o/r'],
    ['https://example.com/r?token=secret', 'https://example.com/r'],
    ['git@github.com:o/r.git', 'https://github.com/o/r'],
    ['ssh://git@github.com:22/o/r.git', 'https://github.com/o/r'],
    ['git://github.com/o/r', 'https://github.com/o/r'],
    ['/srv/git/r', undefined],
    ['file:///srv/git/r', undefined],
    ['ext::sh -c date', undefined],
  ])('of %s is %s', (remote, expected) => {
    expect(webAddress(remote)).toBe(expected);
  });

  it.each([
    [undefined, true],
    ['https://GitHub.com/octo-org/Web.git', true],
    ['git@github.com:octo-org/web.git', true],
    ['https://github.com/octo-org/other', false],
    ['https://example.com/octo-org/web', false],
    ['/srv/git/web', false],
  ])('%s is that of the workflow: %s', (remote, expected) => {
    const environment = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo-org/web' };
    expect(isOfOwnRepository({ remote }, environment)).toBe(expected);
  });
});

describe('the rules for tags', () => {
  it.each<[string | undefined, readonly string[], string, boolean]>([
    [undefined, [], 'v1', false],
    ['MUTABLE', [], 'v1', false],
    ['IMMUTABLE', [], 'v1', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'dev-7', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'xdev-7', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.0'], 'v1.0', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.0'], 'v1x0', false],
  ])('%s with %j: is %s immutable? %s', (setting, filters, tag, expected) => {
    const rules = readTagRules({
      imageTagMutability: setting as 'MUTABLE',
      imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
    });
    expect(rules.isImmutable(tag)).toBe(expected);
  });
});
