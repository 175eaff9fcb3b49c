import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Github, type GithubOptions, startGithub } from '../../local/github/github.ts';
import { type Checkout, checkOut, runWorkflow, type WorkflowRun } from './act.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
// Sigstore signs only for GitHub's own runners.
const textForAct = text.replace(
  / {6}- uses: actions\/attest-build-provenance@.*\n {8}with:\n {10}subject-path: dist\/\*\*\n/,
  '      - run: echo attested\n',
);
/** What a release needs of the repository. */
const own = [
  'scripts/run.mjs',
  'scripts/release.ts',
  'scripts/release-notes.ts',
  'scripts/github-releases.ts',
  'package-lock.json',
];

/** A repository at 1.0.0 whose tests end with an exit code. */
function startCheckout(testsExitWith: number): Checkout {
  const files = Object.fromEntries(own.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const checkout = checkOut(
    'release.yml',
    {
      ...files,
      'package.json': '{"version": "1.0.0"}',
      'CHANGELOG.md': '# Changelog\n\n## 1.0.0\n\n- First.\n',
      '.ci/run': `echo all tests; exit ${testsExitWith}\n`,
      // npm's record of what it installed: nothing is missing.
      'node_modules/.package-lock.json': files['package-lock.json'] ?? '',
    },
    textForAct,
  );
  symlinkSync(join(root, 'node_modules/@actions'), join(checkout.folder, 'node_modules/@actions'));
  return checkout;
}

async function release(
  version: string,
  options: { readonly testsExitWith?: number } & Partial<GithubOptions> = {},
): Promise<{ readonly run: WorkflowRun; readonly checkout: Checkout; readonly github: Github }> {
  const { testsExitWith = 0, ...rest } = options;
  using checkout = startCheckout(testsExitWith);
  const github = await startGithub({ job: { repository: 'octo-org/web', ref: 'refs/heads/main' }, ...rest });
  const run = await runWorkflow({
    checkout,
    workflow: 'release.yml',
    event: 'workflow_dispatch',
    inputs: { version },
    environment: github.environment,
    token: github.token,
  });
  await github.close();
  expect(github.problems).toEqual([]);
  return { run, checkout, github };
}

it('release.yml tests, makes a draft, publishes it and moves v1', async () => {
  const { run, checkout, github } = await release('1.0.0');
  expect({ exitCode: run.exitCode, jobs: run.jobs, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    jobs: { check: 'success', test: 'success', draft: 'success', attest: 'success', publish: 'success' },
    log: '',
  });
  expect(github.releases.all).toEqual([
    expect.objectContaining({ tag_name: 'v1.0.0', body: '- First.', draft: false, immutable: true }),
  ]);
  expect(Object.fromEntries(github.releases.tags)).toEqual({
    'v1.0.0': checkout.commit,
    v1: checkout.commit,
  });
});

it.each([
  ['a version that the files do not have', '1.1.0', {}, []],
  ['red tests', '1.0.0', { testsExitWith: 1 }, []],
  ['a token that may only read', '1.0.0', { contents: 'read' as const }, []],
  ['releases that are not immutable', '1.0.0', { immutableReleases: false }, ['v1.0.0']],
])('release.yml is red for %s, and moves nothing', async (_name, version, options, tags) => {
  const { run, github } = await release(version, options);
  expect(run.exitCode).not.toBe(0);
  expect([...github.releases.tags.keys()]).toEqual(tags);
});

// act plays no gates: that there is one is read in the file.
it('only what waits behind the environment release publishes', () => {
  const { jobs } = parse(text) as {
    readonly jobs: Readonly<
      Record<string, { needs?: string | string[]; environment?: string; permissions: Record<string, string> }>
    >;
  };
  expect(
    Object.entries(jobs).map(([name, { needs, environment, permissions }]) => [
      name,
      needs,
      environment,
      permissions,
    ]),
  ).toEqual([
    ['check', undefined, undefined, { contents: 'read' }],
    ['test', 'check', undefined, { contents: 'read' }],
    ['draft', 'test', undefined, { contents: 'write' }],
    ['attest', 'test', undefined, { contents: 'read', 'id-token': 'write', attestations: 'write' }],
    ['publish', ['draft', 'attest'], 'release', { contents: 'write' }],
  ]);
});
