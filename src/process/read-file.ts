import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A file was larger than anything of its kind, or is no file: it is not read. */
export class NotReadable extends Error {}

/**
 * Reads a file of the checkout that is going to be parsed. Whoever wrote it may be hostile: a name may lead to a pipe or a
 * device that never ends, and a file of some gigabytes would stop the run, so that a cancel is not heard.
 *
 * @param mostBytes what a file of this kind can have at most
 * @throws NotReadable with the reason as a clause; the system's own error where there is no such file
 */
export async function readBounded(path: string, mostBytes: number): Promise<Buffer> {
  // A pipe that nobody writes to keeps who opens it waiting, unless it is opened so (POSIX).
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new NotReadable('is not a file');
    if (about.size > mostBytes) throw new NotReadable(`is larger than ${Math.floor(mostBytes / 1024)} KiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Reads a file of the checkout as text: UTF-8, or UTF-16 as PowerShell writes what a command prints.
 *
 * @param mostBytes what a file of this kind can have at most
 * @throws NotReadable with the reason as a clause; the system's own error where there is no such file
 */
export async function readTextBounded(path: string, mostBytes: number): Promise<string> {
  const bytes = await readBounded(path, mostBytes);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotReadable('is not text in UTF-8');
  }
}
