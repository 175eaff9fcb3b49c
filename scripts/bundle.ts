import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { minifySync } from '@swc/core';
import { packageFolders, readPackage, renderLicenses } from './licenses.ts';

/** The programs that action.yml names; they load the bundle. */
const programs = ['index.js', 'post.js'];

/**
 * Builds the action from scratch: `bundle.js` has what every run needs; what `import()` loads is in separate files that
 * webpack numbers.
 *
 * @param run starts a tool of node_modules/ with its arguments
 * @returns the folder with the new content of dist/
 */
export function buildAction(root: string, run: (tool: string, toolArgs: readonly string[]) => void): string {
  const build = join(root, 'build');
  const made = join(build, 'dist');
  const statistics = join(build, 'statistics.json');
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build);
  run('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
  run('@vercel/ncc/dist/ncc/cli.js', [
    'build',
    'build/src/bundle.js',
    '-o',
    'build/dist',
    '--stats-out',
    'build/statistics.json',
    '--quiet',
  ]);
  const { files, modules } = readStatistics(statistics);
  // The bundler takes a path joined from strings for an asset: it copies the file and rewrites the path.
  const foreign = readdirSync(made).filter((file) => ![...files, 'package.json'].includes(file));
  if (foreign.length > 0)
    throw new Error(`The bundle has files that don't belong in it: ${foreign.join(', ')}`);
  for (const file of files) minify(join(made, file));
  renameSync(join(made, 'index.js'), join(made, 'bundle.js'));
  for (const program of programs) copyFileSync(join(build, 'src', program), join(made, program));
  // The bundler's own list lacks what only the numbered files have.
  const packages = packageFolders(modules)
    .filter((folder) => !folder.endsWith('/@vercel/ncc'))
    .map(readPackage);
  writeFileSync(join(made, 'licenses.txt'), renderLicenses(packages));
  return made;
}

/** Keeps the names of functions and classes, for the stack in a bug report. The bundler minifies only its first file. */
function minify(path: string): void {
  const names = { keep_classnames: true, keep_fnames: true };
  const { code } = minifySync(readFileSync(path, 'utf8'), {
    module: true,
    ecma: 2022,
    compress: names,
    mangle: names,
    format: { comments: false },
  });
  writeFileSync(path, code);
}

interface Module {
  readonly identifier: string;
  readonly modules?: readonly Module[];
}

/** The files that webpack wrote, and its names of the modules in them. */
function readStatistics(path: string): {
  readonly files: readonly string[];
  readonly modules: readonly string[];
} {
  const { chunks, modules } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly chunks: readonly { readonly files: readonly string[] }[];
    readonly modules: readonly Module[];
  };
  return { files: chunks.flatMap(({ files }) => files), modules: namesIn(modules) };
}

/** A module joined from several lists them all. */
function namesIn(modules: readonly Module[]): readonly string[] {
  return modules.flatMap(({ identifier, modules: joined = [] }) => [identifier, ...namesIn(joined)]);
}
