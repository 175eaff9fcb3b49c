import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestBuilder } from './builders.ts';
import { type DockerPlan, type FatalDocker, putFatalDocker } from './fatal-docker-plan.ts';
import { filesIn, processesWith } from './leftovers.ts';

/**
 * What a job shares with others on its machine: a home with somebody's login and selected builder, and a folder for
 * temporary files. Its docker ends the step at a chosen command.
 */
export interface Machine extends Disposable {
  /** For the step and its post. */
  readonly environment: Readonly<Record<string, string>>;
  readonly docker: FatalDocker;
  /** Every file of home and temporary folder, but what buildx notes of its own work. */
  readonly files: () => Readonly<Record<string, string>>;
}

export function startMachine(
  builder: TestBuilder,
  plan: Pick<DockerPlan, 'at' | 'moment' | 'signal'>,
): Machine {
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
  const docker = putFatalDocker(join(folder, 'bin'), plan);
  return {
    environment: { HOME: home, TMPDIR: temporary, PATH: docker.path, DOCKER_CONFIG: '' },
    docker,
    files: () => {
      const files = { ...filesIn(home), ...filesIn(temporary) };
      const isOfBuildx = /^\.docker\/buildx\/(activity|refs|\.lock|\.buildNodeID)/;
      return Object.fromEntries(Object.entries(files).filter(([name]) => !isOfBuildx.test(name)));
    },
    [Symbol.dispose]: () => {
      // What a test that failed has found.
      for (const { id } of processesWith(`TMPDIR=${temporary}`)) process.kill(id, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
