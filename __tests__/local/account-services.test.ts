import { type Fargate, startFargate } from '../../local/fargate.ts';
import { openAws } from '../../src/aws/clients.ts';
import { answerFromError, type CheckContext } from '../../src/plan/preflight/ask.ts';
import type { Answer } from '../../src/plan/preflight/check.ts';
import { checkEnvironmentFile } from '../../src/plan/preflight/environment-files.ts';
import { batchesOf, checkParameters } from '../../src/plan/preflight/parameters.ts';
import { checkRole } from '../../src/plan/preflight/roles.ts';
import { checkSecret } from '../../src/plan/preflight/secrets.ts';
import { ownerOf } from '../../src/plan/preflight/trust-policy.ts';
import { systemClock } from '../../src/process/clock.ts';

let fargate: Fargate;
let asking: CheckContext;
const before = { ...process.env };

beforeAll(async () => {
  fargate = await startFargate({ runtime: 'simulated' });
  Object.assign(process.env, fargate.environment);
  asking = { aws: openAws('eu-west-1', systemClock), clock: systemClock };
});
afterAll(async () => {
  process.env = before;
  await fargate.close();
});

const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const parameter = 'arn:aws:ssm:eu-west-1:123456789012:parameter/web/db';
const owner = ownerOf('arn:aws:ecs:eu-west-1:123456789012:service/main/web');

/** What is not there is told by an error. */
async function told(asked: Promise<Answer>): Promise<Answer> {
  return asked.catch((error: unknown) => answerFromError(error, 'x:Y'));
}

async function parameters(...references: readonly string[]): Promise<readonly Answer['state'][]> {
  const answers = await Promise.all(
    batchesOf(references, owner).map((batch) => checkParameters(asking, batch)),
  );
  const all = new Map(answers.flatMap((some) => [...some]));
  return references.map((reference) => all.get(reference)?.state ?? 'unknown');
}

describe('what the account has besides ECS, asked by signed requests', () => {
  it('is there unless it is said', async () => {
    expect(await checkRole(asking, 'arn:aws:iam::123456789012:role/task', owner)).toEqual({ state: 'ok' });
    expect(await checkSecret(asking, secret)).toEqual({ state: 'ok' });
    expect(await checkEnvironmentFile(asking, 'arn:aws:s3:::config/a b/prod.env')).toEqual({ state: 'ok' });
  });

  it('and is missing where it is', async () => {
    for (const name of ['gone', `${secret}2`, 'config/a b/gone.env'])
      fargate.accountServices.missing.add(name);
    expect(await told(checkRole(asking, 'arn:aws:iam::123456789012:role/gone', owner))).toEqual({
      state: 'missing',
    });
    expect(await told(checkSecret(asking, `${secret}2`))).toEqual({ state: 'missing' });
    expect(await checkEnvironmentFile(asking, 'arn:aws:s3:::config/a b/gone.env')).toEqual({
      state: 'missing',
    });
  });

  it('of parameters has those alone that it was given', async () => {
    const asked = [parameter, '/web/db', 'db', '/web/gone', parameter.replace('/db', '/gone')];
    expect(await parameters(...asked)).toEqual(Array.from(asked, () => 'missing'));
    fargate.accountServices.parameters.add('/web/db');
    expect(await parameters(...asked)).toEqual(['ok', 'ok', 'missing', 'missing', 'missing']);
  });

  it('is told from what has the same name', async () => {
    expect(await checkRole(asking, 'arn:aws:iam::123456789012:role/team/task', owner)).toEqual({
      state: 'missing',
      detail: 'There is arn:aws:iam::123456789012:role/task instead.',
    });
    const foreign = 'arn:aws:iam::444455556666:role/task';
    expect(await checkRole(asking, foreign, owner)).toMatchObject({ state: 'wrong' });
    // Here a parameter has the name of one that another account does not share.
    const other = 'arn:aws:ssm:eu-west-1:444455556666:parameter/web/db';
    expect(await parameters(other, parameter)).toEqual(['unknown', 'ok']);
  });

  it('asks for another region there', async () => {
    await parameters('arn:aws:ssm:us-east-1:123456789012:parameter/web/db');
    expect(fargate.calls.of('GetParameters').at(-1)).toMatchObject({
      region: 'us-east-1',
      input: { Names: ['/web/db'] },
    });
  });

  it('shows no content of a secret, only whether it has a key', async () => {
    fargate.accountServices.secretStrings.set(secret, '{"user":"hunter2"}');
    expect(await checkSecret(asking, `${secret}:user::`)).toEqual({ state: 'ok' });
    expect(await checkSecret(asking, `${secret}:name:AWSCURRENT:`)).toEqual({
      state: 'wrong',
      detail: 'Its JSON has no key name.',
    });
    fargate.accountServices.secretStrings.set(secret, 'hunter2');
    expect(await checkSecret(asking, `${secret}:user::`)).toEqual({
      state: 'wrong',
      detail: 'It holds no JSON object, so it has no key user.',
    });
    fargate.accountServices.secretStrings.delete(secret);
    expect(await checkSecret(asking, `${secret}:user::`)).toEqual({
      state: 'unknown',
      detail: 'secretsmanager:GetSecretValue is not permitted to this job.',
    });
  });

  const old = '00000000-0000-4000-8000-00000000000a';
  const bare = '00000000-0000-4000-8000-00000000000b';
  const two = { versions: { [old]: ['AWSPREVIOUS'], [bare]: [], c: ['AWSCURRENT'] } };

  it.each([
    ['has no value', {}, '', 'It has no value yet.'],
    ['has no value, but is to have a key', {}, ':user::', 'It has no value yet.'],
    ['has a value for another stage', two, '::blue:', 'It has no version with the stage blue.'],
    [
      'has a value for another stage, with a key',
      two,
      ':user:blue:',
      'It has no version with the stage blue.',
    ],
    ['has another version', two, ':::gone', 'It has no version gone.'],
    ['has another version, with a key', two, ':user::gone', 'It has no version gone.'],
    ['is deleted', { ...two, isDeleted: true }, '', 'It is scheduled for deletion.'],
    ['is deleted, with a key', { ...two, isDeleted: true }, ':user::', 'It is scheduled for deletion.'],
    ['has the stage', two, '::AWSPREVIOUS:', undefined],
    ['has the version', two, `:::${old}`, undefined],
    ['has the version, without a stage', two, `:::${bare}`, undefined],
  ])('of a secret tells that it %s', async (_, state, suffix, detail) => {
    const states = fargate.accountServices.secretStates;
    states.set(secret, { versions: {}, ...state });
    fargate.accountServices.secretStrings.set(secret, '{"user":"hunter2"}');
    expect(await told(checkSecret(asking, `${secret}${suffix}`))).toEqual(
      detail === undefined ? { state: 'ok' } : { state: 'wrong', detail },
    );
    states.clear();
  });
});
