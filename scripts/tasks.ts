// The project's checks and builds, each by name: `npm run all` is what a change has to pass.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { buildAction } from './bundle.ts';
import { readHandMade, runHandMade } from './hand-made-mutants.ts';
import { judgeMutants, type MutantReport, tableOf } from './mutants.ts';

const root = join(import.meta.dirname, '..');
const reports = join(root, 'reports');

const tasks: Record<string, (args: readonly string[]) => void> = {
  format: () => run('@biomejs/biome/bin/biome', ['check', '--write', '--error-on-warnings', '.']),
  check: () => {
    run('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']);
    run('oxlint/bin/oxlint', [
      '--type-aware',
      '--deny-warnings',
      'src',
      'local',
      'scripts',
      'bench',
      '__tests__',
    ]);
    run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
    run('knip/bin/knip.js', ['--no-progress']);
  },
  bundle: () => {
    const made = bundle();
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    cpSync(made, join(root, 'dist'), { recursive: true });
    report('dist');
  },
  'check:dist': () => {
    const made = bundle();
    const stale = differences(made, join(root, 'dist'));
    if (stale.length > 0)
      fail(`dist/ differs from a clean build; run npm run bundle:\n  ${stale.join('\n  ')}`);
    report('dist');
  },
  test: (args) => jest(['pure', 'local', 'scenarios'], args),
  'test:docker': (args) => jest(['docker'], args),
  'test:workflows': (args) => jest(['workflows'], args),
  // Two test files run half of them each.
  rollouts: ([count = '2000', seed, path]) => {
    process.env.ROLLOUTS = String(Math.ceil(Number(count) / 2));
    if (seed !== undefined) process.env.ROLLOUT_SEED = seed;
    if (path !== undefined) process.env.ROLLOUT_PATH = path;
    jest(['generated'], ['--forceExit']);
  },
  // `npm run mutants -- src/deployment/judge.ts` takes that file alone; options go to Stryker.
  mutants: (args) => mutants(args),
  // `npm run mutants:hand -- operations` takes those whose list or file has that word.
  'mutants:hand': ([word = '']) => {
    const chosen = readHandMade(root).filter(({ list, file }) => list === word || file.includes(word));
    if (chosen.length === 0) fail(`No hand-made mutant is of ${word}.`);
    const complaints = runHandMade(root, chosen);
    if (complaints.length > 0) fail(`${complaints.join('\n')}\nSee docs/mutants.md.`);
  },
  all: (args) => {
    task('check')([]);
    task('check:dist')([]);
    task('test')(args);
  },
};

const [name = 'all', ...args] = process.argv.slice(2);
task(name)(args);

function task(wanted: string): (args: readonly string[]) => void {
  return tasks[wanted] ?? fail(`${wanted} isn't a task; use one of ${Object.keys(tasks).join(', ')}`);
}

function bundle(): string {
  try {
    return buildAction(root, run);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function differences(made: string, committed: string): string[] {
  const names = new Set([...filesOf(made), ...filesOf(committed)]);
  return [...names].filter((file) => {
    const both = [join(made, file), join(committed, file)] as const;
    return !both.every((path) => existsSync(path)) || !readFileSync(both[0]).equals(readFileSync(both[1]));
  });
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function report(folder: string): void {
  const bytes = filesOf(join(root, folder)).reduce(
    (sum, file) => sum + statSync(join(root, folder, file)).size,
    0,
  );
  console.log(`${folder}/: ${(bytes / 1024 / 1024).toFixed(2)} MiB`);
}

/** Runs the tests of some folders with a reporter of our own, which leaves the counts in reports/. */
function jest(folders: readonly string[], rest: readonly string[]): void {
  mkdirSync(reports, { recursive: true });
  const config = JSON.parse(readFileSync(join(root, 'jest.config.json'), 'utf8')) as object;
  const countsFile = join(reports, `${folders.join('-')}.json`);
  rmSync(countsFile, { force: true });
  const options = {
    ...config,
    rootDir: root,
    projects: folders.map((folder) => `<rootDir>/__tests__/jest.${folder}.json`),
    reporters: [['<rootDir>/scripts/test-reporter.ts', { countsFile }]],
  };
  // As a file: options that are given as text would replace those of each folder.
  const configFile = join(reports, `jest-${folders.join('-')}.json`);
  writeFileSync(configFile, JSON.stringify(options));
  run(
    'jest/bin/jest.js',
    [`--config=${configFile}`, ...rest],
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    'The tests did not pass.',
  );
}

/** Changes the deciding code in thousands of small ways, and checks that the pure tests notice each. */
function mutants(rest: readonly string[]): void {
  const files = rest.filter((arg) => !arg.startsWith('-'));
  const options = rest.filter((arg) => arg.startsWith('-'));
  const only = files.length === 0 ? [] : ['--mutate', files.join(',')];
  run('@stryker-mutator/core/bin/stryker.js', ['run', '__tests__/mutants.json', ...only, ...options]);
  const path = join(reports, 'mutants', 'mutants.json');
  const all = JSON.parse(readFileSync(path, 'utf8')) as MutantReport;
  // Stryker's report of some files still includes earlier results of the others.
  const isAsked = (file: string): boolean =>
    files.length === 0 || files.some((one) => matchesGlob(file, one));
  const mutated = Object.entries(all.files).filter(([file]) => isAsked(file));
  if (mutated.length === 0) fail(`No mutated file matches ${files.join(' or ')}.`);
  const list = readFileSync(join(root, 'docs', 'mutants.md'), 'utf8');
  const { scores, complaints } = judgeMutants({ files: Object.fromEntries(mutated) }, list);
  console.log(`\n${tableOf(scores)}\n`);
  if (complaints.length > 0) fail(`${complaints.join('\n')}\nSee docs/mutants.md.`);
}

function run(
  tool: string,
  toolArgs: readonly string[],
  nodeArgs: readonly string[] = [],
  complaint = `${tool.split('/').at(-1)} ${toolArgs[0] ?? ''} failed`,
): void {
  const path = join(root, 'node_modules', tool);
  const done = spawnSync(process.execPath, [...nodeArgs, path, ...toolArgs], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, FORCE_COLOR: process.env.FORCE_COLOR ?? '0' },
  });
  if (done.status !== 0) fail(complaint);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
