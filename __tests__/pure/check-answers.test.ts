import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RawService } from '../../src/aws/raw/endpoint.ts';
import { errorOf } from '../../src/aws/raw/error.ts';
import type { RawReply } from '../../src/aws/raw/request.ts';
import { answerFromError, limitConcurrency } from '../../src/plan/preflight/ask.ts';
import type { Answer } from '../../src/plan/preflight/check.ts';
import { judgeHead } from '../../src/plan/preflight/environment-files.ts';
import { judgeLogGroup } from '../../src/plan/preflight/log-groups.ts';
import { judgeTargetGroup } from '../../src/plan/preflight/target-groups.ts';
import type { JsonObject } from '../../src/text/json.ts';

const byAws = { 'x-amzn-requestid': '1' };
const page = '<!DOCTYPE html><html><body>Blocked<br></body></html>';
const xml = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
const unknown = (detail: string): Answer => ({ state: 'unknown', detail });

describe('an answer that is an error', () => {
  it.each<[RawService, number, string, RawReply['headers'], Answer]>([
    ['ssm', 400, '{"__type":"ResourceNotFoundException","message":"x"}', byAws, { state: 'missing' }],
    ['ssm', 404, '{"__type":"com.amazonaws.ssm#ParameterNotFound"}', byAws, { state: 'missing' }],
    ['ssm', 400, '{}', { ...byAws, 'x-amzn-errortype': 'ParameterNotFound:http://x/' }, { state: 'missing' }],
    ['iam', 404, xml('NoSuchEntity', 'x'), byAws, { state: 'missing' }],
    ['s3', 404, '<Error><Code>NoSuchKey</Code></Error>', {}, { state: 'missing' }],
    ['s3', 404, '<Error><Code>NoSuchBucket</Code></Error>', {}, { state: 'missing' }],
    ['ssm', 400, '{"__type":"AccessDeniedException"}', byAws, unknown('x:Y is not permitted to this job.')],
    ['iam', 403, xml('AccessDenied', 'x'), byAws, unknown('x:Y is not permitted to this job.')],
    [
      'ssm',
      400,
      '{"__type":"AccessDeniedException","Message":"User: u is not authorized to perform: secretsmanager:GetSecretValue on resource: r"}',
      byAws,
      unknown('secretsmanager:GetSecretValue is not permitted to this job.'),
    ],
    [
      'ssm',
      400,
      '{"__type":"AccessDeniedException","Message":"Access to KMS is not allowed"}',
      byAws,
      unknown('kms:Decrypt is not permitted to this job.'),
    ],
    // Not every 403 is a refusal of the action.
    [
      'iam',
      403,
      xml('SignatureDoesNotMatch', 'The request signature does not match.'),
      byAws,
      unknown(
        'AWS does not accept the credentials of this job. SignatureDoesNotMatch: The request signature does not match.',
      ),
    ],
    [
      'iam',
      403,
      xml('InvalidClientTokenId', 'The security token is invalid.'),
      byAws,
      unknown(
        'AWS does not accept the credentials of this job. InvalidClientTokenId: The security token is invalid.',
      ),
    ],
    [
      'iam',
      403,
      xml('ExpiredToken', 'The token has expired.'),
      byAws,
      unknown('The session of this job has ended. ExpiredToken: The token has expired.'),
    ],
    [
      's3',
      403,
      '<Error><Code>RequestTimeTooSkewed</Code><Message>Too large.</Message></Error>',
      {},
      unknown('The clock of this machine is wrong. RequestTimeTooSkewed: Too large.'),
    ],
    [
      'ssm',
      400,
      '{"__type":"InvalidSignatureException","message":"Signature expired: 1 is now earlier than 2"}',
      byAws,
      unknown(
        'The clock of this machine is wrong. InvalidSignatureException: Signature expired: 1 is now earlier than 2',
      ),
    ],
    [
      'ssm',
      400,
      '{"__type":"ThrottlingException","message":"Rate exceeded"}',
      byAws,
      unknown('AWS answered ThrottlingException: Rate exceeded'),
    ],
    ['iam', 403, '', byAws, unknown('HTTP status 403 without an explanation')],
    ['iam', 403, '', {}, unknown("the answer is not AWS's (HTTP status 403)")],
    ['iam', 403, page, {}, unknown("the answer is not AWS's (HTTP status 403)")],
    ['iam', 404, page, {}, unknown("the answer is not AWS's (HTTP status 404)")],
    ['iam', 200, page, {}, unknown("the answer is not AWS's (HTTP status 200)")],
    ['ssm', 200, page, {}, unknown("the answer is not AWS's (HTTP status 200)")],
    ['ssm', 404, page, {}, unknown("the answer is not AWS's (HTTP status 404)")],
    ['ssm', 502, page, {}, unknown("the answer is not AWS's (HTTP status 502)")],
    ['ssm', 200, '[]', byAws, unknown("the answer is not AWS's (HTTP status 200)")],
  ])('of %s: %i %s', (service, status, body, headers, answer) => {
    expect(answerFromError(errorOf(service, { status, body, headers }), 'x:Y')).toEqual(answer);
  });

  it.each<[RawService, string]>([
    ['ssm', '{}'],
    ['iam', '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"></GetRoleResponse>'],
    ['iam', '<?xml version="1.0"?>\n<GetRoleResponse>\n</GetRoleResponse>'],
    ['s3', 'A=1'],
  ])('of %s is none: %s', (service, body) => {
    expect(errorOf(service, { status: 200, headers: {}, body })).toBeUndefined();
  });
});

