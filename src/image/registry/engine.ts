import { randomUUID } from 'node:crypto';
import { type Builder, findBuilder } from '../../docker/builder.ts';
import { type Docker, findDocker } from '../../docker/docker.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { environmentFor, markVariable } from '../../process/child-environment.ts';
import type { Run } from '../../run/run.ts';

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
  const { signal, journal } = run;
  const mark = randomUUID();
  const env = environmentFor({ ...run.environment, [markVariable]: mark }, { kind: 'docker' });
  journal.begin({ kind: 'docker-command', mark });
  const docker = findDocker(env, signal);
  const builder = findBuilder({ env, docker, name, signal });
  const engine = Promise.all([docker, builder]).then(([ofRun, itsBuilder]) => ({
    docker: ofRun,
    builder: itsBuilder,
  }));
  // A failure is heard only when there is something to build.
  void Promise.allSettled([docker, builder, engine]).then(() => journal.done(mark));
  found.set(run, engine);
  return engine;
}

const found = new WeakMap<Run, Promise<Engine>>();
