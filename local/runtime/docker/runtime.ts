import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { type Engine, findEngine } from '../../docker/engine.ts';
import { isGone, owner, ownerLabel } from '../../docker/owner.ts';
import { pauseImage } from '../../docker/pause-image.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { Happening, Runtime } from '../runtime.ts';
import { errorText } from '../start-failures.ts';
import type { DockerHost } from './host.ts';
import { runDockerTask } from './task.ts';

export interface DockerRuntimeOptions {
  readonly clock: Clock;
  readonly logs: LogStore;
  /** The local ECR: its host (with port), and a password that is asked for before every task. */
  readonly registryLogin?: {
    readonly host: string;
    readonly username: string;
    readonly password: () => string;
  };
  /** Seconds until a task's network is there; 1 unless set. */
  readonly provisionSeconds?: number;
  /** Values of secrets by their `valueFrom`; a task with another secret fails to start. */
  readonly secretValues?: Readonly<Record<string, string>>;
  /** Where docker finds its engine and its user's context; this process's environment unless set. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Runs tasks in Docker: images are pulled, the containers of a task share one network namespace, their ports are
 * published on loopback, their output goes to the logs.
 * @throws Error when no engine answers, in words for the person at the keyboard
 */
export async function dockerRuntime(options: DockerRuntimeOptions): Promise<Runtime> {
  const { clock, logs, registryLogin } = options;
  const engine = await findEngine(options.environment);
  if (engine === undefined) {
    throw new Error('No Docker engine answers. Start Docker, or check DOCKER_HOST (docker info).');
  }
  try {
    await removeStale(engine);
    await importPauseImage(engine);
  } catch (error) {
    engine.close();
    throw error;
  }

  const run = randomBytes(4).toString('hex');
  const host: DockerHost = {
    engine,
    clock,
    logs,
    surroundings: {
      processors: engine.processors,
      labels: [`${runLabel}=${run}`, `${ownerLabel}=${owner(process.pid)}`],
      nameSuffix: run,
    },
    pauseImage: pauseImageName,
    provisionSeconds: options.provisionSeconds ?? 1,
    secretValues: options.secretValues ?? {},
  };
  const tasks = new Set<{ readonly stop: () => void; readonly ended: Promise<void> }>();
  let isClosed = false;

  return {
    start: (task, report) => {
      const stopping = new AbortController();
      const stop = (): void => stopping.abort();
      if (registryLogin !== undefined && !isClosed) {
        engine.login(registryLogin.host, registryLogin.username, registryLogin.password());
      }
      if (isClosed) stop();
      const tell = (happened: Happening): void => {
        if (!isClosed) report(happened);
      };
      const ended = runDockerTask(host, task, tell, stopping.signal);
      const running = { stop, ended };
      tasks.add(running);
      void ended.then(() => tasks.delete(running));
      return { stop };
    },
    close: async () => {
      isClosed = true;
      for (const task of tasks) task.stop();
      await removeLabelled(engine, `${runLabel}=${run}`);
      await Promise.all([...tasks].map(({ ended }) => ended));
      // Whatever was being made while the first look was taken.
      await removeLabelled(engine, `${runLabel}=${run}`);
      if (registryLogin !== undefined) await removeImages(engine, registryLogin.host);
      engine.close();
    },
  };
}

const runLabel = 'fargate-deploy.run';
const pauseImageName = 'fargate-deploy/pause:1';

async function importPauseImage(engine: Engine): Promise<void> {
  const present = await engine.run(['image', 'inspect', '--format', '{{.Id}}', pauseImageName]);
  if (present.exitCode === 0) return;
  const { platform, archive } = pauseImage(engine.architecture);
  const made = await engine.run(['import', '--platform', platform, '-', pauseImageName], { input: archive });
  if (made.exitCode !== 0) throw new Error(`docker import: ${errorText(made.stderr)}`);
}

/** Removes what processes of this machine left behind that are gone: they were killed. */
async function removeStale(engine: Engine): Promise<void> {
  const format = `{{.Label "${ownerLabel}"}}`;
  const list = await engine.run(['ps', '--all', '--filter', `label=${ownerLabel}`, '--format', format]);
  for (const label of new Set(list.stdout.split('\n').filter((line) => line !== ''))) {
    if (isGone(label)) await removeLabelled(engine, `${ownerLabel}=${label}`);
  }
}

/** Images that were pulled from the local ECR, or built for it, are of no use once it is gone. */
async function removeImages(engine: Engine, registryHost: string): Promise<void> {
  const format = '{{.Repository}}@{{.Digest}} {{.Repository}}:{{.Tag}}';
  const list = await engine.run(['image', 'ls', '--digests', '--format', format]);
  const names = list.stdout
    .split(/\s+/)
    .filter((name) => name.startsWith(`${registryHost}/`) && !name.includes('<none>'));
  if (names.length > 0) await engine.run(['image', 'rm', ...new Set(names)]);
}

async function removeLabelled(engine: Engine, label: string): Promise<void> {
  const list = async (kind: 'ps' | 'volume'): Promise<readonly string[]> => {
    const args = kind === 'ps' ? ['ps', '--all'] : ['volume', 'ls'];
    const found = await engine.run([...args, '--quiet', '--filter', `label=${label}`]);
    return found.stdout.split('\n').filter((line) => line !== '');
  };
  const containers = await list('ps');
  if (containers.length > 0) await engine.run(['rm', '--force', '--volumes', ...containers]);
  const volumes = await list('volume');
  if (volumes.length > 0) await engine.run(['volume', 'rm', '--force', ...volumes]);
}
