import type { DockerNeeds } from '../children/environment.ts';
import { type DockerConfig, openDockerConfig } from '../docker/login.ts';
import type { Run } from '../run.ts';
import { parseReference } from './reference.ts';
import type { Repository } from './repository.ts';

/**
 * Works under a Docker configuration of this run's own, signed in to the registries of these repositories as far as they
 * are ECR's. It is gone afterwards, whatever happens.
 *
 * @param needs what the docker commands get of the job's environment besides what is Docker's
 */
export async function withLogins<T>(
  run: Run,
  repositories: readonly Repository[],
  needs: Pick<DockerNeeds, 'variables' | 'caches'>,
  work: (config: DockerConfig) => Promise<T>,
): Promise<T> {
  const config = await openDockerConfig({
    env: run.environment,
    needs,
    announce: (path) => run.journal.note({ kind: 'docker-config', path }),
    say: run.log.say,
  });
  try {
    for (const repository of repositories) {
      if (repository.kind !== 'ecr') continue;
      const token = await repository.token();
      run.mask(token.password);
      // The token is told for the registry of the caller's account, and is good for those of others too (documented).
      const host = parseReference(repository.uri)?.registry ?? token.registry;
      await config.login(host, token.username, token.password);
    }
    return await work(config);
  } finally {
    await config.close();
    run.journal.note({ kind: 'docker-config-removed', path: config.path });
  }
}
