import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestBuilder } from './builders.ts';
import { filesIn, processesWith } from './leftovers.ts';

/**
 * What a job shares with others on its machine: a home with somebody's login and selected builder, and a folder for
 * temporary files.
 */
export interface Machine extends Disposable {
  /** For the step and its post. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its own files; home and temporary folder are in it. */
  readonly folder: string;
  /** Every file of home and temporary folder, but what buildx notes of its own work. */
  readonly files: () => Files;
  /** What is other than at the start, with what is in it now. */
  readonly changes: () => Files;
}

type Files = Readonly<Record<string, string | undefined>>;

export function startMachine(builder: TestBuilder): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-machine-'));
  const [home, temporary] = [join(folder, 'home'), join(folder, 'temporary')];
  const config = join(home, '.docker');
  mkdirSync(config, { recursive: true });
  mkdirSync(temporary);
  const auth = Buffer.from('somebody:else').toString('base64');
  writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { 'registry.example.com': { auth } } }));
  const { DOCKER_CONFIG: plugins = '', ...env } = builder.env;
  symlinkSync(join(plugins, 'cli-plugins'), join(config, 'cli-plugins'));
  if (builder.hasBuildx) {
    // One that can't build: it is selected, and stays so, while the step names another.
    const create = [
      'buildx',
      'create',
      '--name',
      'spare',
      '--use',
      '--driver',
      'remote',
      'tcp://127.0.0.1:9',
    ];
    const variables = { ...process.env, ...env, DOCKER_CONFIG: config };
    execFileSync('docker', create, { env: variables, stdio: 'ignore' });
  }
  const files = (): Files => {
    const all = Object.entries({ ...filesIn(home), ...filesIn(temporary) });
    const isOfBuildx = /^\.docker\/buildx\/(activity|refs|\.lock|\.buildNodeID)/;
    return Object.fromEntries(all.filter(([name]) => !isOfBuildx.test(name)));
  };
  const before = files();
  return {
    environment: { HOME: home, TMPDIR: temporary, DOCKER_CONFIG: '' },
    folder,
    files,
    changes: () => {
      const now = files();
      const names = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
      return Object.fromEntries(names.map((name) => [name, now[name]]));
    },
    [Symbol.dispose]: () => {
      // What a test that failed has found.
      for (const { id } of processesWith(`TMPDIR=${temporary}`)) process.kill(id, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
