import { type Builder, findBuilder } from '../docker/builder.ts';
import { type Docker, findDocker } from '../docker/docker.ts';
import type { ImageInputs } from '../inputs/image.ts';
import type { Run } from '../run.ts';

/** What is there to build with. */
export interface Engine {
  readonly docker: Docker;
  readonly builder: Builder;
}

/**
 * Looks for Docker and the builder, once in a run. The commands take a tenth of a second each: a deploy begins with this,
 * and asks AWS meanwhile.
 *
 * @throws Failure docker-missing, docker-engine-missing, builder-unusable
 */
export function lookForEngine(run: Run, { builder: name }: ImageInputs): Promise<Engine> {
  const before = found.get(run);
  if (before !== undefined) return before;
  const { environment: env, signal } = run;
  const docker = findDocker(env, signal);
  const engine = Promise.all([docker, findBuilder({ env, docker, name, signal })]).then(([own, builder]) => ({
    docker: own,
    builder,
  }));
  // Heard only when there is something to build.
  engine.catch(() => undefined);
  found.set(run, engine);
  return engine;
}

const found = new WeakMap<Run, Promise<Engine>>();
