import { statSync, truncateSync } from 'node:fs';

/**
 * Lets a value be appended to a file of the runner (GITHUB_STATE, GITHUB_OUTPUT), wholly or not at all. Of a file that
 * ends in half a value, as a full disk leaves it, the runner takes nothing that follows, and it fails the step
 * (its own code: `Matching delimiter not found`).
 *
 * @param path undefined: the runner has none, and takes the value in another way
 * @throws whatever the appending throws
 */
export function appendWhole(path: string | undefined, append: () => void): void {
  const before = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  try {
    append();
  } catch (error) {
    if (path !== undefined && before?.isFile() === true) truncateSync(path, before.size);
    throw error;
  }
}
