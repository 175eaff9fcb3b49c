import type { ImageChange } from '../../src/image/registry/image-change.ts';
import type { ImageInputs } from '../../src/inputs/image.ts';
import { decideImage, type ImageFacts, imageToReplace } from '../../src/plan/decide/image.ts';
import { Failure } from '../../src/process/failure.ts';
import { buildInputs } from './a-build.ts';

const inputs: ImageInputs = {
  image: undefined,
  build: 'auto',
  ...buildInputs,
  repository: undefined,
  tags: [],
  createRepository: 'false',
  lifecyclePolicy: undefined,
  waitForImageMinutes: 0,
  failOnSeverity: undefined,
};

function facts(given: Partial<ImageInputs>, part: Partial<ImageFacts> = {}): ImageFacts {
  return {
    inputs: { ...inputs, ...given },
    isPromoted: false,
    current: 'registry.example/web:1',
    hasDockerfile: true,
    dockerfile: '/checkout/Dockerfile',
    isWorkspaceEmpty: false,
    isForOthers: false,
    asks: nothing,
    ...part,
  };
}

function failureOf(given: ImageFacts): Failure {
  try {
    decideImage(given);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('nothing was thrown');
}

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const nothing = { ofTaskDefinition: false, ofService: false };
const variables = { ofTaskDefinition: true, ofService: false };
const counts = { ofTaskDefinition: false, ofService: true };
const build: ImageChange = { kind: 'build', repository: 'registry.example/web' };
const ecr = (account: string, region: string) => `${account}.dkr.ecr.${region}.amazonaws.com`;
const ours = `${ecr('111122223333', 'eu-west-1')}/web`;
const theirs = `${ecr('444455556666', 'eu-west-1')}/web`;
const copied = (repository: string, tagOrDigest: string, to: string): ImageChange => ({
  kind: 'copy',
  repository,
  tagOrDigest,
  to,
});
const existing = (repository: string, tagOrDigest: string): ImageChange => ({
  kind: 'existing',
  repository,
  tagOrDigest,
});

describe('the image', () => {
  it.each<[string, Partial<ImageInputs>, Partial<ImageFacts>, ImageChange]>([
    ['is built when there is a Dockerfile', {}, {}, build],
    ['is built when that is demanded', { build: 'true' }, {}, build],
    ['is built with other changes too', {}, { asks: variables }, build],
    [
      'is built for the repository of the input',
      { repository: 'other.example/team/web' },
      {},
      { kind: 'build', repository: 'other.example/team/web' },
    ],
    [
      'is built for the repository of the input where the task definition names no image',
      { repository: 'web' },
      { current: undefined },
      { kind: 'build', repository: 'web' },
    ],
    [
      'is built for the repository of an image by digest',
      {},
      { current: `registry.example:5000/team/web@${digest}` },
      { kind: 'build', repository: 'registry.example:5000/team/web' },
    ],
    ['exists by a bare tag', { image: 'v1.2' }, {}, existing('registry.example/web', 'v1.2')],
    ['exists by a bare digest', { image: digest }, {}, existing('registry.example/web', digest)],
    [
      'exists by a tag of the repository of the input',
      { image: 'v1', repository: 'web' },
      {},
      existing('web', 'v1'),
    ],
    ['exists by tag', { image: 'other.example/api:2' }, {}, existing('other.example/api', '2')],
    [
      'exists by digest',
      { image: `other.example/api:2@${digest}` },
      {},
      existing('other.example/api', digest),
    ],
    ['exists without tag', { image: 'team/api' }, {}, existing('team/api', 'latest')],
    [
      'exists, whatever Dockerfile there is',
      { image: 'team/api:1', build: 'false' },
      {},
      existing('team/api', '1'),
    ],
    [
      'exists, though the task definition names none',
      { image: 'team/api:1' },
      { current: undefined },
      existing('team/api', '1'),
    ],
    [
      'is copied to the repository of the input',
      { image: `${theirs}:v1`, repository: ours },
      {},
      copied(theirs, 'v1', ours),
    ],
    [
      'is copied to a repository by its name',
      { image: theirs, repository: 'web' },
      {},
      copied(theirs, 'latest', 'web'),
    ],
    [
      'is not copied to where it is',
      { image: `${theirs}@${digest}`, repository: theirs },
      { isPromoted: true, current: `${ours}:1` },
      existing(theirs, digest),
    ],
    [
      'is not copied where nobody names a repository',
      { image: `${theirs}@${digest}` },
      { current: `${ours}:1` },
      existing(theirs, digest),
    ],
    [
      'is copied to the repository of the service when another runs it in another account',
      { image: `${theirs}@${digest}` },
      { isPromoted: true, current: `${ours}:1` },
      copied(theirs, digest, ours),
    ],
    [
      'is copied when it runs in another region',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: `${ecr('111122223333', 'us-east-1')}/web:1` },
      copied(ours, digest, `${ecr('111122223333', 'us-east-1')}/web`),
    ],
    [
      'is not copied within a registry, by whichever name',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: '111122223333.dkr-ecr.eu-west-1.on.aws/shop:1' },
      existing(ours, digest),
    ],
    [
      'is copied to the account’s own repository though one of Docker Hub has its name',
      { image: 'docker.io/team/web:1', repository: 'team/web' },
      {},
      copied('docker.io/team/web', '1', 'team/web'),
    ],
    [
      'is copied to a registry that is not known',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: 'registry.example/web:1' },
      copied(ours, digest, 'registry.example/web'),
    ],
    [
      'is not copied for a service that runs nothing that is known',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: undefined },
      existing(ours, digest),
    ],
    [
      'is not copied for a service whose images are not in ECR',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: 'ghcr.io/team/web:1' },
      existing(ours, digest),
    ],
    [
      'is not copied for a service that runs an image of Docker Hub',
      { image: `${ours}@${digest}` },
      { isPromoted: true, current: 'nginx:1' },
      existing(ours, digest),
    ],
  ])('%s', (_what, given, part, expected) => {
    expect(decideImage(facts(given, part))).toEqual(expected);
  });

  it.each<[string, Partial<ImageInputs>, Partial<ImageFacts>, Failure['code'], string]>([
    [
      'a Dockerfile that is demanded and missing',
      { build: 'true' },
      { hasDockerfile: false, asks: variables },
      'dockerfile-missing',
      'There is no Dockerfile at /checkout/Dockerfile, and no image is named.',
    ],
    [
      'nothing to deploy',
      {},
      { hasDockerfile: false },
      'dockerfile-missing',
      'There is no Dockerfile at /checkout/Dockerfile, and no image is named.',
    ],
    [
      'a build without a repository',
      {},
      { current: undefined },
      'repository-missing',
      'The task definition names no image from which the repository could be taken.',
    ],
    [
      'a build for an image that is none',
      {},
      { current: '${IMAGE}' },
      'repository-missing',
      'The task definition names no image from which the repository could be taken.',
    ],
    [
      'a bare tag without a repository',
      { image: 'v1' },
      { current: undefined },
      'repository-missing',
      'The task definition names no image from which the repository could be taken.',
    ],
    [
      'an image that is none',
      { image: 'Team/API:1 ' },
      {},
      'input-invalid',
      'image: "Team/API:1 " is no image reference, no tag and no digest.',
    ],
    [
      'a tag with a colon before it',
      { image: ':v1' },
      {},
      'input-invalid',
      'image: ":v1" is no image reference, no tag and no digest.',
    ],
    [
      'a digest that is none',
      { image: 'team/api@sha256:12' },
      {},
      'input-invalid',
      'image: "team/api@sha256:12" is no image reference, no tag and no digest.',
    ],
  ])('is not to be had: %s', (_what, given, part, code, message) => {
    expect(failureOf(facts(given, part))).toMatchObject({ code, fault: 'yours', message });
  });

  it('names the input that a missing repository needs', () => {
    const { advice } = failureOf(facts({}, { current: undefined }));
    expect(advice).toBe('Name the repository with the input repository.');
  });

  it('names both ways out when there is no Dockerfile', () => {
    const { advice } = failureOf(facts({}, { hasDockerfile: false }));
    expect(advice).toMatch(/Check out the repository.*input image/);
  });
});

