import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { type Checkout, git } from './checkout.ts';

/** An entry of a commit. */
export interface CommittedFile {
  /** As git writes it: `100644`, `100755` for a program, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  readonly id: string;
}

/**
 * What the commit has in a folder, by path relative to it; undefined where git does not tell.
 * @param folder relative to the top of the working tree, with `/`; `''` for all
 */
export async function committedIn(
  checkout: Checkout,
  folder: string,
  job: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, CommittedFile> | undefined> {
  const within = folder === '' ? [] : ['--', `${folder}/`];
  const told = await list(checkout, within, job);
  if (told === undefined) return undefined;
  const start = folder === '' ? 0 : folder.length + 1;
  return new Map(told.map(({ path, ...file }) => [path.slice(start), file]));
}

/** The commit's version of this file; undefined when the commit lacks it, or git doesn't say. */
export async function committedAs(
  checkout: Checkout,
  path: string,
  job: NodeJS.ProcessEnv,
): Promise<CommittedFile | undefined> {
  const told = await list(checkout, ['--', path], job);
  return told?.find((one) => one.path === path);
}

async function list(checkout: Checkout, within: readonly string[], job: NodeJS.ProcessEnv) {
  const args = ['ls-tree', '-r', '-z', '--full-tree', checkout.commit, ...within];
  return (await git(checkout, job, args))?.split('\0').flatMap((entry) => {
    const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(entry) ?? [];
    return path === '' ? [] : { mode, id, path };
  });
}

/**
 * How a file on disk stands to what the commit has: the same in every byte, the same but for line ends (which git may
 * write as it is told), or another. Git's own answer would trust times, flags and filters.
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
    // Windows keeps no such bit.
    const isProgram = (found.mode & 0o100) !== 0;
    if (process.platform !== 'win32' && isProgram !== (mode === '100755')) return other;
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

/** Larger files are read piece by piece. */
const mostAtOnce = 4 * 1024 * 1024;

/** The name that git gives a file's content (documented: the hash of a header and the content). */
function idOf(content: Buffer, algorithm: string): string {
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function idOfLargeFile(path: string, size: number, algorithm: string): Promise<string> {
  const hash = createHash(algorithm).update(`blob ${size}\0`);
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
