import { failureOfCopy } from '../../src/image/copy/copy-failure.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const places = { from: `one.example/team/web@${digest}`, repository: 'two.example/web' };

// Seen from buildx 0.33 and from engines 20.10 and 29.
it.each<[string, string, 'from' | undefined, string, RegExp]>([
  [
    'the target refuses the login',
    'ERROR: copy sha256:12 from one.example/team/web@sha256:12 to two.example/web:1: unexpected status from HEAD request to https://two.example/v2/web/blobs/sha256:34: 401 Unauthorized',
    undefined,
    'push-denied',
    /^one\.example\/team\/web@sha256:0123456789abcdef[0-9a-f]+ can't be copied to two\.example\/web \(exit code 1\): /,
  ],
  [
    'the source refuses the login',
    'ERROR: unexpected status from HEAD request to https://one.example/v2/team/web/manifests/sha256:12: 401 Unauthorized',
    undefined,
    'pull-denied',
    /can't be read to copy it/,
  ],
  [
    'the source has no such image',
    'ERROR: one.example/team/web@sha256:12: not found',
    undefined,
    'image-missing',
    /can't be read to copy it/,
  ],
  [
    'the engine may not pull',
    'Error response from daemon: Get "https://one.example/v2/team/web/manifests/sha256:12": no basic auth credentials',
    'from',
    'pull-denied',
    /can't be read to copy it/,
  ],
  [
    'the engine finds no such image',
    'Error response from daemon: manifest for one.example/team/web@sha256:12 not found: manifest unknown: Requested image not found',
    'from',
    'image-missing',
    /can't be read to copy it/,
  ],
  [
    'the target has no such repository',
    "name unknown: The repository with name 'web' does not exist in the registry with id '123456789012'",
    undefined,
    'repository-missing',
    /can't be copied/,
  ],
  [
    'the tag may not move',
    "tag invalid: The image tag '1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
    undefined,
    'image-tag-immutable',
    /can't be copied/,
  ],
  [
    'nobody answers',
    'ERROR: failed to do request: Head "https://two.example/v2/web/blobs/sha256:34": dial tcp: connection refused',
    undefined,
    'copy-failed',
    /can't be copied/,
  ],
])('a copy fails because %s', (_why, line, at, code, message) => {
  const failure = failureOfCopy(
    { exitCode: 1, lines: ['#1 pushing', line.replaceAll('sha256:12', digest)] },
    places,
    at,
  );
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
});
