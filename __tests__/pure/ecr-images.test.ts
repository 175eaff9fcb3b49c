import type { BatchGetImageCommandOutput, ECRClient, ImageFailure } from '@aws-sdk/client-ecr';
import { readImages } from '../../src/image/registry/ecr-images.ts';
import { systemClock } from '../../src/process/clock.ts';

const uri = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web';

function read(failure: ImageFailure) {
  const reply: Partial<BatchGetImageCommandOutput> = { images: [], failures: [failure] };
  const ecr = { send: () => Promise.resolve(reply) } as unknown as ECRClient;
  const calling = { clock: systemClock, say: () => undefined };
  return readImages({ ecr, calling, uri, name: 'web', registryId: undefined }, ['v1']);
}

it.each(['ImageNotFound', 'InvalidImageTag', 'InvalidImageDigest', 'UpstreamUnavailable'] as const)(
  '%s means that ECR lacks the image',
  async (failureCode) => {
    expect(await read({ imageId: { imageTag: 'v1' }, failureCode })).toEqual(new Map());
  },
);

it('an image that exists and cannot be read is not reported as missing', async () => {
  await expect(
    read({ imageId: { imageTag: 'v1' }, failureCode: 'KmsError', failureReason: 'The key is disabled.' }),
  ).rejects.toMatchObject({
    code: 'aws-refused',
    message: `ECR can't read the image v1 of ${uri} (KmsError): The key is disabled.`,
  });
});
