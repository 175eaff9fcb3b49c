import type { ImageBuild } from './build.ts';

/** The arguments that both ways of building share, the context last. */
export function commonArguments(build: ImageBuild): readonly string[] {
  return [
    ...build.tags.map((tag) => `--tag=${build.repository}:${tag}`),
    ...(build.file === undefined ? [] : [`--file=${build.file}`]),
    ...(build.target === undefined ? [] : [`--target=${build.target}`]),
    ...(build.platform === undefined ? [] : [`--platform=${build.platform}`]),
    ...build.buildArgs.map((assignment) => `--build-arg=${assignment}`),
    ...build.labels.map((label) => `--label=${label}`),
    ...(build.noCache ? ['--no-cache'] : []),
    ...(build.pull ? ['--pull'] : []),
    // What follows is no option, whatever it begins with.
    '--',
    build.context,
  ];
}
