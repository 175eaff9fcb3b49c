import { array, assert, constantFrom, property } from 'fast-check';
import { readRole } from '../../src/aws/raw/iam.ts';
import type { Answer } from '../../src/plan/preflight/check.ts';
import { judgeRole } from '../../src/plan/preflight/roles.ts';
import { judgeTrust, ownerOf } from '../../src/plan/preflight/trust-policy.ts';
import type { Json, JsonObject } from '../../src/text/json.ts';

const owner = ownerOf('arn:aws:ecs:eu-west-1:111122223333:service/main/web');
const service = { Service: 'ecs-tasks.amazonaws.com' };
const statement = (members: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Principal: service,
  Action: 'sts:AssumeRole',
  ...members,
});
const one = (members: JsonObject): Json => ({ Version: '2012-10-17', Statement: [statement(members)] });
const denied = (members: JsonObject): Json => ({
  Statement: [statement(), statement({ Effect: 'Deny', ...members })],
});
const account = { StringEquals: { 'aws:SourceAccount': '111122223333' } };

describe('a trust policy', () => {
  it.each<[Answer['state'], string, Json | undefined]>([
    ['ok', 'of one statement', { Statement: statement() }],
    [
      'ok',
      'of several',
      { Statement: [statement({ Principal: { AWS: 'arn:aws:iam::1:root' } }), statement()] },
    ],
    [
      'ok',
      'with lists',
      one({
        Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] },
        Action: ['sts:TagSession', 'sts:AssumeRole'],
      }),
    ],
    ['ok', 'for everybody', one({ Principal: '*', Action: 'sts:*' })],
    ['ok', 'for everybody, as accounts', one({ Principal: { AWS: '*' } })],
    ['ok', 'for everybody, as a list of accounts', one({ Principal: { AWS: ['*'] } })],
    ['ok', 'for every service', one({ Principal: { Service: '*' } })],
    ['ok', 'with the action in small letters', one({ Action: 'sts:assumerole' })],
    ['ok', 'with the action in capitals', one({ Action: 'STS:ASSUMEROLE' })],
    ['ok', 'with a pattern', one({ Action: 'sts:Assume*' })],
    ['ok', 'with a pattern of signs', one({ Action: 'sts:AssumeRol?' })],
    ['ok', 'with a pattern in front', one({ Action: '*:AssumeRole' })],
    ['ok', 'with every action', one({ Action: '*' })],
    ['ok', 'with every action but another', one({ Action: undefined, NotAction: 'sts:TagSession' })],
    ['ok', 'in China', one({ Principal: { Service: 'ecs-tasks.amazonaws.com.cn' } })],
    ['ok', 'for its own account', one({ Condition: account })],
    [
      'ok',
      'as ECS recommends it',
      one({
        Condition: { ...account, ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:*' } },
      }),
    ],
    [
      'ok',
      'for one of its accounts',
      one({ Condition: { StringEquals: { 'aws:sourceaccount': ['4', '111122223333'] } } }),
    ],
    ['ok', 'with a denial of something else', denied({ Action: 'sts:TagSession' })],
    ['ok', 'with a denial for somebody else', denied({ Principal: { Service: 'ec2.amazonaws.com' } })],
    ['wrong', 'for another service', one({ Principal: { Service: 'ecs.amazonaws.com' } })],
    ['wrong', 'for a name that only begins so', one({ Principal: { Service: 'ecs-tasksx.amazonaws.com' } })],
    ['wrong', 'for a user', one({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })],
    ['wrong', 'for web identities', one({ Action: 'sts:AssumeRoleWithWebIdentity' })],
    ['wrong', 'for a longer action', one({ Action: 'sts:AssumeRole?' })],
    ['wrong', 'that only denies', one({ Effect: 'Deny' })],
    ['wrong', 'with a denial', denied({})],
    ['wrong', 'with a denial for everybody', denied({ Principal: '*', Action: '*' })],
    [
      'wrong',
      'with a denial of all but something else',
      denied({ Action: undefined, NotAction: 'sts:TagSession' }),
    ],
    ['wrong', 'with every action but this', one({ Action: undefined, NotAction: 'sts:Assume*' })],
    ['wrong', 'without statements', { Version: '2012-10-17', Statement: [] }],
    ['wrong', 'without anything', {}],
    [
      'unknown',
      'with a condition that nobody here knows',
      one({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    ],
    [
      'unknown',
      'for another account',
      one({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } }),
    ],
    [
      'unknown',
      'for one cluster',
      one({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:cluster/main' } } }),
    ],
    [
      'unknown',
      'for another region',
      one({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:us-east-1:111122223333:*' } } }),
    ],
    [
      'unknown',
      'with one condition of two met',
      one({ Condition: { ...account, Null: { 'aws:SourceIp': 'true' } } }),
    ],
    [
      'unknown',
      'with a denial on a condition',
      denied({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ],
    [
      'unknown',
      'with a denial for all but somebody',
      denied({ Principal: undefined, NotPrincipal: service }),
    ],
    ['unknown', 'for the name in another partition', one({ Principal: { Service: 'ecs-tasks.c2s.ic.gov' } })],
    ['unknown', 'that can not be read', undefined],
    ['unknown', 'that is a text', 'x'],
  ])('is %s %s', (state, _, policy) => {
    expect(judgeTrust(policy, owner).state).toBe(state);
  });

  it('is weighed at once, whatever its patterns are', () => {
    const pattern = `${'*?'.repeat(20_000)}x`;
    expect(judgeTrust(one({ Action: pattern }), owner).state).toBe('wrong');
  });

  it('that surely denies is never ok, and one that allows nothing neither', () => {
    const known = constantFrom<JsonObject>(
      {},
      { Effect: 'Deny' },
      { Effect: 'Deny', Condition: { Bool: { a: 'b' } } },
      { Condition: { Bool: { a: 'b' } } },
      { Action: 'sts:TagSession' },
      { Principal: { Service: 'ec2.amazonaws.com' } },
    );
    assert(
      property(array(known, { maxLength: 6 }), (members) => {
        const { state } = judgeTrust({ Statement: members.map(statement) }, owner);
        const has = (effect: string, isOpen: boolean): boolean =>
          members.some(
            ({ Effect = 'Allow', Condition, Action, Principal }) =>
              Effect === effect &&
              (Condition !== undefined) === isOpen &&
              Action === undefined &&
              Principal === undefined,
          );
        const allowed = has('Allow', false) ? 'ok' : has('Allow', true) ? 'unknown' : 'wrong';
        const weighed = has('Deny', true) && allowed === 'ok' ? 'unknown' : allowed;
        expect(state).toBe(has('Deny', false) ? 'wrong' : weighed);
      }),
    );
  });
});

describe('a role', () => {
  const arn = 'arn:aws:iam::111122223333:role/task';
  const answer = (found: string, policy: string): string =>
    `<GetRoleResponse><GetRoleResult><Role><Arn>${found}</Arn><AssumeRolePolicyDocument>${policy}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`;
  const trusting = encodeURIComponent(JSON.stringify({ Statement: [statement()] }));

  it.each<[string, Answer]>([
    [answer(arn, trusting), { state: 'ok' }],
    [
      answer(arn.replace('task', 'team/task'), trusting),
      { state: 'missing', detail: 'There is arn:aws:iam::111122223333:role/team/task instead.' },
    ],
    [
      answer(arn.replace('task', 'Task'), trusting),
      { state: 'unknown', detail: 'There is arn:aws:iam::111122223333:role/Task instead.' },
    ],
    [answer(arn, '%7B%22'), { state: 'unknown', detail: 'Its trust policy cannot be read.' }],
    [answer(arn, '%E0%A4%A'), { state: 'unknown', detail: 'Its trust policy cannot be read.' }],
    ['<GetRoleResponse/>', { state: 'unknown', detail: 'IAM did not tell its ARN and its trust policy.' }],
  ])('%s', (body, expected) => {
    expect(judgeRole(arn, readRole(body), owner)).toEqual(expected);
  });
});
