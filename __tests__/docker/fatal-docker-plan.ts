import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Before a command is sent, in the middle of its output, after it is done; or it is sent and never answered. */
export type Moment = 'before' | 'middle' | 'after' | 'never';

/** When a docker that a test put in the place of the real one ends the step that started it. */
export interface DockerPlan {
  /** The real one. */
  readonly docker: string;
  /** A file that gets the name of each command. */
  readonly log: string;
  /** The command, as `noteCommand` names it; none when not given. */
  readonly at?: string | undefined;
  readonly moment: Moment;
  readonly signal: 'SIGKILL' | 'SIGINT';
}

/** A folder with such a docker in it, to stand first in PATH. */
export interface FatalDocker {
  readonly path: string;
  /** The commands so far, in the order in which they came. */
  readonly commands: () => readonly string[];
}

export function putFatalDocker(
  folder: string,
  plan: Pick<DockerPlan, 'at' | 'moment' | 'signal'>,
): FatalDocker {
  mkdirSync(folder);
  const { PATH = '' } = process.env;
  const docker = PATH.split(delimiter)
    .map((path) => join(path, 'docker'))
    .find((file) => existsSync(file));
  if (docker === undefined) throw new Error('There is no docker command.');
  const whole: DockerPlan = { ...plan, docker, log: join(folder, 'commands') };
  writeFileSync(whole.log, '');
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(whole));
  const program = join(import.meta.dirname, 'fatal-docker.ts');
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' '${folder}/plan.json' "$@"\n`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  return {
    path: `${folder}${delimiter}${PATH}`,
    commands: () => readFileSync(whole.log, 'utf8').trim().split('\n'),
  };
}

/** Writes a command down, and answers with its name: its words, and a number where it comes again. */
export function noteCommand({ log }: DockerPlan, args: readonly string[]): string {
  const words = args.slice(0, ['buildx', 'image'].includes(args[0] ?? '') ? 2 : 1).join(' ');
  const before = readFileSync(log, 'utf8').split('\n');
  const count = before.filter((name) => name.replace(/ \d+$/, '') === words).length;
  const name = count === 0 ? words : `${words} ${count + 1}`;
  appendFileSync(log, `${name}\n`);
  return name;
}
