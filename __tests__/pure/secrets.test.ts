import { readParameters } from '../../src/aws/raw/ssm.ts';
import type { Answer } from '../../src/plan/preflight/check.ts';
import { addressOf, batchesOf, judgeParameters } from '../../src/plan/preflight/parameters.ts';
import {
  judgeSecret,
  judgeUnlisted,
  judgeValue,
  parseSecretReference,
} from '../../src/plan/preflight/secrets.ts';
import { ownerOf } from '../../src/plan/preflight/trust-policy.ts';
import type { Json } from '../../src/text/json.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf';
const one = '11111111-1111-4111-8111-111111111111';
const two = '22222222-2222-4222-8222-222222222222';
const versions = { VersionIdsToStages: { [one]: ['AWSPREVIOUS'], [two]: ['AWSCURRENT', 'blue'] } };

it.each([
  [arn, { id: arn, jsonKey: '', versionStage: '', versionId: '' }],
  [`${arn}:user::`, { id: arn, jsonKey: 'user', versionStage: '', versionId: '' }],
  [`${arn}:user:blue:${two}`, { id: arn, jsonKey: 'user', versionStage: 'blue', versionId: two }],
  ['registry/login', { id: 'registry/login', jsonKey: '', versionStage: '', versionId: '' }],
])('%s is read', (valueFrom, reference) => {
  expect(parseSecretReference(valueFrom)).toEqual(reference);
});

describe('a secret', () => {
  it.each<[string, string, Parameters<typeof judgeSecret>[0], Answer | 'unlisted']>([
    ['with a value', '', versions, { state: 'ok' }],
    ['with a stage', `::AWSPREVIOUS:`, versions, { state: 'ok' }],
    ['with a version', `:::${one}`, versions, { state: 'ok' }],
    ['with a version and its stage', `::blue:${two}`, versions, { state: 'ok' }],
    [
      'that is deleted',
      '',
      { ...versions, DeletedDate: new Date() },
      { state: 'wrong', detail: 'It is scheduled for deletion.' },
    ],
    ['without a value', '', { ARN: arn }, { state: 'wrong', detail: 'It has no value yet.' }],
    [
      'without any version',
      '',
      { VersionIdsToStages: {} },
      { state: 'wrong', detail: 'It has no value yet.' },
    ],
    [
      'whose only version is no current one',
      '',
      { VersionIdsToStages: { [one]: ['AWSPENDING'] } },
      { state: 'wrong', detail: 'It has no value yet.' },
    ],
    [
      'without the stage',
      '::green:',
      versions,
      { state: 'wrong', detail: 'It has no version with the stage green.' },
    ],
    [
      'whose version has another stage',
      `::blue:${one}`,
      versions,
      { state: 'wrong', detail: `Its version ${one} has not the stage blue.` },
    ],
    ['whose version has no stage', ':::33333333-3333-4333-8333-333333333333', versions, 'unlisted'],
  ])('%s', (_, suffix, described, answer) => {
    expect(judgeSecret(described, parseSecretReference(`${arn}${suffix}`))).toEqual(answer);
  });

  it.each<[string, Parameters<typeof judgeUnlisted>[0], Answer | undefined]>([
    [`:::${one}`, { Versions: [{ VersionId: one }] }, { state: 'ok' }],
    [
      `::blue:${one}`,
      { Versions: [{ VersionId: one, VersionStages: [] }] },
      { state: 'wrong', detail: `Its version ${one} has not the stage blue.` },
    ],
    [`:::${one}`, { Versions: [{ VersionId: two }] }, undefined],
    [`:::${one}`, {}, undefined],
  ])('with a version that no stage is on: %s in %j', (suffix, page, answer) => {
    expect(judgeUnlisted(page, parseSecretReference(`${arn}${suffix}`))).toEqual(answer);
  });

  it.each<[Parameters<typeof judgeValue>[0], Answer]>([
    [{ SecretString: '{"user":"x"}' }, { state: 'ok' }],
    [{ SecretString: '{"name":"x"}' }, { state: 'wrong', detail: 'Its JSON has no key user.' }],
    [{ SecretString: '{"__proto__":{"user":"x"}}' }, { state: 'wrong', detail: 'Its JSON has no key user.' }],
    [{ SecretString: 'x' }, { state: 'wrong', detail: 'It holds no JSON object, so it has no key user.' }],
    [
      { SecretString: '["user"]' },
      { state: 'wrong', detail: 'It holds no JSON object, so it has no key user.' },
    ],
    [{}, { state: 'wrong', detail: 'It holds no JSON object, so it has no key user.' }],
  ])('of which a key is wanted: %j', (value, answer) => {
    expect(judgeValue(value, 'user')).toEqual(answer);
  });
});

describe('a parameter', () => {
  const owner = ownerOf('arn:aws:ecs:eu-west-1:111122223333:service/main/web');
  const own = 'arn:aws:ssm:eu-west-1:111122223333:parameter';

  it.each([
    ['/web/db', 'eu-west-1', '/web/db', false],
    ['db', 'eu-west-1', 'db', false],
    [`${own}/web/db`, 'eu-west-1', '/web/db', false],
    [`${own}/db`, 'eu-west-1', 'db', false],
    [`${own}/web/db:3`, 'eu-west-1', '/web/db:3', false],
    ['arn:aws:ssm:us-east-1:111122223333:parameter/web/db', 'us-east-1', '/web/db', false],
    [
      'arn:aws:ssm:eu-west-1:444455556666:parameter/db',
      'eu-west-1',
      'arn:aws:ssm:eu-west-1:444455556666:parameter/db',
      true,
    ],
    [
      'arn:aws:ssm:us-east-1:444455556666:parameter/db',
      'us-east-1',
      'arn:aws:ssm:us-east-1:444455556666:parameter/db',
      true,
    ],
  ])('%s is asked for in %s as %s', (reference, region, name, isForeign) => {
    expect(addressOf(reference, owner)).toEqual({ reference, region, name, isForeign });
  });

  it('is asked for with nine others of its region', () => {
    const names = Array.from({ length: 23 }, (_, index) => `p${index}`);
    const elsewhere = 'arn:aws:ssm:us-east-1:111122223333:parameter/db';
    const batches = batchesOf([...names, elsewhere, 'p0'], owner);
    expect(batches.map((batch) => [batch[0]?.region, batch.length])).toEqual([
      ['eu-west-1', 10],
      ['eu-west-1', 10],
      ['eu-west-1', 3],
      ['us-east-1', 1],
    ]);
  });

  it.each<[Json, readonly (readonly [string, Answer])[]]>([
    [
      { Parameters: [{ Name: 'a' }], InvalidParameters: ['b'] },
      [
        ['a', { state: 'ok' }],
        ['b', { state: 'missing' }],
      ],
    ],
    [
      { Parameters: [{ Name: 'b', ARN: 'a' }] },
      [
        ['a', { state: 'ok' }],
        ['b', { state: 'ok' }],
      ],
    ],
    [{ Parameters: [{ Name: 'a', Selector: ':3' }] }, []],
    [{}, []],
  ])('is told by %j', (answer, expected) => {
    expect([...judgeParameters(readParameters(answer), ['a', 'b'])]).toEqual(expected);
  });

  it('is told with its version', () => {
    const answer = { Parameters: [{ Name: 'a', Selector: ':3' }], InvalidParameters: ['a:9'] };
    expect([...judgeParameters(readParameters(answer), ['a:3', 'a:9'])]).toEqual([
      ['a:3', { state: 'ok' }],
      ['a:9', { state: 'missing' }],
    ]);
  });
});
