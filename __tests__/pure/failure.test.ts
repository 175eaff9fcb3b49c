import { asFailure } from '../../src/aws/failure.ts';
import { Failure } from '../../src/process/failure.ts';

function ofSystem(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, errno: -1, syscall: 'write' });
}

function coded(code: string, message: string): Error {
  return Object.assign(new TypeError(message), { code });
}

it('a failure shows no credentials of an address', () => {
  const address = 'tcp://me:s3cret@docker:2376';
  const failure = new Failure({
    code: 'docker-engine-missing',
    fault: 'yours',
    message: `No engine answers at ${address}.`,
    advice: `Is it at ${address}?`,
    detail: [address],
  });
  expect([failure.message, failure.advice, failure.detail]).toEqual([
    'No engine answers at tcp://docker:2376.',
    'Is it at tcp://docker:2376?',
    ['tcp://docker:2376'],
  ]);
});

it.each<[string, unknown, object]>([
  [
    'a full disk',
    ofSystem('ENOSPC', 'ENOSPC: no space left on device, write'),
    {
      code: 'runner-failed',
      message: "The runner's system refuses what this step needs: ENOSPC: no space left on device, write",
      advice: "The runner's disk is full: free space there, or use a runner with a larger disk.",
    },
  ],
  [
    'a file of another user',
    ofSystem('EACCES', 'EACCES: permission denied'),
    { code: 'runner-failed', advice: expect.stringMatching(/permissions/) as string },
  ],
  [
    'too many files',
    ofSystem('EMFILE', 'EMFILE: too many open files'),
    { code: 'runner-failed', advice: expect.stringMatching(/open/) as string },
  ],
  [
    'another error of the system',
    ofSystem('EXDEV', 'EXDEV: cross-device link'),
    { code: 'runner-failed', advice: expect.stringMatching(/own system/) as string },
  ],
  [
    'a key with a line end',
    coded('ERR_INVALID_CHAR', 'Invalid character in header content ["authorization"]'),
    {
      code: 'aws-credentials',
      message: 'AWS_ACCESS_KEY_ID has a line end or another character that no request can carry.',
    },
  ],
  [
    'a session token with a line end',
    coded('ERR_INVALID_CHAR', 'Invalid character in header content ["x-amz-security-token"]'),
    { code: 'aws-credentials', message: expect.stringMatching(/^AWS_SESSION_TOKEN/) as string },
  ],
  [
    'another header',
    coded('ERR_INVALID_CHAR', 'Invalid character in header content ["x"]'),
    { code: 'unexpected', fault: 'ours' },
  ],
  ['a defect of ours', new TypeError('x is undefined'), { code: 'unexpected', fault: 'ours' }],
  ['a text', 'odd http://u:p@h/', { code: 'unexpected', message: 'odd http://h/' }],
  ['no connection', ofSystem('ECONNREFUSED', 'connect ECONNREFUSED'), { code: 'aws-unreachable' }],
])('%s is told as what it is', (_what, error, expected) => {
  expect(asFailure(error)).toMatchObject(expected);
});
