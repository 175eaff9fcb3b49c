import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImageChange } from '../change/image.ts';
import { findDocker } from '../docker/docker.ts';
import { openDockerConfig } from '../docker/login.ts';
import { Failure } from '../failure.ts';
import type { ImageInputs } from '../inputs/image.ts';
import { calling, type Run } from '../run.ts';
import { buildAndPush, type ImageBuild } from './build.ts';
import { checkedOutCommit } from './checkout.ts';
import { atDigest, isDigest } from './reference.ts';
import { findRepository, type Repository, readToken, resolveDigest } from './repository.ts';
import { tagsOf } from './tags.ts';

/** The image to deploy: by digest wherever a digest can be had. */
export interface ProvidedImage {
  /** What the task definition gets. */
  readonly uri: string;
  readonly digest: string | undefined;
}

/** An image that is known to be there, or whose build has all that it needs. */
export type Prepared =
  | { readonly kind: 'there'; readonly image: ProvidedImage }
  | { readonly kind: 'to-build'; readonly build: () => Promise<ProvidedImage>; readonly what: string };

/**
 * Checks all that can be checked before the build, and looks an existing image up.
 *
 * @param platform the task's, as Docker writes it
 * @throws Failure for Docker, the repository, the tags or the image
 */
export async function prepareImage(
  run: Run,
  change: ImageChange & { kind: 'existing' | 'build' },
  inputs: ImageInputs,
  platform: string,
): Promise<Prepared> {
  if (change.kind === 'existing') return { kind: 'there', image: await findExisting(run, change) };
  const [docker, repository, commit] = await Promise.all([
    findDocker(run.environment),
    findRepository({
      aws: run.aws,
      calling: calling(run),
      text: change.repository,
      create: inputs.createRepository,
    }),
    checkedOutCommit(run.workspace),
  ]);
  const { tags, problems } = tagsOf({ commit, asked: inputs.tags, repository: repository.uri });
  if (problems.length > 0) {
    throw new Failure({ code: 'input-invalid', fault: 'yours', message: problems.join('\n') });
  }
  return {
    kind: 'to-build',
    what: `${repository.uri}:${tags[0] ?? ''}`,
    build: () =>
      build(run, repository, {
        docker,
        workspace: run.workspace,
        context: inputs.context,
        file: inputs.file,
        target: inputs.target,
        buildArgs: inputs.buildArgs,
        platform,
        labels: inputs.labels,
        noCache: inputs.noCache,
        pull: inputs.pull,
        repository: repository.uri,
        tags,
        say: run.log.foreign,
        signal: run.signal,
      }),
  };
}

/** The Dockerfile that a build would use; a context that is a URL has its own, which can't be looked for here. */
export function findDockerfile(
  inputs: ImageInputs,
  workspace: string,
): { readonly path: string; readonly exists: boolean } {
  if (/^(https?|git|ssh):|^git@/.test(inputs.context)) return { path: inputs.context, exists: true };
  // Written without a path function whose last argument is a literal: the bundler would take that for a file of ours,
  // put every Dockerfile that it finds into dist/ and look for the user's one there.
  const file = inputs.file ?? [inputs.context, 'Dockerfile'].join('/');
  const path = resolve(workspace, file);
  return { path, exists: existsSync(path) };
}

async function findExisting(run: Run, change: ImageChange & { kind: 'existing' }): Promise<ProvidedImage> {
  const { tagOrDigest } = change;
  const repository = await findRepository({
    aws: run.aws,
    calling: calling(run),
    text: change.repository,
    create: false,
  });
  if (repository.kind === 'ecr') {
    const digest = await resolveDigest(repository, calling(run), tagOrDigest);
    return { uri: atDigest(repository.uri, digest), digest };
  }
  if (isDigest(tagOrDigest)) return { uri: atDigest(repository.uri, tagOrDigest), digest: tagOrDigest };
  run.log.notice(
    `${repository.uri} is not in ECR, so its tag ${tagOrDigest} is deployed as a tag; ECS resolves it when the first task starts. Name a digest to deploy exactly one image.`,
  );
  return { uri: `${repository.uri}:${tagOrDigest}`, digest: undefined };
}

/** Builds and pushes under a Docker login of this run's own, which is gone afterwards whatever happens. */
async function build(run: Run, repository: Repository, image: ImageBuild): Promise<ProvidedImage> {
  const config = await openDockerConfig({ env: run.environment, say: run.log.say });
  run.journal.note({ kind: 'docker-config', path: config.path });
  try {
    if (repository.kind === 'ecr') {
      const token = await readToken(repository.ecr, calling(run));
      run.mask(token.password);
      await config.login(token.registry, token.username, token.password);
    }
    const pushed = await run.log.fold(`Building ${repository.uri}:${image.tags[0] ?? ''}`, () =>
      buildAndPush({ ...image, docker: { ...image.docker, env: config.env } }),
    );
    return { uri: pushed.imageUri, digest: pushed.digest };
  } finally {
    await config.close();
    run.journal.note({ kind: 'docker-config-removed', path: config.path });
  }
}