/** What becomes of a run that names no image, by whether there is a Dockerfile, what is asked, and how `build` is set. */
describe('without an image named', () => {
  const noDockerfile: Partial<ImageFacts> = { hasDockerfile: false };
  const noCheckout: Partial<ImageFacts> = { hasDockerfile: false, isWorkspaceEmpty: true };
  const missing = (why: string): string => `There is no Dockerfile at /checkout/Dockerfile, and ${why}.`;
  const unnamed = (why: string): string =>
    `build is false and image is empty, so there is no new image to deploy, and ${why}.`;
  const kept = 'kept: no-dockerfile';
  const wanted = 'kept: build-is-false';

  it.each<[string, Partial<ImageInputs>, Partial<ImageFacts>, string]>([
    // build: auto, nothing where the Dockerfile is looked for, though a repository is checked out
    ['nothing is asked', {}, noDockerfile, missing('no image is named')],
    ['a variable is asked', {}, { ...noDockerfile, asks: variables }, kept],
    ['a count is asked', {}, { ...noDockerfile, asks: counts }, kept],
    [
      'the context differs',
      { context: 'ap' },
      { ...noDockerfile, asks: variables },
      missing('context would be ignored without a build'),
    ],
    [
      'several inputs of a build differ',
      { file: 'Dockerfil', tags: ['v1'], repository: 'web', failOnSeverity: 'high' },
      { ...noDockerfile, asks: counts },
      missing('file, tags, repository and fail-on-severity would be ignored without a build'),
    ],
    [
      'another container waits for the image',
      {},
      { ...noDockerfile, isForOthers: true, asks: variables },
      missing('images (with build) would be ignored without a build'),
    ],
    // build: auto, nothing checked out
    ['nothing is asked or checked out', {}, noCheckout, missing('no image is named')],
    [
      'a variable is asked without a checkout',
      {},
      { ...noCheckout, asks: variables },
      missing('the workspace is empty'),
    ],
    ['a count is asked without a checkout', {}, { ...noCheckout, asks: counts }, kept],
    [
      'the repository differs without a checkout',
      { repository: 'web' },
      { ...noCheckout, asks: counts },
      missing('repository would be ignored without a build'),
    ],
    // build: true
    [
      'a build is demanded, and a count',
      { build: 'true' },
      { ...noCheckout, asks: counts },
      missing('no image is named'),
    ],
    // build: false, as with an `image` that arrives empty
    [
      'no build is wanted and nothing asked',
      { build: 'false' },
      {},
      unnamed('no other input asks for a change'),
    ],
    ['no build is wanted, but a variable', { build: 'false' }, { asks: variables }, wanted],
    [
      'no build is wanted, but a variable, without a checkout',
      { build: 'false' },
      { ...noCheckout, asks: variables },
      wanted,
    ],
    [
      'no build is wanted, but a count',
      { build: 'false', repository: 'web' },
      { ...noDockerfile, asks: counts },
      wanted,
    ],
    [
      'no build is wanted, but a scan',
      { build: 'false', failOnSeverity: 'high' },
      { asks: variables },
      unnamed('fail-on-severity would be ignored'),
    ],
    [
      'no build is wanted, but its image',
      { build: 'false' },
      { isForOthers: true, asks: variables },
      unnamed('images (with build) would be ignored'),
    ],
  ])('%s', (_what, given, part, expected) => {
    const end = (): string => {
      try {
        const decided = decideImage(facts(given, part));
        return decided.kind === 'keep' ? `kept: ${decided.why.kind}` : decided.kind;
      } catch (error) {
        return error instanceof Failure ? error.message : String(error);
      }
    };
    expect(end()).toBe(expected);
  });

  it('needs no image that is known to be kept', () => {
    const part = { hasDockerfile: false, current: undefined, asks: counts };
    expect(decideImage(facts({}, part))).toEqual({
      kind: 'keep',
      why: { kind: 'no-dockerfile', lookedAt: '/checkout/Dockerfile' },
    });
  });
});

describe('the image whose repository is meant', () => {
  const placeholders = ['web', 'web:latest', 'team/web', '<IMAGE>', 'PLACEHOLDER', '', undefined];

  it.each(placeholders)('of a task definition with %j is that of what runs', (written) => {
    expect(imageToReplace(written, ours)).toBe(ours);
  });

  it.each<[string | undefined, string | undefined, string | undefined]>([
    [`${theirs}:1`, ours, `${theirs}:1`],
    ['localhost:5000/web', ours, 'localhost:5000/web'],
    ['team/web:2', 'team/web:1', 'team/web:2'],
    ['team/web:2', undefined, 'team/web:2'],
    [undefined, 'web:1', 'web:1'],
    [undefined, undefined, undefined],
  ])('of one with %j, where %j runs, is %j', (written, running, meant) => {
    expect(imageToReplace(written, running)).toBe(meant);
  });
});
