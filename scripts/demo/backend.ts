import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningClock } from '../../local/base/clock.ts';
import { type BaseImage, baseImage } from '../../local/docker/base-image.ts';
import { type Engine, findEngine } from '../../local/docker/engine.ts';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { ownBase } from './base.ts';

/** What a demo can do on this machine: with Docker everything, without it deployments of simulated tasks. */
export interface DemoBackend {
  /** What is real and what isn't shown, in sentences. */
  readonly says: readonly string[];
  readonly fargate: Fargate;
  /** Whether the web app answers HTTP requests. */
  readonly answersHttp: boolean;
  /** How many times as fast as real time ECS's clock runs. */
  readonly speed: number;
  /** Prepares a version of the web app, and returns the inputs that deploy it. */
  prepare(version: number, workspace: string): Readonly<Record<string, string>>;
  /** Stops the local Fargate, which removes what it created in Docker. */
  close(): Promise<void>;
}

/** For ECS alone: Docker, the web app and the action run in real time. */
const usualSpeed = 5;

export const brokenVersion = 3;

/** Finds out what this machine has, and starts a local Fargate on it. */
export async function openBackend(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { speed } = { speed: usualSpeed },
): Promise<DemoBackend> {
  const engine = await findEngine(environment);
  if (engine === undefined) return simulated('No Docker engine answers `docker info`', speed);
  try {
    const base = await baseImage(environment, signal);
    if (base !== undefined) return await real(engine, base, speed);
    engine.close();
    return await simulated(
      "There is no base image to build on: busybox:1 can't be pulled, and this machine has no static busybox to make one from (on Debian: apt-get install busybox-static)",
      speed,
    );
  } catch (error) {
    engine.close();
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split(': Command failed');
    return simulated(why, speed);
  }
}

async function real(engine: Engine, base: BaseImage, speed: number): Promise<DemoBackend> {
  const own = await ownBase(engine, base.name);
  const fargate = await startFargate({ runtime: 'docker', clock: runningClock(speed) }).catch(
    async (error: unknown) => {
      await own.remove();
      throw error;
    },
  );
  return {
    says: [
      `Docker builds, pushes, pulls and runs the images; the base image ${base.name} ${base.origin}.`,
      `The registry, the load balancer's listener and the action are real, too. Only ECS is a local one${pace(speed)}.`,
    ],
    fargate,
    answersHttp: true,
    speed,
    prepare: (version, workspace) => {
      commitVersion(workspace, version);
      return { 'build-args': `BASE=${own.name}` };
    },
    close: async () => {
      await fargate.close();
      await own.remove();
      engine.close();
    },
  };
}

async function simulated(why: string, speed: number): Promise<DemoBackend> {
  const digests = new Map<string, number>();
  const fargate = await startFargate({
    runtime: 'simulated',
    clock: runningClock(speed),
    behave: ({ taskDefinition }) => {
      const document = JSON.stringify(taskDefinition);
      const version = [...digests].find(([digest]) => document.includes(digest))?.[1] ?? 1;
      const logLines = [`web ${version}: starting`];
      if (version < brokenVersion) return { logLines };
      const lastLines = ['config: reading the environment', 'config: DATABASE_URL is not set'];
      return { logLines, exit: { afterSeconds: 1, exitCode: 1, lastLines } };
    },
  });
  return {
    says: [
      `${why}, so the tasks are simulated.`,
      `Not shown: image builds, pushes and pulls, containers, and the web app's HTTP answers.`,
      `Real: the action, and its calls to the local AWS${pace(speed)}.`,
    ],
    fargate,
    answersHttp: false,
    speed,
    prepare: (version) => {
      digests.set(fargate.images.put('web', { tags: [`v${version}`] }), version);
      return { build: 'false', image: `v${version}` };
    },
    close: () => fargate.close(),
  };
}

function pace(speed: number): string {
  return speed === 1 ? '' : `, ${speed} times as fast`;
}

/** Copies the example into a repository of its own, as a runner has it after the checkout. */
export function checkOut(example: string): string {
  const workspace = mkdtempSync(join(tmpdir(), 'fargate-deploy-demo-'));
  cpSync(example, workspace, { recursive: true });
  git(workspace, ['init', '--quiet']);
  git(workspace, ['add', '.']);
  git(workspace, ['commit', '--quiet', '--message', 'Add the web app']);
  return workspace;
}

function commitVersion(workspace: string, version: number): void {
  const file = join(workspace, 'Dockerfile');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^ARG VERSION=.*$/m, `ARG VERSION=${version}`));
  git(workspace, ['commit', '--quiet', '--all', '--allow-empty', '--message', `Version ${version}`]);
}

/** Without the user's own git settings (signatures, hooks). */
function git(workspace: string, args: readonly string[]): void {
  const identity = ['-c', 'user.name=demo', '-c', 'user.email=demo@localhost'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull };
  execFileSync('git', [...identity, ...args], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
