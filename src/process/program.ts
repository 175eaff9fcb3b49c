import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The path of a program, looked for in the absolute folders of PATH alone; undefined when it is in none of them. Left
 * to the system, a program would also be looked for in the folder that it is started in: on Windows always, elsewhere
 * through a relative entry of PATH. That folder is the checkout, and a commit may hold a file named `docker.exe`.
 */
export function findProgram(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const isWindows = process.platform === 'win32';
  // Windows writes the name of the variable in any case.
  const key = isWindows ? Object.keys(environment).find((one) => one.toUpperCase() === 'PATH') : 'PATH';
  const folders = (environment[key ?? 'PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  // Only these can be started without a shell.
  const names = isWindows ? [`${name}.exe`, `${name}.com`] : [name];
  return folders.flatMap((folder) => names.map((one) => join(folder, one))).find(canStart);
}

function canStart(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
