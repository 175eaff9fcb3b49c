import type { Cancel } from '../../base/clock.ts';
import type { Engine } from '../../docker/engine.ts';
import type { Container } from '../container.ts';
import { createFailure, errorText, type StartFailure, startFailure } from '../start-failures.ts';
import type { DockerCommand } from './arguments.ts';
import { watchHealth } from './container-health.ts';
import type { DockerHost } from './host.ts';

export type Creation =
  | { readonly kind: 'created'; readonly id: string }
  | { readonly kind: 'failed'; readonly failure: StartFailure };

export async function createContainer(
  engine: Engine,
  name: string,
  command: DockerCommand,
): Promise<Creation> {
  const created = await engine.run(command.args, { environment: command.environment });
  if (created.exitCode !== 0) return { kind: 'failed', failure: createFailure(name, created.stderr) };
  // Warnings (of a kernel without swap limits) go to the standard error.
  return { kind: 'created', id: created.stdout.trim().split('\n').at(-1) ?? '' };
}

/** How a container ended. */
export interface Exit {
  readonly exitCode: number;
  readonly reason?: string;
}

/**
 * Starts a created container and follows it: its output goes to the log, its health check runs, `ended` resolves when
 * it has exited and its log is complete.
 */
export async function startContainer(
  host: DockerHost,
  container: Container,
  id: string,
  healthChanged: (status: 'HEALTHY' | 'UNHEALTHY') => void,
): Promise<
  | { readonly kind: 'started'; readonly ended: Promise<Exit> }
  | { readonly kind: 'failed'; readonly failure: StartFailure }
> {
  const started = await host.engine.run(['start', id]);
  if (started.exitCode !== 0) {
    return { kind: 'failed', failure: startFailure(container.name, started.stderr) };
  }
  return { kind: 'started', ended: follow(host, container, id, healthChanged) };
}

async function follow(
  host: DockerHost,
  container: Container,
  id: string,
  healthChanged: (status: 'HEALTHY' | 'UNHEALTHY') => void,
): Promise<Exit> {
  const { engine, logs } = host;
  const { logs: target } = container;
  const cancelHealth = followHealth(host, container, id, healthChanged);
  const log =
    target &&
    engine.follow(['logs', '--follow', id], (line) => logs.append(target.group, target.stream, line));
  await engine.run(['wait', id]);
  cancelHealth();
  if (log !== undefined) {
    await Promise.race([log.ended, realSeconds(longestLogTailSeconds)]);
    log.stop();
  }
  return readEnd(engine, id);
}

/** The kernel tells the engine of an exhausted memory beside the end of the process, at times a moment later. */
async function readEnd(engine: Engine, id: string, looks = 3): Promise<Exit> {
  const inspected = await engine.run(['inspect', '--format', '{{json .State}}', id]);
  if (inspected.exitCode !== 0) {
    return { exitCode: 137, reason: `ContainerRuntimeError: ${errorText(inspected.stderr)}` };
  }
  const exit = readExit(inspected.stdout);
  if (exit.exitCode !== 137 || exit.reason !== undefined || looks <= 1) return exit;
  await realSeconds(0.2);
  return readEnd(engine, id, looks - 1);
}

/** Docker ends the log with the container; should it not, the task must still stop. */
const longestLogTailSeconds = 2;

function followHealth(
  { engine, clock }: DockerHost,
  { healthCheck: check }: Container,
  id: string,
  healthChanged: (status: 'HEALTHY' | 'UNHEALTHY') => void,
): Cancel {
  if (check === undefined) return () => undefined;
  const args = ['exec', id, ...healthCommand(check.command)];
  return watchHealth({
    check,
    clock,
    changed: healthChanged,
    run: async (timeoutSeconds) => {
      const scaled = timeoutSeconds * clock.realMillisecondsPerSecond;
      const signal = AbortSignal.timeout(Math.max(shortestCheckMilliseconds, scaled));
      return (await engine.run(args, { signal })).exitCode === 0;
    },
  });
}

/** A real command needs real time, however fast the clock: our choice. */
const shortestCheckMilliseconds = 2000;

/** `CMD` runs a program, `CMD-SHELL` a line of shell; anything else is a program too [documented]. */
export function healthCommand(command: readonly string[]): readonly string[] {
  const [kind, ...rest] = command;
  if (kind === 'CMD') return rest;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : command;
}

/** Reads the state that `docker inspect` shows of a container that has ended. */
export function readExit(state: string): Exit {
  const parsed: unknown = JSON.parse(state);
  const { ExitCode: exitCode, OOMKilled } = {
    ExitCode: 137,
    OOMKilled: false,
    ...(isObject(parsed) ? parsed : {}),
  };
  return OOMKilled
    ? { exitCode, reason: 'OutOfMemoryError: Container killed due to memory usage' }
    : { exitCode };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function realSeconds(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000).unref();
  });
}
