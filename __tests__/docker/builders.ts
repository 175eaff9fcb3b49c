import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
 * containerd image store, a BuildKit daemon, buildx). CI has them all; it fails when one can't be had.
 */
export const builders: readonly TestBuilder[] = findBuilders(process.env);

function findBuilders({
  DOCKER_HOST: classic = 'unix:///var/run/docker.sock',
  FARGATE_TEST_ENGINE: current,
  FARGATE_TEST_BUILDKIT: buildkit,
  FARGATE_TEST_BUILDX: buildx,
}: NodeJS.ProcessEnv): readonly TestBuilder[] {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-test-docker-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const without = { DOCKER_HOST: classic, DOCKER_CONFIG: configIn(folder, 'without', undefined) };
  const all: TestBuilder[] = [builder('the engine, without buildx', without, {})];
  if (buildx !== undefined) {
    const env = { DOCKER_HOST: classic, DOCKER_CONFIG: configIn(folder, 'classic', buildx) };
    all.push(builder('the engine, with buildx', env, { hasBuildx: true }));
  }
  if (current !== undefined) {
    const env = { DOCKER_HOST: current, DOCKER_CONFIG: without.DOCKER_CONFIG };
    all.push(builder('the containerd image store, without buildx', env, {}));
  }
  if (current !== undefined && buildx !== undefined) {
    const env = { DOCKER_HOST: current, DOCKER_CONFIG: configIn(folder, 'current', buildx) };
    all.push(
      builder('the containerd image store, with buildx', env, { hasBuildx: true, hasImageStore: true }),
    );
  }
  if (buildkit !== undefined && buildx !== undefined) {
    const env = { DOCKER_HOST: classic, DOCKER_CONFIG: configIn(folder, 'remote', buildx) };
    const create = ['buildx', 'create', '--name', 'remote', '--driver', 'remote', buildkit];
    execFileSync('docker', create, { env: { ...process.env, ...env }, stdio: 'ignore' });
    const part = { hasBuildx: true, hasImageStore: true, builder: 'remote' };
    all.push(builder('a remote BuildKit daemon', env, part));
  }
  return all;
}

function builder(name: string, env: TestBuilder['env'], part: Partial<TestBuilder>): TestBuilder {
  return { name, env, builder: undefined, hasBuildx: false, hasImageStore: false, ...part };
}

/** A configuration of docker's own, with this buildx as its plugin. */
function configIn(folder: string, name: string, buildx: string | undefined): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'cli-plugins'), { recursive: true });
  if (buildx !== undefined) symlinkSync(buildx, join(path, 'cli-plugins', 'docker-buildx'));
  return path;
}
