import { isDigest, isTag, parseReference } from '../reference/image-reference.ts';
import { parsePromotion } from '../reference/promotion.ts';
import { type BuildInputs, buildProblems, givenForBuild, readBuildInputs } from './build.ts';
import type { InputReader } from './reader.ts';

export interface ImageInputs extends BuildInputs {
  /** The reference of an image that exists; undefined: build, or keep what runs. */
  readonly image: string | undefined;
  readonly build: 'auto' | 'true' | 'false';
  readonly repository: string | undefined;
  readonly tags: readonly string[];
  /** Whether a missing repository is created; `immutable`: so that its tags can't move. */
  readonly createRepository: 'false' | 'true' | 'immutable';
  /** The policy of a repository that is created: `standard`, or a file with a policy as ECR takes it. */
  readonly lifecyclePolicy: string | undefined;
  /** How long an image that is named may take to come; 0: it has to be there. */
  readonly waitForImageMinutes: number;
  /** Undefined: findings don't matter. */
  readonly failOnSeverity: Severity | undefined;
}

export function readImageInputs(read: InputReader): ImageInputs {
  return {
    image: read.optional('image'),
    build: read.choice('build', ['auto', 'true', 'false'], 'auto'),
    repository: read.optional('repository'),
    tags: read.commaList('tags'),
    createRepository: read.choice('create-repository', ['false', 'true', 'immutable'], 'false'),
    lifecyclePolicy: read.optional('lifecycle-policy'),
    waitForImageMinutes: read.number('wait-for-image-minutes', 0, { most: 60 }),
    failOnSeverity: readSeverity(read),
    ...readBuildInputs(read),
  };
}

function readSeverity(read: InputReader): Severity | undefined {
  const severity = read.choice('fail-on-severity', ['none', ...severities], 'none');
  return severity === 'none' ? undefined : severity;
}

/** Finds the problems of these inputs that show before anything is looked up. */
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
    for (const name of isCopied(inputs) ? [] : givenForPush(inputs)) {
      problems.push(
        `${why} and ${name} exclude each other: only an image that is built, or copied to the repository that is named, takes ${name}`,
      );
    }
  }
  if (image !== undefined) problems.push(...imageProblem(image));
  if (image === undefined && inputs.waitForImageMinutes > 0) {
    problems.push('wait-for-image-minutes is for an image that comes from elsewhere: name it with image');
  }
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
  if (inputs.lifecyclePolicy !== undefined && inputs.createRepository === 'false') {
    problems.push(
      'lifecycle-policy is for a repository that this action creates: set create-repository as well, or leave it out',
    );
  }
  return [...problems, ...buildProblems(inputs)];
}

/** The names of inputs that only an image of this run can honour and that are not at their default. */
export function givenForImage(inputs: ImageInputs): readonly string[] {
  return [
    ...givenForBuild(inputs),
    ...givenForPush(inputs),
    ...(inputs.repository === undefined ? [] : ['repository']),
    ...(inputs.failOnSeverity === undefined ? [] : ['fail-on-severity']),
  ];
}

function givenForPush({ tags, createRepository }: ImageInputs): readonly string[] {
  return [
    ...(tags.length > 0 ? ['tags'] : []),
    ...(createRepository === 'false' ? [] : ['create-repository']),
  ];
}

/** A bare tag or digest is one of the repository that is named; anything else is copied into it. */
function isCopied({ image, repository }: ImageInputs): boolean {
  return image !== undefined && repository !== undefined && !isDigest(image) && !isTag(image);
}

/** A text such as `sha256:1234` reads as a repository with a tag; nobody means that. */
function imageProblem(image: string): readonly string[] {
  if (parsePromotion(image) !== undefined) return [];
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

/** How bad a finding of a scan is: ECR's own names (documented), the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const;

export type Severity = (typeof severities)[number];
