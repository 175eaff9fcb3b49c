import type { Builder } from '../../docker/builder.ts';
import { runsOn } from '../registry/manifest.ts';
import { commandOnTarget, type Instruction } from '../source/dockerfile.ts';
import { describeBuilder } from './capabilities.ts';

/** The platforms to build for, and sentences about those that can't be built or don't fit the task. */
export interface Platforms {
  readonly platforms: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Chooses the platforms to build for.
 *
 * @param options.asked the input `platforms`
 * @param options.tasks the platforms of the task definitions
 * @param options.dockerfile its instructions; undefined if it can't be read before the build
 */
export function platformsFor(options: {
  readonly asked: readonly string[];
  readonly tasks: readonly string[];
  readonly builder: Builder;
  readonly dockerfile: readonly Instruction[] | undefined;
  readonly target: string | undefined;
}): Platforms {
  const { asked, tasks, builder, dockerfile, target } = options;
  const platforms = asked.length === 0 ? tasks : asked;
  const problems = tasks
    .filter((task) => !platforms.some((platform) => runsOn(platform, task)))
    .map(
      (task) =>
        `platforms: the task definition runs on ${task}, but the image would be for ${platforms.join(', ')}. Add ${task} to platforms, or change the task definition's runtimePlatform.`,
    );
  // A builder that was never started doesn't report its platforms; and an image without a RUN needs no such processor.
  const hasPlatform = (platform: string): boolean => builder.platforms.some((own) => runsOn(own, platform));
  const command = dockerfile === undefined ? undefined : commandOnTarget(dockerfile, target, hasPlatform);
  const lacking = platforms.filter((platform) => !hasPlatform(platform));
  if (builder.platforms.length === 0 || command === undefined || lacking.length === 0) {
    return { platforms, problems };
  }
  return {
    platforms,
    problems: [
      ...problems,
      `${asked.length === 0 ? 'The task definition' : 'platforms'} asks for ${lacking.join(', ')}, but ${describeBuilder(builder)} runs only ${builder.platforms.join(', ')}, and line ${command.line} of the Dockerfile runs a command there. Use a runner of that architecture (for ARM: runs-on: ubuntu-24.04-arm), or register QEMU before this step (docker/setup-qemu-action).`,
    ],
  };
}
