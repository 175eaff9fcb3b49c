import { isDigest, isTag, parseReference } from '../reference/image-reference.ts';
import { parsePromotion } from '../reference/promotion.ts';
import { type BuildInputs, buildProblems, givenForBuild, readBuildInputs } from './build.ts';
import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

export interface ImageInputs extends BuildInputs {
  /** An existing image; undefined: build one, or keep the current one. */
  readonly image: string | undefined;
  readonly build: 'auto' | 'true' | 'false';
  readonly repository: string | undefined;
  readonly tags: readonly string[];
  /** Whether to create a missing repository; `immutable`: with tags that can't move. */
  readonly createRepository: 'false' | 'true' | 'immutable';
  /** The policy for a repository that this run creates: `standard`, or a file with a policy in ECR's JSON. */
  readonly lifecyclePolicy: string | undefined;
  /** How long to wait for the input `image` to appear; 0: it has to exist. */
  readonly waitForImageMinutes: number;
  /** Undefined: the scan's findings are ignored. */
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

/** Finds the problems that show without asking Docker or AWS. */
export function imageProblems(inputs: ImageInputs): readonly InputProblem[] {
  const { image, build, repository, tags } = inputs;
  const problems: InputProblem[] = [];
  const refuse = (input: InputName, text: string): void => {
    problems.push({ input, text });
  };
  if (image !== undefined && build === 'true') {
    refuse('build', 'true always builds, but the input image names an existing image. Remove one of them.');
  }
  if (image !== undefined || build === 'false') {
    const why = image === undefined ? 'build is false' : 'the input image names an existing image';
    for (const name of givenForBuild(inputs)) {
      refuse(name, `this input is only for a build, but ${why}. Remove one of them.`);
    }
    for (const name of isCopied(inputs) ? [] : givenForPush(inputs)) {
      refuse(
        name,
        `this input is only for an image that is built or copied, but ${why}. Remove one of them, or set repository to copy the image there.`,
      );
    }
  }
  if (image !== undefined)
    problems.push(...imageProblem(image).map((text): InputProblem => ({ input: 'image', text })));
  if (image === undefined && inputs.waitForImageMinutes > 0) {
    refuse('wait-for-image-minutes', 'this input needs image, which names the image to wait for.');
  }
  if (repository !== undefined) {
    const reference = parseReference(repository);
    if (reference === undefined)
      refuse(
        'repository',
        `${JSON.stringify(repository)} isn't a repository, such as web or 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web.`,
      );
    else if (reference.tag !== undefined || reference.digest !== undefined) {
      refuse('repository', `${repository} names an image. Remove its tag and digest.`);
    }
  }
  for (const tag of tags) {
    if (!isTag(tag) && parseReference(tag) === undefined) {
      refuse(
        'tags',
        `${JSON.stringify(tag)} isn't a tag. A tag has up to 128 letters, digits, "_", "." and "-", and doesn't begin with "." or "-".`,
      );
    }
  }
  if (inputs.lifecyclePolicy !== undefined && inputs.createRepository === 'false') {
    refuse(
      'lifecycle-policy',
      'this input is only for a repository that the action creates. Set create-repository too, or remove it.',
    );
  }
  return [...problems, ...buildProblems(inputs)];
}

/** The inputs that only an image of this run can honor and that are not at their default. */
export function givenForImage(inputs: ImageInputs): readonly InputName[] {
  return [
    ...givenForBuild(inputs),
    ...givenForPush(inputs),
    ...(inputs.repository === undefined ? [] : (['repository'] as const)),
    ...(inputs.failOnSeverity === undefined ? [] : (['fail-on-severity'] as const)),
  ];
}

function givenForPush({ tags, createRepository }: ImageInputs): readonly InputName[] {
  return [
    ...(tags.length > 0 ? (['tags'] as const) : []),
    ...(createRepository === 'false' ? [] : (['create-repository'] as const)),
  ];
}

/** Anything but a bare tag or digest of the repository is copied into it. */
function isCopied({ image, repository }: ImageInputs): boolean {
  return image !== undefined && repository !== undefined && !isDigest(image) && !isTag(image);
}

/** Checks digests first, because `sha256:1234` reads as a repository with a tag, which nobody means. */
function imageProblem(image: string): readonly string[] {
  if (parsePromotion(image) !== undefined) return [];
  if (isDigest(image) || isTag(image)) return [];
  const shown = JSON.stringify(image);
  const atSign = image.lastIndexOf('@');
  const digest = atSign === -1 ? image : image.slice(atSign + 1);
  if ((atSign !== -1 || /^sha(256|384|512):/.test(image)) && !isDigest(digest)) {
    return [`${shown} has an invalid digest. A digest is sha256: and 64 hexadecimal digits.`];
  }
  return parseReference(image) === undefined
    ? [`${shown} isn't an image reference, a tag or a digest. ${adviceOnImage(image)}`]
    : [];
}

function adviceOnImage(image: string): string {
  if (image.includes('://')) return 'Remove the scheme: an image reference has none.';
  if (image !== image.toLowerCase() && parseReference(image.toLowerCase()) !== undefined)
    return 'The name of a repository is in lower case.';
  return 'Write, for example, v1, web:v1 or 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1.';
}

/** The severity of a scan's finding, in ECR's names (documented), worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const;

export type Severity = (typeof severities)[number];
