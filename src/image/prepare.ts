import { findBuilder } from '../docker/builder.ts';
import { type Docker, findDocker } from '../docker/docker.ts';
import { openDockerConfig } from '../docker/login.ts';
import { Failure } from '../failure.ts';
import type { ImageInputs } from '../inputs/image.ts';
import { calling, type Run } from '../run.ts';
import { buildAndPush, type ImageBuild } from './build.ts';
import { readSecrets, textsToHide } from './build-secrets.ts';
import { unsupported } from './capabilities.ts';
import { checkedOutCommit } from './checkout.ts';
import { instructionsOf } from './find-dockerfile.ts';
import { platformsFor } from './platforms.ts';
import type { Prepared, ProvidedImage } from './provide.ts';
import { findRepository, type Repository, readToken } from './repository.ts';
import { tagsOf } from './tags.ts';

/**
 * Finds all that a build needs and refuses what would fail in it.
 *
 * @param options.repository as the input or the task definition names it
 * @param options.platform the task's, as Docker writes it
 * @throws Failure docker-missing, docker-engine-missing, builder-unusable, builder-unsupported, input-invalid,
 *   repository-missing
 */
export async function prepareBuild(options: {
  readonly run: Run;
  readonly repository: string;
  readonly inputs: ImageInputs;
  readonly platform: string;
}): Promise<Prepared> {
  const { run, inputs, platform } = options;
  const docker = findDocker(run.environment);
  const [found, builder, repository, commit, dockerfile, secrets] = await Promise.all([
    docker,
    findBuilder({ env: run.environment, docker, name: inputs.builder }),
    findRepository({
      aws: run.aws,
      calling: calling(run),
      text: options.repository,
      create: inputs.createRepository,
    }),
    checkedOutCommit(run.workspace),
    instructionsOf(inputs, run.workspace),
    readSecrets({ secrets: inputs.secrets, environment: run.environment, workspace: run.workspace }),
  ]);
  for (const text of textsToHide(secrets)) run.mask(text);
  refuse('builder-unsupported', unsupported(builder, inputs));
  const { platforms, problems } = platformsFor({
    asked: inputs.platforms,
    task: platform,
    builder,
    dockerfile,
    target: inputs.target,
  });
  refuse('builder-unsupported', problems);
  const { tags, problems: tagProblems } = tagsOf({ commit, asked: inputs.tags, repository: repository.uri });
  refuse('input-invalid', tagProblems);
  const image = {
    workspace: run.workspace,
    inputs,
    platforms,
    labels: inputs.labels,
    cache: { from: inputs.cacheFrom, to: inputs.cacheTo },
    repository: repository.uri,
    tags,
    say: run.log.foreign,
  };
  return {
    kind: 'to-build',
    what: `${repository.uri}:${tags[0] ?? ''}`,
    build: (stop) => build(run, { docker: found, repository, image, stop }),
  };
}

function refuse(code: 'builder-unsupported' | 'input-invalid', problems: readonly string[]): void {
  if (problems.length > 0) throw new Failure({ code, fault: 'yours', message: problems.join('\n') });
}

/** Builds and pushes under a Docker login of this run's own, which is gone afterwards whatever happens. */
async function build(
  run: Run,
  options: {
    readonly docker: Docker;
    readonly repository: Repository;
    readonly image: Omit<ImageBuild, 'docker' | 'folder' | 'signal'>;
    readonly stop: AbortSignal | undefined;
  },
): Promise<ProvidedImage> {
  const { docker, repository, image, stop } = options;
  const config = await openDockerConfig({ env: run.environment, say: run.log.say });
  run.journal.note({ kind: 'docker-config', path: config.path });
  try {
    if (repository.kind === 'ecr') {
      const token = await readToken(repository.ecr, calling(run));
      run.mask(token.password);
      await config.login(token.registry, token.username, token.password);
    }
    const pushed = await run.log.fold(`Building ${repository.uri}:${image.tags[0] ?? ''}`, () =>
      buildAndPush({
        ...image,
        docker: { ...docker, env: config.env },
        folder: config.path,
        signal: stop === undefined ? run.signal : AbortSignal.any([run.signal, stop]),
      }),
    );
    return { uri: pushed.imageUri, digest: pushed.digest };
  } catch (error) {
    if (stop?.aborted && !run.signal.aborted) throw stop.reason;
    throw error;
  } finally {
    await config.close();
    run.journal.note({ kind: 'docker-config-removed', path: config.path });
  }
}
