import type { Json, JsonObject } from '../../src/aws/json.ts';
import { refused } from '../../src/checks/check.ts';
import { trustsTasks } from '../../src/checks/roles.ts';

const statement = (members: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
  ...members,
});

describe('a trust policy', () => {
  it.each<[string, Json, boolean]>([
    ['of one statement', { Statement: statement() }, true],
    ['of several', { Statement: [statement({ Effect: 'Deny' }), statement()] }, true],
    [
      'with lists',
      {
        Statement: [
          statement({
            Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] },
            Action: ['sts:TagSession', 'sts:AssumeRole'],
          }),
        ],
      },
      true,
    ],
    ['for all', { Statement: [statement({ Principal: '*', Action: 'sts:*' })] }, true],
    ['in China', { Statement: statement({ Principal: { Service: 'ecs-tasks.amazonaws.com.cn' } }) }, true],
    [
      'for another service',
      { Statement: [statement({ Principal: { Service: 'ecs.amazonaws.com' } })] },
      false,
    ],
    [
      'for a user',
      { Statement: [statement({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })] },
      false,
    ],
    ['for web identities', { Statement: [statement({ Action: 'sts:AssumeRoleWithWebIdentity' })] }, false],
    ['that denies', { Statement: [statement({ Effect: 'Deny' })] }, false],
    ['that is none', 'x', false],
  ])('%s', (_, policy, trusts) => {
    expect(trustsTasks(policy)).toBe(trusts);
  });
});

describe('an answer that is an error', () => {
  it.each([
    [400, '{"__type":"ResourceNotFoundException","message":"x"}', { state: 'missing' }],
    [400, '{"__type":"com.amazonaws.ssm#ParameterNotFound"}', { state: 'missing' }],
    [404, '<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>', { state: 'missing' }],
    [
      400,
      '{"__type":"AccessDeniedException"}',
      { state: 'unknown', detail: 'x:Y is not permitted to this job.' },
    ],
    [403, '', { state: 'unknown', detail: 'x:Y is not permitted to this job.' }],
    [
      400,
      '{"__type":"ThrottlingException"}',
      { state: 'unknown', detail: 'AWS answered ThrottlingException.' },
    ],
    [502, '<html>', { state: 'unknown', detail: 'AWS answered with status 502.' }],
  ])('%i %s', (status, body, answer) => {
    expect(refused(status, body, 'x:Y')).toEqual(answer);
  });
});
