import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCheckout } from '../../src/image/checkout.ts';
import { whyNotCommitted } from '../../src/image/clean.ts';
import { readDockerIgnore } from '../../src/image/docker-ignore.ts';
import { identify, whyUnique } from '../../src/image/identity.ts';
import { labelsOf } from '../../src/image/labels.ts';
import { readTagRules } from '../../src/image/tag-rules.ts';
import type { BuildInputs } from '../../src/inputs/build.ts';
import { buildInputs } from './a-build.ts';

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
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
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

describe('a context', () => {
  const why = (context = 'app', dockerfile: string | undefined = 'app/Dockerfile') =>
    whyNotCommitted({
      root,
      context: join(root, context),
      dockerfile: dockerfile === undefined ? undefined : join(root, dockerfile),
    });

  it('is what the commit has, with the folder .git in it too', async () => {
    expect(await why()).toBeUndefined();
    expect(await why('.', 'app/Dockerfile')).toBeUndefined();
  });

  it.each<[string, () => void, string | undefined]>([
    ['changed', () => write({ 'app/a.txt': 'x' }), 'a.txt is changed'],
    [
      'staged',
      () => {
        write({ 'app/a.txt': 'x' });
        git('add', '-A');
      },
      'a.txt is changed',
    ],
    ['deleted', () => rmSync(join(root, 'app/a.txt')), 'a.txt is changed'],
    ['renamed', () => git('mv', 'app/a.txt', 'app/c.txt'), 'a.txt is changed'],
    ['new', () => write({ 'app/new/x y\n.txt': '' }), 'new/x y\n.txt is not in the commit'],
    ['ignored by git', () => write({ 'app/x.tmp': '' }), 'x.tmp is ignored by git, not by Docker'],
    ['a folder that git ignores', () => write({ 'app/made/x': '' }), 'made is ignored by git, not by Docker'],
    ['outside of it', () => write({ 'other/x': '' }), undefined],
    ['the Dockerfile', () => write({ 'app/Dockerfile': 'FROM x' }), 'Dockerfile is changed'],
    [
      'not looked at',
      () => {
        git('update-index', '--assume-unchanged', 'app/a.txt');
        write({ 'app/a.txt': 'x' });
      },
      'git was told not to look at a.txt',
    ],
    [
      'left out of the checkout',
      () => git('update-index', '--skip-worktree', 'app/a.txt'),
      'git was told not to look at a.txt',
    ],
    [
      'with a filter',
      () => {
        write({ '.gitattributes': '*.bin filter=lfs\n' });
        commit();
      },
      'a filter of .gitattributes makes its files',
    ],
    [
      'a repository of its own',
      () => {
        mkdirSync(join(root, 'app/own'));
        git('init', '-q', 'app/own');
        write({ 'app/own/x': '' });
      },
      'own is not in the commit',
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
    [
      'all but one',
      'made\n!made/y',
      { 'app/made/x': '', 'app/made/y': '' },
      'made is ignored by git, not by Docker',
    ],
    [
      'its Dockerfile, which Docker takes all the same',
      '*',
      { 'app/Dockerfile': 'x' },
      'app/Dockerfile is changed',
    ],
  ])('of which .dockerignore leaves out %s', async (_, ignore, files, expected) => {
    write({ 'app/.dockerignore': ignore });
    commit();
    write(files);
    expect(await why()).toBe(expected);
  });

  it('has another ignore file for this Dockerfile', async () => {
    write({ 'app/.dockerignore': '', 'app/Dockerfile.dockerignore': 'new' });
    commit();
    write({ 'app/new': '' });
    expect(await why()).toBeUndefined();
  });

  it('is not told by the commit when the ignore file is not', async () => {
    write({ 'app/.dockerignore': '*\n' });
    expect(await why()).toBe('app/.dockerignore is not in the commit');
  });

  it('may be outside of the checkout', async () => {
    const context = realpathSync(tmpdir());
    expect(await whyNotCommitted({ root, context, dockerfile: undefined })).toBe(
      `${context} is outside of the checkout`,
    );
    expect(await why('app', '../Dockerfile')).toMatch(/outside/);
  });

  it('has submodules', async () => {
    const other = realpathSync(mkdtempSync(join(tmpdir(), 'identity-sub-')));
    try {
      const sub = (...args: readonly string[]) =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-C', other, ...args]);
      sub('init', '-q');
      writeFileSync(join(other, '.gitignore'), '*.tmp\n');
      sub('add', '-A');
      sub('commit', '-q', '-m', 'One');
      git('submodule', '--quiet', 'add', other, 'app/sub');
      commit();
      expect(await why()).toBeUndefined();
      write({ 'app/sub/x.tmp': '' });
      expect(await why()).toBe('x.tmp is ignored by git, not by Docker');
      rmSync(join(root, 'app/sub/x.tmp'));
      write({ 'app/sub/x': '' });
      expect(await why()).toBe('sub is changed');
      git('submodule', '--quiet', 'deinit', '--force', 'app/sub');
      expect(await why()).toMatch(/submodule .* is not checked out/);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

describe('the identity of a build', () => {
  const identity = async (
    part: Partial<BuildInputs> = {},
    platforms: readonly string[] = ['linux/amd64'],
  ) => {
    const checkout = await readCheckout(root);
    if (checkout === undefined) throw new Error('There is no checkout');
    const inputs = { ...buildInputs, context: 'app', ...part };
    return identify({
      checkout,
      unique: await whyUnique(checkout, inputs, root),
      inputs,
      platforms,
      workspace: root,
      environment: { FROM_ENV: 'x' },
    });
  };

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

  it.each<[Partial<BuildInputs>, RegExp]>([
    [{ rebuild: true }, /rebuild/],
    [{ noCache: true }, /no-cache/],
    [{ pull: true }, /pull/],
    [{ context: 'https://example.com/a.git' }, /fetched from elsewhere/],
    [{ buildContexts: ['a=https://example.com/a.git'] }, /fetched from elsewhere/],
    [{ buildContexts: ['a=..'] }, /outside of the checkout/],
  ])('is like no other with %j', async (part, why) => {
    const [one, other] = await Promise.all([identity(part), identity(part)]);
    expect(one.unique).toMatch(why);
    expect(other.tag).not.toBe(one.tag);
  });
});

describe('labels', () => {
  const checkout = { commit: 'c'.repeat(40), committedAt: '2026-11-21T12:00:00+01:00', root: '/w' };
  const environment = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_SHA: checkout.commit,
    GITHUB_REF: 'refs/tags/v1.2.3',
  };

  it('tell source, revision, time and version', () => {
    expect(labelsOf({ checkout, environment, tag: 'latest', given: ['a=1'] })).toEqual([
      'org.opencontainers.image.source=https://github.com/octo-org/web',
      `org.opencontainers.image.revision=${checkout.commit}`,
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
      checkout,
      environment: { ...environment, GITHUB_REF },
      tag: 'latest',
      given: [],
    });
    expect(labels.at(-1)).toBe(`org.opencontainers.image.version=${version}`);
  });

  it('of the inputs win, and what is not known is left out', () => {
    const given = ['org.opencontainers.image.version=9'];
    expect(labelsOf({ checkout: undefined, environment: {}, tag: undefined, given })).toEqual(given);
    expect(labelsOf({ checkout: undefined, environment, tag: 'v2', given: [] })).toEqual([
      'org.opencontainers.image.source=https://github.com/octo-org/web',
      'org.opencontainers.image.version=v2',
    ]);
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
