import { randomUUID } from 'node:crypto';
import { type Builder, findBuilder } from '../../docker/builder.ts';
import { type Docker, findDocker } from '../../docker/docker.ts';
import type { ImageInputs } from '../../inputs/image.ts';
import { environmentFor, markVariable } from '../../process/child-environment.ts';
import type { Run } from '../../run/run.ts';

/** Docker and the builder of this runner. */
export interface Engine {
  readonly docker: Docker;
  readonly builder: Builder;
}

/**
 * Detects Docker and the builder, once per run. Each command takes a tenth of a second, so a deployment starts this before
 * it asks AWS.
 *
 * @throws Failure docker-missing, docker-engine-missing, builder-unusable
 */
export function detectEngine(run: Run, { builder: name }: ImageInputs): Promise<Engine> {
  const earlier = engineByRun.get(run);
  if (earlier !== undefined) return earlier;
  const { signal, journal } = run;
  const mark = randomUUID();
  const env = environmentFor({ ...run.environment, [markVariable]: mark }, { kind: 'docker' });
  journal.begin({ kind: 'docker-command', mark });
  const finding = findDocker(env, signal);
  const findingBuilder = findBuilder({ env, docker: finding, name, signal });
  const engine = Promise.all([finding, findingBuilder]).then(([docker, builder]) => ({ docker, builder }));
  // A failure counts only once there is something to build.
  void Promise.allSettled([finding, findingBuilder, engine]).then(() => journal.done(mark));
  engineByRun.set(run, engine);
  return engine;
}

const engineByRun = new WeakMap<Run, Promise<Engine>>();
