import { removeDockerConfig } from '../docker/login.ts';
import { killOrphans } from '../docker/orphans.ts';
import { markVariable } from '../process/child-environment.ts';
import type { Finisher } from './finisher.ts';

export const finishDockerCommand: Finisher<'docker-command'> = async ({ run }, { mark }) => {
  await killOrphans(markVariable, mark).catch(() => undefined);
  run.journal.done(mark);
  return undefined;
};

export const finishDockerConfig: Finisher<'docker-config'> = async ({ run }, { path }) => {
  await killOrphans('DOCKER_CONFIG', path).catch(() => undefined);
  await removeDockerConfig(path).catch(() => undefined);
  run.journal.done(path);
  return undefined;
};
