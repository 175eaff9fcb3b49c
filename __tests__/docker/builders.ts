import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A way to build that a runner may have: an engine, with or without buildx, or a builder beside it. */
export interface TestBuilder {
  readonly name: string;
  /** What finds it: DOCKER_HOST, DOCKER_CONFIG (with buildx in it, or without). */
  readonly env: Readonly<Record<string, string>>;
  /** The input `builder`. */
  readonly builder: string | undefined;
  readonly hasBuildx: boolean;
  /** Whether it makes indexes, zstd layers and caches for others. */
  readonly hasImageStore: boolean;
}

/**
 * Those that are there: the engine that docker finds, and what scripts/engines.sh starts (a current engine with the
 * containerd image store, a BuildKit daemon, buildx, its container). CI has them all; it fails when one can't be had.
 */
export const builders: readonly TestBuilder[] = findBuilders(process.env);

function findBuilders({
  DOCKER_HOST: own = 'unix:///var/run/docker.sock',
  FARGATE_TEST_ENGINE: current,
  FARGATE_TEST_BUILDKIT: buildkit,
  FARGATE_TEST_BUILDX: buildx,
  FARGATE_TEST_CONTAINER: container,
}: NodeJS.ProcessEnv): readonly TestBuilder[] {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-test-docker-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const config = (name: string, plugin: string | undefined): string => configIn(folder, name, plugin);
  const all = [
    builder('the engine, without buildx', { DOCKER_HOST: own, DOCKER_CONFIG: config('own', undefined) }),
  ];
  if (buildx !== undefined) {
    const env = { DOCKER_HOST: own, DOCKER_CONFIG: config('own-buildx', buildx) };
    all.push(builder('the engine, with buildx', env));
  }
  if (current !== undefined) {
    const env = { DOCKER_HOST: current, DOCKER_CONFIG: config('current', undefined) };
    all.push(builder('a current engine, without buildx', env));
  }
  if (current !== undefined && buildx !== undefined) {
    const env = { DOCKER_HOST: current, DOCKER_CONFIG: config('current-buildx', buildx) };
    all.push(builder('a current engine, with buildx', env));
  }
  if (buildkit !== undefined && buildx !== undefined) {
    const env = { DOCKER_HOST: own, DOCKER_CONFIG: config('remote', buildx) };
    const create = ['buildx', 'create', '--name', 'remote', '--driver', 'remote', buildkit];
    execFileSync('docker', create, { env: { ...process.env, ...env }, stdio: 'ignore' });
    const remote = builder('a remote BuildKit daemon', env);
    all.push({ ...remote, builder: 'remote', hasImageStore: true });
  }
  if (current !== undefined && container !== undefined) {
    // It is the builder that is selected there, as docker/setup-buildx-action leaves it.
    const copy = join(folder, 'container');
    cpSync(container, copy, { recursive: true, verbatimSymlinks: true });
    const selected = builder('a builder in a container', { DOCKER_HOST: current, DOCKER_CONFIG: copy });
    all.push({ ...selected, hasImageStore: true });
  }
  // On a machine whose buildx is a plugin for everybody, none is without.
  return all.filter(({ name, hasBuildx }) => !(hasBuildx && name.endsWith('without buildx')));
}

function builder(name: string, env: TestBuilder['env']): TestBuilder {
  const ask = (...args: readonly string[]): string =>
    spawnSync('docker', args, { env: { ...process.env, ...env }, encoding: 'utf8' }).stdout;
  const hasBuildx = /buildx\s+\S/.test(ask('buildx', 'version'));
  const hasStore = ask('info', '--format', '{{json .DriverStatus}}').includes('io.containerd.snapshotter');
  return { name, env, builder: undefined, hasBuildx, hasImageStore: hasBuildx && hasStore };
}

/** A configuration of docker's own, with this buildx as its plugin. */
function configIn(folder: string, name: string, buildx: string | undefined): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'cli-plugins'), { recursive: true });
  if (buildx !== undefined) symlinkSync(buildx, join(path, 'cli-plugins', 'docker-buildx'));
  return path;
}
