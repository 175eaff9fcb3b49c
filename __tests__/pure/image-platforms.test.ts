import { checkPlatforms, whyUnsuitable } from '../../src/image/registry/image-platforms.ts';
import type { RegistryImage } from '../../src/image/registry/repository.ts';

const uri = 'r/web@sha256:1';

function imageOf(manifest: object, config?: object): RegistryImage {
  return {
    uri,
    digest: 'sha256:1',
    manifest: JSON.stringify(manifest),
    readBlob: () => Promise.resolve(config && JSON.stringify(config)),
    addTag: () => Promise.resolve(true),
    refuseFindings: () => Promise.resolve(),
  };
}

const child = (platform?: object) => ({ digest: 'sha256:2', platform });
const amd = { os: 'linux', architecture: 'amd64' };
const arm = { os: 'linux', architecture: 'arm64' };
const attestation = { os: 'unknown', architecture: 'unknown' };
const single = { config: { digest: 'sha256:3' } };

async function check(image: RegistryImage, ...tasks: string[]) {
  const said: string[] = [];
  const refused = await checkPlatforms(image, tasks, (line) => said.push(line)).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { said, refused };
}

describe('the platform of an image', () => {
  it.each([
    ['an index for both', imageOf({ manifests: [child(amd), child(arm)] })],
    ['a single image', imageOf(single, arm)],
    ['an index with an attestation', imageOf({ manifests: [child(arm), child(attestation)] })],
  ])('is accepted for the tasks: %s', async (_, image) => {
    expect(await check(image, 'linux/arm64')).toEqual({ said: [], refused: undefined });
  });

  it.each([
    ['an index', imageOf({ manifests: [child(amd), child(attestation)] }), 'linux/amd64'],
    ['a single image', imageOf(single, amd), 'linux/amd64'],
    ['an index of attestations', imageOf({ manifests: [child(attestation)] }), 'no platform'],
  ])('is refused when the tasks run on another: %s', async (_, image, own) => {
    expect(await check(image, 'linux/arm64')).toEqual({
      said: [],
      refused: `${uri} is for ${own}, and the task definition runs on linux/arm64.`,
    });
  });

  it.each([
    ['an index that names none', imageOf({ manifests: [child()] }), 'its manifest names none.'],
    [
      'an index that names only some',
      imageOf({ manifests: [child(amd), child()] }),
      'its manifest names none.',
    ],
    ['an unknown manifest', imageOf({}), 'its manifest names none.'],
    ['no download', imageOf(single), 'ECR offers no download of its configuration.'],
    ['a configuration without it', imageOf(single, {}), 'its configuration names none.'],
  ])('is unknown, which the log says and nothing is refused for: %s', async (_, image, why) => {
    expect(await check(image, 'linux/arm64')).toEqual({
      said: [`The platform of ${uri} wasn't checked: ${why}`],
      refused: undefined,
    });
  });

  it('is unknown when the configuration cannot be downloaded', async () => {
    const image = { ...imageOf(single), readBlob: () => Promise.reject(new Error('Denied.')) };
    expect(await check(image, 'linux/arm64')).toEqual({
      said: [`The platform of ${uri} wasn't checked: Denied.`],
      refused: undefined,
    });
  });
});

describe('an image of an earlier build', () => {
  const log = { say: () => undefined };
  const ask = (image: RegistryImage, platforms: readonly string[], task: string) =>
    whyUnsuitable({ log } as never, { image, platforms, tasks: [task] });

  it.each([
    ['fits', ['linux/amd64'], 'linux/amd64', undefined],
    [
      'lacks a platform to build for',
      ['linux/amd64', 'linux/arm64'],
      'linux/amd64',
      'it lacks one of linux/amd64, linux/arm64.',
    ],
    [
      'lacks the platform of the tasks',
      ['linux/amd64'],
      'linux/arm64',
      `${uri} is for linux/amd64, and the task definition runs on linux/arm64.`,
    ],
  ])('%s', async (_, platforms, task, why) => {
    expect(await ask(imageOf({ manifests: [child(amd)] }), platforms, task)).toBe(why);
  });
});