describe('a file in S3', () => {
  const s3 = { 'x-amz-request-id': '1' };
  it.each<[number, RawReply['headers'], ReturnType<typeof judgeHead>]>([
    [200, s3, { kind: 'told', answer: { state: 'ok' } }],
    [404, s3, { kind: 'told', answer: { state: 'missing' } }],
    [200, {}, { kind: 'told', answer: unknown("the answer is not AWS's (HTTP status 200)") }],
    [404, {}, { kind: 'told', answer: unknown("the answer is not AWS's (HTTP status 404)") }],
    [301, { ...s3, 'x-amz-bucket-region': 'us-east-2' }, { kind: 'elsewhere', region: 'us-east-2' }],
    [307, { ...s3, 'x-amz-bucket-region': 'us-east-2' }, { kind: 'elsewhere', region: 'us-east-2' }],
    [400, { ...s3, 'x-amz-bucket-region': 'us-east-2' }, { kind: 'elsewhere', region: 'us-east-2' }],
    [400, { ...s3, 'x-amz-bucket-region': 'eu-west-1' }, { kind: 'refused' }],
    [403, { ...s3, 'x-amz-bucket-region': 'us-east-2' }, { kind: 'refused' }],
    [403, s3, { kind: 'refused' }],
    [500, s3, { kind: 'refused' }],
  ])('%i %j', (status, headers, verdict) => {
    expect(judgeHead({ status, headers }, 'eu-west-1')).toEqual(verdict);
  });
});

describe('a log group', () => {
  const missing: Answer = { state: 'missing', detail: 'Create it, or set awslogs-create-group to true.' };
  const created: Answer = {
    state: 'ok',
    detail: 'It is created by the first task; the execution role needs logs:CreateLogGroup.',
  };
  it.each<[readonly string[], JsonObject, Answer]>([
    [['/ecs/web', '/ecs/web-2'], {}, { state: 'ok' }],
    [['/ecs/web-2'], {}, missing],
    [[], { 'awslogs-create-group': 'false' }, missing],
    [[], { 'awslogs-create-group': 'yes' }, missing],
    ...['true', 'True', 'TRUE', 't', 'T', '1'].map((create): [readonly string[], JsonObject, Answer] => [
      [],
      { 'awslogs-create-group': create },
      created,
    ]),
  ])('%j with %j', (names, more, answer) => {
    const groups = names.map((logGroupName) => ({ logGroupName }));
    expect(judgeLogGroup(groups, { 'awslogs-group': '/ecs/web', ...more })).toEqual(answer);
  });
});

describe('a target group', () => {
  it.each<[TargetGroup | undefined, Answer]>([
    [undefined, { state: 'missing' }],
    [{ TargetType: 'ip', LoadBalancerArns: ['arn'] }, { state: 'ok' }],
    [{ TargetType: 'ip' }, { state: 'ok', detail: 'No load balancer uses it yet.' }],
    [
      { TargetType: 'instance', LoadBalancerArns: ['arn'] },
      {
        state: 'wrong',
        detail:
          "Its target type is instance; tasks on Fargate need ip. It can't be changed: make a new target group.",
      },
    ],
  ])('%j', (group, answer) => {
    expect(judgeTargetGroup(group)).toEqual(answer);
  });
});

it('many questions are asked a few at a time, also when some of them fail', async () => {
  const turn = limitConcurrency(5);
  let running = 0;
  let most = 0;
  const asked = Array.from({ length: 30 }, (_, index) =>
    turn(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (index % 3 === 0) throw new Error(`${index}`);
      return index;
    }),
  );
  const answers = await Promise.allSettled(asked);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect([most, running]).toEqual([5, 0]);
});
