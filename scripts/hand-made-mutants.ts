// Mutants written by hand, for code that only tests of the whole action reach: each has to turn the test red that it names.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One change of the code, and the test that notices it. */
export interface HandMadeMutant {
  /** The list that has it: the folder of `src/` that the list is about. */
  readonly list: string;
  /** What goes wrong with it, for a reader. */
  readonly breaks: string;
  /** Relative to the root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** The test file, without `__tests__/` and `.test.ts`. */
  readonly test: string;
  /** Part of the test's full name. */
  readonly name: string;
}

const lists = '__tests__/hand-made-mutants';

/** Reads the lists, sorted by their names. */
export function readHandMade(root: string): readonly HandMadeMutant[] {
  return readdirSync(join(root, lists))
    .toSorted()
    .flatMap((file) => {
      const mutants = JSON.parse(readFileSync(join(root, lists, file), 'utf8')) as readonly HandMadeMutant[];
      return mutants.map((mutant) => ({ ...mutant, list: file.replace('.json', '') }));
    });
}

/** @throws Error when the text to replace is missing or ambiguous */
export function mutate(source: string, { file, from, to }: HandMadeMutant): string {
  const [before, after, ...more] = source.split(from);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} has this ${after === undefined ? 'nowhere' : 'more than once'}: ${from}`);
  return `${before}${to}${after}`;
}

/**
 * Runs each mutant's test in a copy of the repository whose `dist/` loads the sources: that saves a build per mutant.
 * Every test runs unchanged first, because a test that is red anyway notices nothing.
 *
 * @returns one line per mutant that no test notices and per test that cannot notice any
 */
export function runHandMade(root: string, mutants: readonly HandMadeMutant[]): readonly string[] {
  const copy = join(root, '.cache', 'hand-made-mutants');
  copyRepository(root, copy);
  const complaints: string[] = [];
  const unable = new Set<string>();
  for (const [key, mutant] of new Map(mutants.map((one) => [keyOf(one), one]))) {
    const { passed, failed } = runTest(root, copy, mutant);
    if (passed > 0 && failed === 0) continue;
    unable.add(key);
    complaints.push(`${key}: ${failed > 0 ? 'fails' : 'nothing runs'} without any mutant`);
  }
  for (const mutant of mutants.filter((one) => !unable.has(keyOf(one)))) {
    const path = join(copy, mutant.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, mutate(source, mutant));
    const { failed } = runTest(root, copy, mutant);
    writeFileSync(path, source);
    console.log(`${failed > 0 ? 'noticed ' : 'SURVIVES'} ${mutant.file}: ${mutant.breaks}`);
    if (failed === 0) complaints.push(`${mutant.file}: ${mutant.breaks}: ${keyOf(mutant)} doesn't notice`);
  }
  return complaints;
}

function keyOf({ test, name }: HandMadeMutant): string {
  return `${test} "${name}"`;
}

function copyRepository(root: string, copy: string): void {
  rmSync(copy, { recursive: true, force: true });
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of listed.stdout.split('\0')) {
    if (file === '' || file.startsWith('dist/')) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'dist'));
  writeFileSync(join(copy, 'dist', 'package.json'), '{ "type": "module" }\n');
  for (const program of ['index', 'post'])
    writeFileSync(join(copy, 'dist', `${program}.js`), `import '../src/${program}.ts';\n`);
}

function runTest(
  root: string,
  copy: string,
  { test, name }: HandMadeMutant,
): { readonly passed: number; readonly failed: number } {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const nodeArgs = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const escaped = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const options = ['--runInBand', '--silent', '--forceExit', '--json', `--outputFile=${report}`];
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  spawnSync(
    process.execPath,
    [...nodeArgs, jest, join('__tests__', `${test}.test.ts`), '-t', escaped, ...options],
    { cwd: copy, stdio: 'ignore' },
  );
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  return { passed: numPassedTests, failed: numFailedTests };
}

const heading = '## Written by hand';

/** docs/mutants.md with a table of the lists at its end. */
export function withHandMade(document: string, mutants: readonly HandMadeMutant[]): string {
  const start = document.indexOf(`${heading}\n`);
  if (start === -1) throw new Error(`docs/mutants.md has no section "${heading}".`);
  const introduction = document.slice(start).split('\n### ')[0]?.trimEnd() ?? '';
  const names = [...new Set(mutants.map(({ list }) => list))];
  const sections = names.map((list) => {
    const rows = mutants
      .filter((mutant) => mutant.list === list)
      .map(({ breaks, file, test, name }) => `| ${breaks} | ${file} | ${test}: \`${name}\` |`);
    const head = ['| What it breaks | File | The test that notices |', '| --- | --- | --- |'];
    return [`### Folder src/${list.replaceAll('-', '/')}`, '', ...head, ...rows].join('\n');
  });
  return `${[document.slice(0, start) + introduction, ...sections].join('\n\n')}\n`;
}
