import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Ignored, readDockerIgnore } from './docker-ignore.ts';
import { git } from './git.ts';

/**
 * Why a context is not what the commit has, as a part of a sentence; undefined when each of its files is. Then the
 * commit tells what is built. Files that `.dockerignore` leaves out don't matter, files that git ignores do. The
 * folder `.git` doesn't: it has the commit's history, and differs in each checkout.
 *
 * @param options.root the top folder of the working tree
 * @param options.context a folder
 * @param options.dockerfile its path; undefined for a context that is used by another Dockerfile
 */
export async function whyNotCommitted(options: {
  readonly root: string;
  readonly context: string;
  readonly dockerfile: string | undefined;
}): Promise<string | undefined> {
  const { root, context, dockerfile } = options;
  if (!isWithin(root, context)) return `${context} is outside of the checkout`;
  const ignoreFile = dockerfile === undefined ? undefined : await ignoreFileOf(context, dockerfile);
  const ignored = readDockerIgnore(ignoreFile?.text ?? '');
  const always = [dockerfile, ignoreFile?.path].flatMap((path) => (path === undefined ? [] : path));
  const outside = always.find((path) => !isWithin(root, path));
  if (outside !== undefined) return `${outside} is outside of the checkout`;
  const [inContext, besides] = await Promise.all([
    whyNotIn(root, context, (path) => ignored.has(path), ignored),
    Promise.all(always.map((path) => whyNotFile(root, path))),
  ]);
  return inContext ?? besides.find((why) => why !== undefined);
}

async function whyNotIn(
  root: string,
  context: string,
  isLeftOut: (path: string) => boolean,
  ignored: Ignored | undefined,
): Promise<string | undefined> {
  const [status, listed, filtered] = await Promise.all([
    git(context, ...statusArguments, '--', '.'),
    git(context, 'ls-files', '-z', '-v', '-s', '--', '.'),
    // Filters (Git LFS) make files of what HEAD has; whether they ran is not to be seen.
    git(context, 'grep', '-l', '-e', 'filter=', 'HEAD', '--', ':(top,glob)**/.gitattributes'),
  ]);
  if (status === undefined || listed === undefined) return `git does not tell what has changed in ${context}`;
  if (filtered !== undefined) return 'a filter of .gitattributes makes its files';
  const inContext = (path: string): string => relative(context, resolve(root, path)).split(sep).join('/');
  for (const { code, path } of readStatus(status)) {
    const own = inContext(path);
    const isFolder = path.endsWith('/');
    const isOut = isFolder ? await isEmpty(resolve(root, path), own, isLeftOut, ignored) : isLeftOut(own);
    if (isOut) continue;
    return `${own} is ${code}`;
  }
  for (const { tag, mode, path } of readListed(listed)) {
    if (isLeftOut(path)) continue;
    if (/[a-zS]/.test(tag)) return `git was told not to look at ${path}`;
    if (mode !== '160000') continue;
    const why = await whyNotSubmodule(join(context, path), (own) => isLeftOut(`${path}/${own}`));
    if (why !== undefined) return why;
  }
  return undefined;
}

const statusArguments = [
  'status',
  '--porcelain=v1',
  '-z',
  '--no-renames',
  '--untracked-files=all',
  '--ignored=matching',
  '--ignore-submodules=none',
];

/** That a submodule is at another commit, or changed, its parent tells; what it ignores, only it does. */
async function whyNotSubmodule(
  folder: string,
  isLeftOut: (path: string) => boolean,
): Promise<string | undefined> {
  const entries = await readdir(folder).catch((): string[] => []);
  if (entries.length === 0) return `the submodule ${folder} is not checked out`;
  return whyNotIn(folder, folder, isLeftOut, undefined);
}

async function whyNotFile(root: string, path: string): Promise<string | undefined> {
  const status = await git(dirname(path), ...statusArguments, '--', path);
  if (status === undefined) return `git does not tell whether ${path} has changed`;
  const [first] = readStatus(status);
  return first === undefined ? undefined : `${relative(root, path)} is ${first.code}`;
}

function readStatus(text: string): readonly { readonly code: string; readonly path: string }[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => ({ code: words[entry.slice(0, 2)] ?? 'changed', path: entry.slice(3) }));
}

const words: Readonly<Record<string, string>> = {
  '??': 'not in the commit',
  '!!': 'ignored by git, not by Docker',
};

function readListed(
  text: string,
): readonly { readonly tag: string; readonly mode: string; readonly path: string }[] {
  return text.split('\0').flatMap((entry) => {
    const [, tag = '', mode = '', path = ''] = /^(\S) (\d+) \S+ \d\t([^]*)$/.exec(entry) ?? [];
    return path === '' ? [] : { tag, mode, path };
  });
}

/** Whether Docker takes nothing of a folder that git tells as a whole. */
async function isEmpty(
  folder: string,
  path: string,
  isLeftOut: (path: string) => boolean,
  ignored: Ignored | undefined,
): Promise<boolean> {
  if (ignored?.hasAllOf(path)) return true;
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const inner = `${path}/${entry.name}`;
    if (!entry.isDirectory()) {
      if (!isLeftOut(inner)) return false;
    } else if (!(await isEmpty(join(folder, entry.name), inner, isLeftOut, ignored))) return false;
  }
  return true;
}

/** The Dockerfile's own ignore file goes before that of the context (documented for BuildKit). */
async function ignoreFileOf(
  context: string,
  dockerfile: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
