import { manualClock } from '../../local/base/clock.ts';
import type { Document } from '../../local/server/operation.ts';
import { createSts } from '../../local/sts/sts.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };
const role = { RoleArn: 'arn:aws:iam::123456789012:role/team/deploy', RoleSessionName: 'ci' };

async function assume(input: Document, operation = 'AssumeRole') {
  const clock = manualClock();
  const sts = createSts({ account, clock });
  const answer = await sts.operations[operation]?.(input, { region: 'eu-west-1', accessKeyId: 'local' });
  const credentials: { AccessKeyId: string; SessionToken: string } = Object(answer?.Credentials);
  return { clock, sts, answer, credentials };
}

describe('AssumeRole', () => {
  it('gives credentials that are good for an hour unless asked', async () => {
    const { clock, sts, answer, credentials } = await assume(role);
    expect(answer).toMatchObject({
      Credentials: { Expiration: clock.now() / 1000 + 3600 },
      AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/deploy/ci' },
    });
    const signer = {
      accessKeyId: credentials.AccessKeyId,
      region: 'eu-west-1',
      sessionToken: credentials.SessionToken,
    };
    expect(sts.refuse(signer)).toBeUndefined();
    expect(sts.refuse({ ...signer, sessionToken: 'other' })).toMatchObject({
      code: 'UnrecognizedClientException',
    });
    clock.advance(3600);
    expect(sts.refuse(signer)).toMatchObject({ code: 'ExpiredTokenException' });
  });

  it.each<[string, Document]>([
    ['a role that is none', { ...role, RoleArn: 'deploy' }],
    ['less than 15 minutes', { ...role, DurationSeconds: 899 }],
    ['more than 12 hours', { ...role, DurationSeconds: 43_201 }],
  ])('refuses %s', async (_what, input) => {
    await expect(assume(input)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  it('takes a JWT and refuses what is none', async () => {
    const { answer } = await assume({ ...role, WebIdentityToken: 'a.b.c' }, 'AssumeRoleWithWebIdentity');
    expect(answer).toMatchObject({ Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) } });
    const bad = assume({ ...role, WebIdentityToken: 'abc' }, 'AssumeRoleWithWebIdentity');
    await expect(bad).rejects.toMatchObject({ code: 'InvalidIdentityTokenException' });
  });
});
