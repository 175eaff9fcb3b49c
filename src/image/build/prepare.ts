import { relative } from 'node:path';
import type { ImageInputs } from '../../inputs/image.ts';
import { Failure } from '../../process/failure.ts';
import { calling, type Run } from '../../run/run.ts';
import { findRepository } from '../registry/find-repository.ts';
import { whyUnsuitable } from '../registry/image-platforms.ts';
import { describeIgnored, newRepository } from '../registry/new-repository.ts';
import { existingImage, type Prepared } from '../registry/provided-image.ts';
import { tagsOf } from '../registry/tags.ts';
import { refuseUnscanned } from '../registry/unscanned.ts';
import { loadDockerfile } from '../source/find-dockerfile.ts';
import { identify } from '../source/identity.ts';
import { findIgnoreFiles, hasIgnoreFile } from '../source/ignore-file.ts';
import { idsNotHidden, readSecrets, textsToHide } from './build-secrets.ts';
import { unsupported } from './capabilities.ts';
import { detectEngine } from './engine.ts';
import { labelsOf } from './labels.ts';
import { loadSources } from './load-sources.ts';
import { platformsFor } from './platforms.ts';
import { runBuild } from './run-build.ts';

/**
 * Finds the image that an earlier run of the same build pushed, or prepares the build. Refuses what would fail in it.
 *
 * @param options.repository as the input or the task definition names it
 * @param options.tasks the platforms of the tasks, as Docker writes them
 * @throws Failure docker-missing, docker-engine-missing, builder-unusable, builder-unsupported, input-invalid,
 *   repository-missing, scan-unknown
 */
export async function prepareBuild(options: {
  readonly run: Run;
  readonly repository: string;
  readonly inputs: ImageInputs;
  readonly tasks: readonly string[];
}): Promise<Prepared> {
  const { run, inputs, tasks } = options;
  const { environment, workspace } = run;
  const engine = detectEngine(run, inputs);
  const platforms = inputs.platforms.length === 0 ? tasks : inputs.platforms;
  const create = await newRepository(inputs, workspace);
  const [sources, repository, dockerfile, secrets] = await Promise.all([
    loadSources(run, inputs),
    findRepository({
      aws: run.aws,
      calling: calling(run),
      text: options.repository,
      create,
    }),
    loadDockerfile(inputs, workspace),
    readSecrets({ secrets: inputs.secrets, environment, workspace }),
  ]);
  for (const text of textsToHide(secrets)) run.mask(text);
  const short = idsNotHidden(inputs.secrets, secrets);
  if (short.length > 0) {
    run.log.notice(
      `Too short to hide in the log: the build secret${short.length === 1 ? '' : 's'} ${short.join(', ')}. Make sure that the build doesn't print ${short.length === 1 ? 'it' : 'them'}.`,
    );
  }
  if (repository.notAsked !== undefined) refuseUnscanned(repository.notAsked, inputs.failOnSeverity);
  const note = describeIgnored(inputs, repository.cannotCreate);
  if (note !== undefined) run.log.notice(note);
  const identity = identify({ sources, inputs, platforms, environment });
  const { tags, problems } = tagsOf({
    identity: identity.tag,
    commit: sources.commit?.sha,
    asked: inputs.tags,
    repository: repository.uri,
  });
  refuse('input-invalid', problems);
  const present = repository.toCreate === undefined ? await repository.readImages(tags) : undefined;
  const same = present?.get(identity.tag);
  if (same !== undefined) {
    const why = await whyUnsuitable(run, { image: same, platforms, tasks });
    if (why === undefined) {
      run.log.say(
        `The image is already in the registry; nothing to build (${repository.uri}:${identity.tag}).`,
      );
      const severity = inputs.failOnSeverity;
      return existingImage(run, { image: same, tags, present, severity, tasks });
    }
    run.log.say(
      `The registry has ${repository.uri}:${identity.tag}, but it can't be used: ${why} Building it again.`,
    );
  }

  // The build needs the login in a moment: read it while Docker answers.
  repository.login?.().catch(() => undefined);
  const { docker, builder } = await engine;
  refuse('builder-unsupported', [
    ...unsupported(builder, { ...inputs, platforms }),
    ...platformsFor({
      asked: inputs.platforms,
      tasks,
      builder,
      dockerfile: dockerfile?.instructions,
      target: inputs.target,
    }).problems,
  ]);
  if (identity.unique !== undefined) {
    run.log.say(`Building without looking for an existing image: ${identity.unique}.`);
  }
  const { own } = findIgnoreFiles(inputs, workspace);
  if (own !== undefined && builder.kind === 'classic') {
    run.log.warning(
      `docker build without buildx doesn't read ${relative(workspace, own)}: files that only it excludes go into the build. Install buildx before this step (docker/setup-buildx-action does), or use .dockerignore.`,
    );
  }
  const labels = labelsOf({ sources, environment, tag: inputs.tags[0], given: inputs.labels });
  return {
    kind: 'to-build',
    newRepository: repository.toCreate,
    what: `${repository.uri}:${identity.tag}`,
    build: (stop) =>
      runBuild(run, {
        docker,
        builder,
        repository,
        inputs,
        dockerfile,
        hasIgnoreFile: hasIgnoreFile(inputs, workspace, builder.kind),
        platforms,
        tasks,
        labels,
        tags,
        present,
        identity,
        note,
        stop,
      }),
  };
}

function refuse(code: 'builder-unsupported' | 'input-invalid', problems: readonly string[]): void {
  if (problems.length > 0) throw new Failure({ code, fault: 'yours', message: problems.join('\n') });
}
