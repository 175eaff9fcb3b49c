import { passingRefusal, patiently } from '../../src/aws/passing-refusal.ts';

function refusal(name: string, message: string, status = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

const passRole =
  'User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/web because no identity-based policy allows the iam:PassRole action';

describe('a refusal that passes by itself', () => {
  it.each<[string, string, number]>([
    [
      'ClientException',
      'Too many concurrent attempts to create a new revision of the specified family.',
      180,
    ],
    ['LimitExceededException', 'The limit for the resource was exceeded.', 60],
    ['AccessDeniedException', passRole, 30],
    ['ClientException', 'Role is not valid', 60],
    [
      'ClientException',
      "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/web' that was provided for this task.",
      60,
    ],
    [
      'InvalidParameterException',
      'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
      60,
    ],
    ['InvalidParameterException', 'Unable to assume the service linked role.', 60],
    ['IDPCommunicationErrorException', 'The identity provider could not be reached.', 60],
    [
      'InvalidIdentityTokenException',
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
      60,
    ],
  ])('%s: %s', (name, message, seconds) => {
    expect(passingRefusal(refusal(name, message))?.patienceSeconds).toBe(seconds);
  });

  it.each<[string, string, number]>([
    ['ClientException', 'TaskDefinition is inactive', 400],
    ['InvalidIdentityTokenException', 'Incorrect token audience', 400],
    ['ClientException', "Couldn't retrieve verification key", 400],
    ['AccessDeniedException', passRole.replaceAll('iam:PassRole', 'ecs:UpdateService'), 400],
    ['ClientException', 'The family iam:PassRole can not be used', 400],
    ['ServerException', 'Too many concurrent attempts to create a new revision of the family', 500],
    ['ThrottlingException', 'Rate exceeded', 400],
    ['ServiceNotFoundException', 'Role is not valid', 400],
  ])('is not %s: %s', (name, message, status) => {
    expect(passingRefusal(refusal(name, message, status))).toBeUndefined();
  });
});

describe('what waits for it', () => {
  const busy = refusal('ClientException', 'Too many concurrent attempts to create a new revision.');

  function waiting(signal?: AbortSignal) {
    const lines: string[] = [];
    let now = 0;
    const clock = {
      now: () => now,
      random: () => 1,
      sleep: (milliseconds: number) => {
        now += milliseconds;
        return Promise.resolve();
      },
    };
    const calling = {
      clock,
      say: (line: string) => void lines.push(line),
      ...(signal === undefined ? {} : { signal }),
    };
    return { calling, lines, waited: () => now / 1000 };
  }

  function failing(times: number, error: unknown): () => Promise<string> {
    let calls = 0;
    return () => (calls++ < times ? Promise.reject(error) : Promise.resolve(`call ${calls}`));
  }

  it('sends again and says so', async () => {
    const { calling, lines, waited } = waiting();
    expect(await patiently(calling, 'ecs:RegisterTaskDefinition', failing(2, busy))).toBe('call 3');
    expect(waited()).toBe(6);
    expect(lines).toEqual([
      'ecs:RegisterTaskDefinition: ClientException: Too many concurrent attempts to create a new revision. This can pass: another run registers a revision of the same family. Trying again in 2.0 s, for at most 180 s.',
      'ecs:RegisterTaskDefinition: ClientException: Too many concurrent attempts to create a new revision. This can pass: another run registers a revision of the same family. Trying again in 4.0 s, for at most 180 s.',
    ]);
  });

  it('gives up within its bound', async () => {
    const { calling, waited } = waiting();
    const denied = refusal('AccessDeniedException', passRole);
    await expect(patiently(calling, 'x', failing(Number.POSITIVE_INFINITY, denied))).rejects.toBe(denied);
    expect(waited()).toBeLessThanOrEqual(30);
    expect(waited()).toBeGreaterThan(15);
  });

  it('throws every other error at once', async () => {
    const { calling, waited } = waiting();
    const inactive = refusal('ClientException', 'TaskDefinition is inactive');
    await expect(patiently(calling, 'x', failing(1, inactive))).rejects.toBe(inactive);
    expect(waited()).toBe(0);
  });

  it('ends with a cancel', async () => {
    const { calling, waited } = waiting(AbortSignal.abort());
    await expect(patiently(calling, 'x', failing(1, busy))).rejects.toBe(busy);
    expect(waited()).toBe(0);
  });
});
