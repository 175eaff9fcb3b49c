import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type Checkout, findCheckout, findGitFolder } from './checkout.ts';
import { type CommittedFile, committedAs, committedIn, compare } from './committed.ts';
import type { Ignored } from './docker-ignore.ts';

/** What a folder or file holds, told by the commits that it comes from. */
export interface Content {
  /** Stands for the content in the name of a build: places and commits, as JSON. */
  readonly parts: readonly unknown[];
  /** The checkout that the folder or file itself lies in. */
  readonly checkout: Checkout | undefined;
  /** Why the commits don't tell all of it, as a part of a sentence; undefined when they do. */
  readonly why: string | undefined;
}

/**
 * What a folder holds, as Docker takes it. Files that the ignore file leaves out don't matter, files that git ignores do.
 * The folder `.git` doesn't: it has the commit's history, and differs in each checkout. A repository inside of it
 * (a submodule, a second checkout) takes part with its own commit, whatever the outer repository says of it.
 *
 * @param options.folder without links
 * @param options.shown what a person calls it
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

/** What a single file holds. @param path without links */
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
    ? `${shown} is in no git repository`
    : `${shown} is in a git repository without a commit that can be read`;
}

/** A file of a folder that the commit has, too. */
interface FoundFile {
  readonly path: string;
  readonly shown: string;
  readonly committed: CommittedFile;
}

interface Tree {
  readonly files: readonly FoundFile[];
  /** The repositories inside of it: where, and their commit. */
  readonly commits: readonly (readonly [string, string])[];
  readonly why: string | undefined;
}

/** Part of a folder: what one checkout has of it. */
interface Part {
  readonly checkout: Checkout;
  readonly folder: string;
  /** Where it stands in the whole folder, `''` or `sub/` */
  readonly within: string;
  readonly ignored: Ignored;
  readonly job: NodeJS.ProcessEnv;
}

/** Holds what is on disk against what the commit lists, by name. */
async function readTree(part: Part): Promise<Tree> {
  const { checkout, folder, within, ignored, job } = part;
  const committed = await committedIn(checkout, placeIn(checkout.root, folder), job);
  if (committed === undefined) return failed(`git does not tell what the commit has in ${folder}`);
  const rest = new Map(committed);
  const files: FoundFile[] = [];
  const commits: (readonly [string, string])[] = [];

  const walk = async (inner: string): Promise<string | undefined> => {
    const entries: readonly Dirent[] | undefined = await readdir(join(folder, inner), {
      withFileTypes: true,
    }).catch(() => undefined);
    if (entries === undefined) return `${join(folder, inner)} cannot be read`;
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

/** What the commit has, and the disk has not. */
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
 * Why a file is not as the commit has it; else what files have in the name of the build that differ from it in their line
 * ends.
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

/** Where a path stands below another, as git writes it; `''` for the same. */
function placeIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
