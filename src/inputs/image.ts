import { isDigest, isTag, parseReference } from '../image/reference.ts';
import type { InputReader } from './reader.ts';

export interface ImageInputs {
  /** The reference of an image that exists; undefined: build, or keep what runs. */
  readonly image: string | undefined;
  readonly build: 'auto' | 'true' | 'false';
  readonly context: string;
  readonly file: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly repository: string | undefined;
  readonly tags: readonly string[];
  readonly createRepository: boolean;
}

export function readImageInputs(read: InputReader): ImageInputs {
  return {
    image: read.optional('image'),
    build: read.choice('build', ['auto', 'true', 'false'], 'auto'),
    context: read.text('context', '.'),
    file: read.optional('file'),
    target: read.optional('target'),
    buildArgs: read.list('build-args'),
    labels: read.list('labels'),
    noCache: read.flag('no-cache', false),
    pull: read.flag('pull', false),
    repository: read.optional('repository'),
    tags: read.list('tags'),
    createRepository: read.flag('create-repository', false),
  };
}

/** What can be said about these inputs before anything is looked at. */
export function imageProblems(inputs: ImageInputs): readonly string[] {
  const { image, build, repository, tags } = inputs;
  const problems: string[] = [];
  if (image !== undefined && build === 'true') {
    problems.push('image and build: true exclude each other: image names one that exists, build makes one');
  }
  if (image !== undefined || build === 'false') {
    const why = image === undefined ? 'build: false' : 'image';
    for (const name of givenForBuild(inputs)) {
      problems.push(`${why} and ${name} exclude each other: only a build takes ${name}`);
    }
  }
  if (image !== undefined) problems.push(...imageProblem(image));
  if (repository !== undefined) {
    const reference = parseReference(repository);
    if (reference === undefined) problems.push(`repository: ${JSON.stringify(repository)} is no repository`);
    else if (reference.tag !== undefined || reference.digest !== undefined) {
      problems.push(`repository: ${repository} names an image; leave its tag and digest out`);
    }
  }
  for (const tag of tags) {
    if (!isTag(tag) && parseReference(tag) === undefined) {
      problems.push(
        `tags: ${JSON.stringify(tag)} is not a tag (up to 128 letters, digits, "_", "." and "-", not "." or "-" first)`,
      );
    }
  }
  for (const label of inputs.labels) {
    if (!/^[^=\s]+=/.test(label)) problems.push(`labels: ${JSON.stringify(label)} is not NAME=VALUE`);
  }
  return problems;
}

/** Inputs that only a build reads and that are not at their default. */
function givenForBuild(inputs: ImageInputs): readonly string[] {
  const given: readonly [string, boolean][] = [
    ['tags', inputs.tags.length > 0],
    ['context', inputs.context !== '.'],
    ['file', inputs.file !== undefined],
    ['target', inputs.target !== undefined],
    ['build-args', inputs.buildArgs.length > 0],
    ['labels', inputs.labels.length > 0],
    ['no-cache', inputs.noCache],
    ['pull', inputs.pull],
    ['create-repository', inputs.createRepository],
  ];
  return given.flatMap(([name, isGiven]) => (isGiven ? [name] : []));
}

/** A text such as `sha256:1234` reads as a repository with a tag; nobody means that. */
function imageProblem(image: string): readonly string[] {
  if (isDigest(image) || isTag(image)) return [];
  const shown = JSON.stringify(image);
  const atSign = image.lastIndexOf('@');
  const digest = atSign === -1 ? image : image.slice(atSign + 1);
  if ((atSign !== -1 || /^sha(256|384|512):/.test(image)) && !isDigest(digest)) {
    return [`image: ${shown} has a digest that is not sha256: and 64 hexadecimal digits`];
  }
  return parseReference(image) === undefined
    ? [`image: ${shown} is no image reference, no tag and no digest`]
    : [];
}
