import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { type Checkout, git } from './checkout.ts';

/** A file in a commit. */
export interface CommittedFile {
  /** As git writes it: `100644`, `100755` if executable, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  readonly id: string;
}

/**
 * Lists the files of a folder in the commit, by their path in it; undefined if git fails.
 * @param folder relative to the top of the working tree, with `/`; `''` for the whole tree
 */
export async function committedIn(
  checkout: Checkout,
  folder: string,
  job: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, CommittedFile> | undefined> {
  const within = folder === '' ? [] : ['--', `${folder}/`];
  const listed = await list(checkout, within, job);
  if (listed === undefined) return undefined;
  const start = folder === '' ? 0 : folder.length + 1;
  return new Map(listed.map(({ path, ...file }) => [path.slice(start), file]));
}

/** The file in the commit; undefined if the commit lacks it, or git fails. */
export async function committedAs(
  checkout: Checkout,
  path: string,
  job: NodeJS.ProcessEnv,
): Promise<CommittedFile | undefined> {
  const listed = await list(checkout, ['--', path], job);
  return listed?.find((one) => one.path === path);
}

async function list(checkout: Checkout, within: readonly string[], job: NodeJS.ProcessEnv) {
  const args = ['ls-tree', '-r', '-z', '--full-tree', checkout.commit, ...within];
  return (await git(checkout, job, args))?.split('\0').flatMap((entry) => {
    const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(entry) ?? [];
    return path === '' ? [] : { mode, id, path };
  });
}

/**
 * How a file on disk compares with the commit: the same in every byte, the same except for line ends (which git may
 * convert), or different. Git's own comparison trusts times, flags and filters.
 */
export type Comparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'line-ends'; readonly id: string }
  | { readonly kind: 'other' };

export async function compare(path: string, { mode, id }: CommittedFile): Promise<Comparison> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return other;
  const algorithm = id.length === 64 ? 'sha256' : 'sha1';
  try {
    if (mode === '120000') {
      if (!found.isSymbolicLink()) return other;
      const target = await readlink(path, { encoding: 'buffer' });
      return idOf(target, algorithm) === id ? same : other;
    }
    if (!found.isFile()) return other;
    // Windows has no executable bit.
    const isExecutable = (found.mode & 0o100) !== 0;
    if (process.platform !== 'win32' && isExecutable !== (mode === '100755')) return other;
    if (found.size > mostAtOnce) {
      return (await idOfLargeFile(path, found.size, algorithm)) === id ? same : other;
    }
    const content = await readFile(path);
    const own = idOf(content, algorithm);
    if (own === id) return same;
    const isText = content.includes('\r\n') && !content.includes(0);
    const withoutReturns = (): Buffer =>
      Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    return isText && idOf(withoutReturns(), algorithm) === id ? { kind: 'line-ends', id: own } : other;
  } catch {
    return other;
  }
}

const same: Comparison = { kind: 'same' };
const other: Comparison = { kind: 'other' };

/** Larger files are read in pieces. */
const mostAtOnce = 4 * 1024 * 1024;

/** Git's id for the content of a file (documented: the hash of a header and the content). */
function idOf(content: Buffer, algorithm: string): string {
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function idOfLargeFile(path: string, size: number, algorithm: string): Promise<string> {
  const hash = createHash(algorithm).update(`blob ${size}\0`);
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
