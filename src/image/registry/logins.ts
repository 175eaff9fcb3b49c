import { wordsOf } from '../../aws/errors.ts';
import { type DockerConfig, openDockerConfig } from '../../docker/login.ts';
import type { DockerNeeds } from '../../process/child-environment.ts';
import { calling, type Run } from '../../run/run.ts';
import { readLogin } from './ecr-login.ts';
import type { EcrRegistry } from './registry-host.ts';
import type { Repository } from './repository.ts';

/** The registries that docker signs in to. */
export interface Registries {
  /** Repositories to push to or copy from: without a login there is no point in starting. */
  readonly needed: readonly Repository[];
  /** Registries of ECR that a build only reads from, if this job may. An existing login stays. */
  readonly read: readonly ReadRegistry[];
}

/**
 * Works with a private Docker configuration, signed in to the registries that this run has a login for. The configuration is
 * removed afterwards, whatever happens.
 *
 * @param needs what docker commands get from the job's environment besides Docker's own variables
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
    announce: (path) => run.journal.begin({ kind: 'docker-config', path }),
    say: run.log.say,
  });
  try {
    for (const repository of needed) {
      const login = await repository.login?.();
      if (login === undefined) continue;
      run.mask(login.password);
      await config.login(login.host, login.username, login.password);
    }
    for (const registry of read) {
      if (!config.hasLogin(registry.host)) await signInToRead(run, config, registry);
    }
    return await work(config);
  } finally {
    await config.close();
    run.journal.done(config.path);
  }
}

/** Signs in to a registry of any account: the job's login is valid for every registry of the region that it may read (documented). */
async function signInToRead(run: Run, config: DockerConfig, registry: ReadRegistry): Promise<void> {
  const { host, account, region } = registry;
  try {
    const { username, password } = await readLogin(await run.aws.ecr(region), calling(run));
    run.mask(password);
    await config.login(host, username, password);
  } catch (error) {
    if (run.signal.aborted) throw error;
    run.log.notice(
      `The build reads images from ECR in account ${account}, ${region}, and this job can't sign in there: ${wordsOf(error)}`,
    );
  }
}

/** A registry of ECR that a build reads from. */
export interface ReadRegistry extends EcrRegistry {
  readonly host: string;
}
