import { type Fargate, startFargate } from '../../local/fargate.ts';
import { openAws } from '../../src/aws/clients.ts';
import type { Asking } from '../../src/checks/check.ts';
import { checkEnvironmentFile } from '../../src/checks/environment-files.ts';
import { checkRole } from '../../src/checks/roles.ts';
import { checkSecret } from '../../src/checks/secrets.ts';
import { systemClock } from '../../src/clock.ts';

let fargate: Fargate;
let asking: Asking;
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

describe('what the account has besides ECS, asked by signed requests', () => {
  it('is there unless it is said', async () => {
    expect(await checkRole(asking, 'arn:aws:iam::123456789012:role/task')).toEqual({ state: 'ok' });
    for (const value of [secret, parameter, '/web/db', 'db']) {
      expect(await checkSecret(asking, value)).toEqual({ state: 'ok' });
    }
    expect(await checkEnvironmentFile(asking, 'arn:aws:s3:::config/a b/prod.env')).toEqual({ state: 'ok' });
  });

  it('and is missing where it is', async () => {
    const gone = [
      'gone',
      `${secret}2`,
      '/gone',
      '/web/gone',
      'arn:aws:ssm:eu-west-1:123456789012:parameter/web/gone',
    ];
    for (const name of [...gone, 'config/a b/gone.env']) fargate.accountServices.missing.add(name);
    expect(await checkRole(asking, 'arn:aws:iam::123456789012:role/gone')).toEqual({ state: 'missing' });
    for (const value of gone.slice(1)) expect(await checkSecret(asking, value)).toEqual({ state: 'missing' });
    expect(await checkEnvironmentFile(asking, 'arn:aws:s3:::config/a b/gone.env')).toEqual({
      state: 'missing',
    });
  });

  it('is told from what has the same name', async () => {
    expect(await checkRole(asking, 'arn:aws:iam::123456789012:role/team/task')).toEqual({
      state: 'missing',
      detail: 'There is arn:aws:iam::123456789012:role/task instead.',
    });
    // A parameter that goes by its name alone.
    fargate.accountServices.missing.add(parameter);
    expect(await checkSecret(asking, parameter)).toEqual({ state: 'ok' });
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
});
