import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type Checkout, findCheckout, findGitFolder } from './checkout.ts';
import { type CommittedFile, committedAs, committedIn, compare } from './committed.ts';
import type { Ignored } from './docker-ignore.ts';

/** The content of a folder or file, identified by its commits. */
export interface Content {
  /** The content's part in the identity of a build: places and commits, as JSON. */
  readonly parts: readonly unknown[];
  /** The checkout that contains the folder or file. */
  readonly checkout: Checkout | undefined;
  /** Why the commits don't identify all of it, as a clause; undefined: they do. */
  readonly why: string | undefined;
}

/**
 * Identifies the content of a folder as Docker sends it. Files that the ignore file excludes don't count; files that git
 * ignores do. The folder `.git` doesn't count: it has the history, and differs in each checkout. A repository inside the
 * folder (a submodule, a second checkout) counts with its own commit, whatever the outer repository says.
 *
 * @param options.folder without links
 * @param options.shown the folder's name in messages
 */
export async function contentOfFolder(options: {
  readonly folder: string;
  readonly shown: string;
  readonly ignored: Ignored;
  readonly job: NodeJS.ProcessEnv;
}): Promise<Content> {
  const { folder, shown, ignored, job } = options;
  const checkout = await findCheckout(folder, job);
  if (typeof checkout === 'string') return unknown(folder, whyNone(checkout, shown));
  const tree = await readTree({ checkout, folder, within: '', ignored, job });
  const why = tree.why ?? (await firstOther(tree.files));
  if (typeof why === 'string') return { ...placed(checkout, folder), why };
  const { parts } = placed(checkout, folder);
  return { parts: [...parts, ...tree.commits, ...why], checkout, why: undefined };
}

/** Identifies the content of a single file. @param path without links */
export async function contentOfFile(path: string, shown: string, job: NodeJS.ProcessEnv): Promise<Content> {
  const checkout = await findCheckout(dirname(path), job);
  if (typeof checkout === 'string') return unknown(path, whyNone(checkout, shown));
  const content = placed(checkout, path);
  const committed = await committedAs(checkout, placeIn(checkout.root, path), job);
  if (committed === undefined) return { ...content, why: `${shown} is not in the commit` };
  const why = await firstOther([{ path, shown, committed }]);
  return typeof why === 'string' ? { ...content, why } : { ...content, parts: [...content.parts, ...why] };
}

function placed(checkout: Checkout, path: string): Content {
  return { parts: [[checkout.commit, placeIn(checkout.root, path)]], checkout, why: undefined };
}

function unknown(path: string, why: string | undefined): Content {
  return { parts: [[undefined, path]], checkout: undefined, why };
}

function whyNone(reason: 'no-repository' | 'no-commit', shown: string): string {
  return reason === 'no-repository'
    ? `${shown} is not in a git repository`
    : `${shown} is in a git repository without a readable commit`;
}

/** A file on disk that the commit has too. */
interface FoundFile {
  readonly path: string;
  readonly shown: string;
  readonly committed: CommittedFile;
}

interface Tree {
  readonly files: readonly FoundFile[];
  /** The repositories inside it: place and commit. */
  readonly commits: readonly (readonly [string, string])[];
  readonly why: string | undefined;
}

/** The part of a folder that belongs to one checkout. */
interface Part {
  readonly checkout: Checkout;
  readonly folder: string;
  /** Its place in the whole folder: `''` or `sub/`. */
  readonly within: string;
  readonly ignored: Ignored;
  readonly job: NodeJS.ProcessEnv;
}

/** Matches the files on disk with those of the commit, by name. */
async function readTree(part: Part): Promise<Tree> {
  const { checkout, folder, within, ignored, job } = part;
  const committed = await committedIn(checkout, placeIn(checkout.root, folder), job);
  if (committed === undefined) return failed(`git can't list the commit's files in ${folder}`);
  const rest = new Map(committed);
  const files: FoundFile[] = [];
  const commits: (readonly [string, string])[] = [];

  const walk = async (inner: string): Promise<string | undefined> => {
    const entries: readonly Dirent[] | undefined = await readdir(join(folder, inner), {
      withFileTypes: true,
    }).catch(() => undefined);
    if (entries === undefined) return `${join(folder, inner)} can't be read`;
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (inner === '' && entry.name === '.git' && folder === checkout.root) continue;
      const path = `${inner}${entry.name}`;
      const shown = `${within}${path}`;
      if (entry.isDirectory()) {
        if (ignored.hasAllOf(shown)) continue;
        const why = await enter(path);
        if (why !== undefined) return why;
      } else if (!ignored.has(shown)) {
        const file = rest.get(path);
        if (file === undefined) return `${shown} is not in the commit`;
        files.push({ path: join(folder, path), shown, committed: file });
        rest.delete(path);
      }
    }
    return undefined;
  };

  const enter = async (path: string): Promise<string | undefined> => {
    const own = join(folder, path);
    if ((await findGitFolder(own)) === undefined) return walk(`${path}/`);
    const inside = await findCheckout(own, job);
    if (typeof inside === 'string') return whyNone(inside, `${within}${path}`);
    const tree = await readTree({ ...part, checkout: inside, folder: own, within: `${within}${path}/` });
    files.push(...tree.files);
    commits.push([`${within}${path}`, inside.commit], ...tree.commits);
    for (const name of rest.keys()) if (name === path || name.startsWith(`${path}/`)) rest.delete(name);
    return tree.why;
  };

  const why = await walk('');
  return { files, commits, why: why ?? whyMissing(rest, within, ignored) };
}

/** Names the first file that the commit has and the disk lacks. */
function whyMissing(
  rest: ReadonlyMap<string, CommittedFile>,
  within: string,
  ignored: Ignored,
): string | undefined {
  const first = [...rest].find(([path]) => !ignored.has(`${within}${path}`));
  if (first === undefined) return undefined;
  const [path, { mode }] = first;
  return mode === '160000'
    ? `the submodule ${within}${path} is not checked out`
    : `${within}${path} is missing`;
}

function failed(why: string): Tree {
  return { files: [], commits: [], why };
}

/**
 * Names the first file that differs from the commit; otherwise returns the files that differ only in line ends, with the
 * ids of their content on disk.
 */
async function firstOther(
  files: readonly FoundFile[],
): Promise<string | readonly (readonly [string, string])[]> {
  const lineEnds: (readonly [string, string])[] = [];
  for (let start = 0; start < files.length; start += atOnce) {
    const some = files.slice(start, start + atOnce);
    const compared = await Promise.all(some.map(({ path, committed }) => compare(path, committed)));
    for (const [index, { shown = '' }] of some.entries()) {
      const comparison = compared[index];
      if (comparison?.kind === 'line-ends') lineEnds.push([shown, comparison.id]);
      else if (comparison?.kind !== 'same') return `${shown} differs from the commit`;
    }
  }
  return lineEnds;
}

const atOnce = 64;

/** A path relative to a root, as git writes it; `''` for the root itself. */
function placeIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
