import { wordsOf } from '../../aws/errors.ts';
import { type DockerConfig, openDockerConfig } from '../../docker/login.ts';
import type { DockerNeeds } from '../../process/child-environment.ts';
import { parseReference } from '../../reference/image-reference.ts';
import { calling, type Run } from '../../run/run.ts';
import type { Repository } from './repository.ts';
import { readToken } from './token.ts';

/** Registries that docker signs in to. */
export interface Registries {
  /** Where images are pushed to, or copied from: without a login the work is pointless. */
  readonly needed: readonly Repository[];
  /** Of ECR, which are only read from. They may be open to this job or not; a login that somebody has made stays. */
  readonly read: readonly ReadRegistry[];
}

/**
 * Works under a Docker configuration of this run's own, signed in to these registries as far as they are ECR's. It is gone afterwards, whatever happens.
 *
 * @param needs what the docker commands get of the job's environment besides what is Docker's
 */
export async function withLogins<T>(
  run: Run,
  { needed, read }: Registries,
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
    for (const repository of needed) {
      if (repository.kind !== 'ecr') continue;
      const token = await repository.token();
      run.mask(token.password);
      // The token is told for the registry of the caller's account, and is good for those of others too (documented).
      const host = parseReference(repository.uri)?.registry ?? token.registry;
      await config.login(host, token.username, token.password);
    }
    for (const registry of read) {
      if (!config.hasLogin(registry.host)) await signInToRead(run, config, registry);
    }
    return await work(config);
  } finally {
    await config.close();
    run.journal.note({ kind: 'docker-config-removed', path: config.path });
  }
}

/** The job's own token is good for each registry of a region that the job may read (documented), also of other accounts. */
async function signInToRead(run: Run, config: DockerConfig, registry: ReadRegistry): Promise<void> {
  const { host, account, region } = registry;
  try {
    const { username, password } = await readToken(await run.aws.ecr(region), calling(run));
    run.mask(password);
    await config.login(host, username, password);
  } catch (error) {
    if (run.signal.aborted) throw error;
    run.log.notice(
      `The build reads from ECR of account ${account} in ${region}, and this job could not sign in there: ${wordsOf(error)}`,
    );
  }
}

/** A registry of ECR that a build reads from. */
export interface ReadRegistry {
  readonly host: string;
  readonly account: string;
  readonly region: string;
}
