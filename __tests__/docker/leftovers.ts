import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

interface Process {
  readonly id: number;
  readonly command: string;
}

/** The processes with one of these texts in their command line or environment. */
export function processesWith(...texts: readonly string[]): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const read = (file: string): string => {
      try {
        return readFileSync(`/proc/${name}/${file}`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    };
    const command = read('cmdline');
    const both = `${command} ${read('environ')}`;
    return texts.some((text) => both.includes(text)) ? [{ id: Number(name), command }] : [];
  });
}

/** The same a while after the end of a step: the engine is told by the end of its client. */
export async function processesLeftWith(...texts: readonly string[]): Promise<readonly Process[]> {
  for (let attempt = 0; attempt < 100 && processesWith(...texts).length > 0; attempt++) await wait(50);
  return processesWith(...texts);
}

/** The containers that are left a while after the end of a step: the engine takes a build's away after its client is gone. */
export async function containersLeftWith(
  text: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  for (let attempt = 0; attempt < 200 && containersWith(text, env).length > 0; attempt++) await wait(100);
  return containersWith(text, env);
}

/** The containers of an engine, running or not, with this text in their command. */
function containersWith(text: string, env: Readonly<Record<string, string>>): readonly string[] {
  const list = ['ps', '--all', '--no-trunc', '--format', '{{.Command}}'];
  const all = execFileSync('docker', list, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return all.split('\n').filter((command) => command.includes(text));
}

/** Every file below a folder with what is in it; links and empty folders are named. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    for (const name of readdirSync(join(folder, path))) {
      const inner = join(path, name);
      const entry = lstatSync(join(folder, inner));
      if (entry.isDirectory()) {
        found[`${inner}/`] = '';
        walk(inner);
      } else {
        found[inner] = entry.isFile() ? readFileSync(join(folder, inner), 'utf8') : '(link)';
      }
    }
  };
  walk('');
  return found;
}
