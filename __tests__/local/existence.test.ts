import { createServer, type RequestListener, type Server } from 'node:http';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import type { Fault } from '../../local/server/faults.ts';
import { portOf } from '../../local/server/server.ts';
import { openAws } from '../../src/aws/clients.ts';
import type { Sessions } from '../../src/aws/session.ts';
import type { Change } from '../../src/plan/decide/change.ts';
import type { Check } from '../../src/plan/preflight/check.ts';
import { checkExistence } from '../../src/plan/preflight/existence.ts';
import { findingsOfChecks } from '../../src/plan/preflight/findings.ts';
import { checkPermissions } from '../../src/plan/preflight/permissions.ts';
import { type Clock, systemClock } from '../../src/process/clock.ts';
import type { Run } from '../../src/run/run.ts';
import type { JsonObject } from '../../src/text/json.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const before = { ...process.env };
let fargate: Fargate;
let targetGroup = '';
const manyParameters = Array.from({ length: 60 }, (_, index) => `/web/p${index}`);
let files: Server;
let fileAnswer: RequestListener = (_, response) => response.end();

beforeAll(async () => {
  fargate = await startFargate({ runtime: 'simulated' });
  files = createServer((request, response) => fileAnswer(request, response));
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  const s3 = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${portOf(files.address())}` };
  Object.assign(process.env, fargate.environment, s3);
});
beforeEach(() => {
  fargate.faults.clear();
  fargate.accountServices.missing.clear();
  for (const name of ['/web/db', ...manyParameters]) fargate.accountServices.parameters.add(name);
  fargate.accountServices.trustPolicies.clear();
  fargate.accountServices.secretStrings.clear();
});
afterAll(async () => {
  process.env = before;
  files.closeAllConnections();
  files.close();
  await fargate.close();
});

/** What needs one thing: members of the task definition, of its container, or of the service. */
interface Needs {
  readonly task?: JsonObject;
  readonly container?: JsonObject;
  readonly targetGroupArn?: string;
  /** A provider of the requested capacity provider strategy. */
  readonly provider?: string;
  /** What runs. */
  readonly running?: JsonObject;
}

/** On this clock no answer is too late for the 6 s that a check has, so that a busy machine changes no verdict. */
const patient: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === 6000 ? 600_000 : ms, signal),
};

/** The checks that such a change makes, for a service each. */
async function checksOf(
  services: readonly Needs[],
  clock: Clock = patient,
  sessions?: Sessions,
): Promise<readonly Check[]> {
  // Only these parts of a change and of a run are looked at.
  const change = {
    image: { kind: 'kept' },
    services: services.map(({ task, container, targetGroupArn, provider, running = {} }) => ({
      seen: {
        name: 'web',
        arn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
        service: { loadBalancers: targetGroupArn === undefined ? [] : [{ targetGroupArn }] },
        clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/demand',
        taskDefinition: running,
      },
      taskDefinition: { document: { ...task, containerDefinitions: [{ name: 'app', ...container }] } },
      update: {
        kind: 'update',
        settings: {
          request:
            provider === undefined ? {} : { capacityProviderStrategy: [{ capacityProvider: provider }] },
        },
      },
    })),
  } as unknown as Change;
  const run = {
    aws: openAws('eu-west-1', systemClock, sessions),
    clock,
    log: { say: () => undefined },
    signal: new AbortController().signal,
  } as unknown as Run;
  return checkExistence(run, change, []);
}

/** The one check that such a change makes. */
async function check(needs: Needs, clock: Clock = patient): Promise<Check> {
  const checks = await checksOf([needs], clock);
  expect(checks).toHaveLength(1);
  return checks[0] as Check;
}

const image = (name: string): Needs => ({ container: { image: `${fargate.registryHost}/web${name}` } });
const logGroup = (name: string, more: JsonObject = {}): Needs => ({
  container: {
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': name, 'awslogs-region': 'eu-west-1', ...more },
    },
  },
});
const secret = (valueFrom: string): Needs => ({ container: { secrets: [{ name: 'DB', valueFrom }] } });
const role: Needs = { task: { taskRoleArn: 'arn:aws:iam::123456789012:role/task' } };
const file: Needs = {
  container: { environmentFiles: [{ value: 'arn:aws:s3:::config/prod.env', type: 's3' }] },
};

/** What passes is tried again at once, until it counts. */
function swift(): Clock {
  let now = Date.now();
  return {
    ...systemClock,
    now: () => now,
    sleep: (ms, signal) => {
      if (ms === 6000) return patient.sleep(ms, signal);
      now += ms;
      return Promise.resolve();
    },
  };
}

/** What a change needs, and the call that asks for it. */
const kinds: readonly (readonly [what: string, operation: string, needs: () => Needs])[] = [
  ['image of app', 'BatchGetImage', () => image(':v1')],
  ['task role', 'GetRole', () => role],
  ['secret DB of app', 'DescribeSecret', () => secret(secretArn)],
  ['secret DB of app', 'GetSecretValue', () => secret(`${secretArn}:user::`)],
  ['secret DB of app', 'GetParameters', () => secret('/web/db')],
  ['log group of app', 'DescribeLogGroups', () => logGroup('/ecs/web')],
  ['target group of web', 'DescribeTargetGroups', () => ({ targetGroupArn: targetGroup })],
];

describe('what has to be there', () => {
  beforeAll(async () => {
    const ecr = new ECRClient({ region: 'eu-west-1' });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    ecr.destroy();
    fargate.images.put('web', { tags: ['v1'] });
    fargate.images.put('web', { tags: ['arm'], platform: 'linux/arm64' });
    fargate.logs.createGroup('/ecs/web');
    targetGroup = await createTargetGroup();
  });
  beforeEach(() => {
    fargate.accountServices.secretStrings.set(secretArn, '{"user":"s3cr3t"}');
  });

  it.each(kinds)('%s (%s) is there', async (what, _, needs) => {
    expect(await check(needs())).toMatchObject({ what, state: 'ok' });
  });

  it.each(
    kinds.flatMap(([what, operation, needs]) =>
      (
        [
          [{ kind: 'denied' }, /permitted to this job\.$/],
          [{ kind: 'throttle' }, /Throttling|Rate exceeded/],
          [{ kind: 'server-error' }, /./],
          [{ kind: 'reset-before' }, /./],
        ] as const
      ).map(([fault, detail]) => [what, operation, fault.kind, needs, fault as Fault, detail] as const),
    ),
  )('%s (%s) can not be known: %s', async (what, operation, _kind, needs, fault, detail) => {
    fargate.faults.add({ operation, fault, times: 'always' });
    const found = await check(needs(), swift());
    expect(found).toMatchObject({ what, state: 'unknown', detail: expect.stringMatching(detail) });
    expect(findingsOfChecks([found])).toEqual([]);
  });

  it.each(kinds)('%s (%s) is not waited for long', async (what, operation, needs) => {
    fargate.faults.add({ operation, fault: { kind: 'hang' }, times: 'always' });
    const slept: number[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep: (ms) => {
        slept.push(ms);
        return systemClock.sleep(300);
      },
    };
    expect(await check(needs(), clock)).toMatchObject({
      what,
      state: 'unknown',
      detail: 'AWS did not answer in 6 s.',
    });
    expect(slept).toContain(6000);
  });

  it('is missing when AWS has it not', async () => {
    fargate.accountServices.missing.add('task').add(secretArn);
    fargate.accountServices.parameters.delete('/web/db');
    const gone = targetGroup.replace('/web/', '/gone/');
    expect(await check(image(':gone'))).toMatchObject({ state: 'missing' });
    expect(await check(image('-gone:v1'))).toMatchObject({ state: 'missing' });
    expect(await check(role)).toMatchObject({ state: 'missing' });
    expect(await check(secret(secretArn))).toMatchObject({ state: 'missing', name: secretArn });
    expect(await check(secret(`${secretArn}:user::`))).toMatchObject({ state: 'missing' });
    expect(await check(secret('/web/db'))).toMatchObject({ state: 'missing', name: '(not shown)' });
    // A longer name that begins so is another one.
    expect(await check(logGroup('/ecs/we'))).toMatchObject({ state: 'missing' });
    expect(await check({ targetGroupArn: gone })).toMatchObject({ state: 'missing', name: gone });
  });

  it('is wrong when it can not be used', async () => {
    fargate.accountServices.trustPolicies.set('task', {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    expect(await check(image(':arm'))).toMatchObject({ state: 'wrong' });
    expect(await check(role)).toMatchObject({ state: 'wrong' });
    expect(await check(secret(`${secretArn}:name::`))).toMatchObject({ state: 'wrong' });
    expect(await check(secret('hunter 2'))).toMatchObject({ state: 'wrong', name: '(not shown)' });
  });

  it('is a capacity provider that the cluster has', async () => {
    expect(await check({ provider: 'FARGATE' })).toMatchObject({ state: 'unknown' });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const ecs = new ECSClient({ endpoint: fargate.endpoint, region: 'eu-west-1', credentials });
    await ecs.send(new CreateClusterCommand({ clusterName: 'demand', capacityProviders: ['FARGATE'] }));
    expect(await check({ provider: 'FARGATE' })).toMatchObject({ state: 'ok' });
    expect(await check({ provider: 'FARGATE_SPOT' })).toMatchObject({
      what: 'capacity provider of web',
      state: 'wrong',
      detail: expect.stringMatching(/^The cluster has FARGATE: associate it/),
      inUse: false,
    });
  });

  it('is told as what runs already, whatever its place', async () => {
    fargate.accountServices.missing.add('task');
    const asks = { task: { taskRoleArn: 'arn:aws:iam::123456789012:role/task' } };
    expect(await check(asks)).toMatchObject({ state: 'missing', inUse: false });
    const running = { executionRoleArn: asks.task.taskRoleArn };
    expect(await check({ ...asks, running })).toMatchObject({ state: 'missing', inUse: true });
  });

  it('need not be there when it is made by the first task', async () => {
    for (const create of ['true', 'True']) {
      const needs = logGroup('/ecs/new', { 'awslogs-create-group': create });
      expect(await check(needs)).toMatchObject({ state: 'ok' });
    }
  });

  it('is asked for by its digest', async () => {
    const digest = fargate.images.put('web', { tags: ['by-digest'] });
    expect(await check(image(`@${digest}`))).toMatchObject({ state: 'ok' });
  });

  it('is judged for every platform that is to run it', async () => {
    const amd = image(':v1');
    const arm = { ...amd, task: { runtimePlatform: { cpuArchitecture: 'ARM64' } } };
    for (const services of [
      [amd, arm],
      [arm, amd],
    ]) {
      expect((await checksOf(services)).map(({ state }) => state).toSorted()).toEqual(['ok', 'wrong']);
    }
    expect(await checksOf([amd, amd])).toHaveLength(1);
  });

  it('is asked for in each region', async () => {
    const there = logGroup('/ecs/web');
    const elsewhere = logGroup('/ecs/web', { 'awslogs-region': 'us-east-1' });
    for (const services of [
      [there, elsewhere],
      [elsewhere, there],
    ]) {
      const checks = await checksOf(services);
      expect(new Map(checks.map(({ what, state }) => [what, state]))).toEqual(
        new Map([
          ['log group of app', 'ok'],
          ['log group of app in us-east-1', 'missing'],
        ]),
      );
    }
  });

  it('has the login for its registry', async () => {
    const credentials = (credentialsParameter: string): Needs => ({
      container: { repositoryCredentials: { credentialsParameter } },
    });
    const what = 'registry credentials of app';
    expect(await check(credentials(secretArn))).toMatchObject({ what, state: 'ok', name: secretArn });
    expect(await check(credentials('login'))).toMatchObject({ what, state: 'ok', name: 'login' });
    fargate.accountServices.missing.add(secretArn).add('hunter2');
    expect(await check(credentials(secretArn))).toMatchObject({ what, state: 'missing', name: secretArn });
    expect(await check(credentials('hunter2'))).toMatchObject({
      what,
      state: 'missing',
      name: '(not shown)',
    });
  });
});

describe('many parameters', () => {
  const many: Needs = {
    container: { secrets: manyParameters.map((name) => ({ name: name.slice(5), valueFrom: name })) },
  };

  it('are asked for ten at once', async () => {
    fargate.calls.clear();
    fargate.accountServices.parameters.delete('/web/p37');
    const checks = await checksOf([many]);
    expect(checks.filter(({ state }) => state !== 'ok').map(({ what, state }) => [what, state])).toEqual([
      ['secret p37 of app', 'missing'],
    ]);
    expect(fargate.calls.count('GetParameters')).toBe(6);
  });

  it('are asked for again when AWS limits the rate', async () => {
    fargate.faults.add({ operation: 'GetParameters', fault: { kind: 'throttle' }, times: 4 });
    const clock: Clock = {
      ...systemClock,
      // The patience itself is not at stake.
      sleep: (ms, signal) => patient.sleep(ms >= 6000 ? ms : Math.min(ms, 10), signal),
    };
    expect(new Set((await checksOf([many], clock)).map(({ state }) => state))).toEqual(new Set(['ok']));
  });

  it('are asked for one by one when one of them is refused', async () => {
    fargate.faults.add({ operation: 'GetParameters', fault: { kind: 'denied' } });
    expect(new Set((await checksOf([many])).map(({ state }) => state))).toEqual(new Set(['ok']));
  });
});

describe('many of a kind', () => {
  it('are all told', async () => {
    fargate.accountServices.missing.add(secretArn);
    const valueFroms = Array.from({ length: 30 }, (_, index) => `${secretArn.slice(0, -2)}${10 + index}`);
    const secrets = [...valueFroms, secretArn].map((valueFrom, index) => ({ name: `S${index}`, valueFrom }));
    const checks = await checksOf([{ container: { secrets } }]);
    expect(checks.map(({ state }) => state)).toEqual([...Array<string>(30).fill('ok'), 'missing']);
  });
});

describe('a session that has ended', () => {
  it('is renewed, and what was asked is asked again', async () => {
    const renewed: string[] = [];
    const session = (accessKeyId: string) => ({
      accessKeyId,
      secretAccessKey: 's',
      sessionToken: 't',
      endsAt: new Date(Date.now() + 3_600_000),
    });
    const sessions: Sessions = {
      current: () => Promise.resolve(session(renewed.length === 0 ? 'OLD' : 'NEW')),
      renew: (refused) => {
        renewed.push(refused);
        return Promise.resolve(session('NEW'));
      },
    };
    fargate.faults.add({ operation: 'GetRole', fault: { kind: 'expired' } });
    expect(await checksOf([role], patient, sessions)).toMatchObject([{ state: 'ok' }]);
    expect(renewed).toEqual(['OLD']);
    expect(fargate.calls.of('GetRole').at(-1)?.accessKeyId).toBe('NEW');
  });
});

describe('the permissions of this job', () => {
  const change = {
    image: { kind: 'kept' },
    services: [
      {
        seen: { arn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web' },
        taskDefinition: { kind: 'same' },
        update: { kind: 'update' },
      },
    ],
  } as unknown as Change;

  it.each([
    ['GetCallerIdentity', 'It cannot be told who this job is for IAM.'],
    ['SimulatePrincipalPolicy', 'IAM did not answer in 6 s.'],
  ])('are not waited for long: %s', async (operation, detail) => {
    fargate.faults.add({ operation, fault: { kind: 'hang' }, times: 'always' });
    const clock: Clock = { ...systemClock, sleep: () => systemClock.sleep(300) };
    const checks = await checkPermissions({ aws: openAws('eu-west-1', systemClock), clock }, change);
    expect(checks.map(({ name, state, detail: said }) => [name, state, said])).toEqual([
      ['ecs:UpdateService', 'unknown', detail],
      ['ecs:DescribeServiceDeployments', 'unknown', detail],
      ['ecs:StopServiceDeployment', 'unknown', detail],
    ]);
  });
});

describe('a file in S3', () => {
  const answer =
    (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): RequestListener =>
    ({ method }, response) => {
      response.writeHead(status, { 'x-amz-request-id': '1', ...headers });
      response.end(method === 'HEAD' ? '' : body);
    };
  const error = (code: string): string => `<Error><Code>${code}</Code><Message>Said S3.</Message></Error>`;
  const unsaid =
    (status: number): RequestListener =>
    (_, response) => {
      response.writeHead(status).end('<html>');
    };
  const unknown = (detail: string): Partial<Check> => ({ state: 'unknown', detail });

  it.each<[string, RequestListener, Partial<Check>]>([
    ['is there', answer(200), { state: 'ok' }],
    ['is missing', answer(404), { state: 'missing' }],
    [
      'may not be known',
      answer(403, {}, error('AccessDenied')),
      unknown(
        's3:GetObject is not permitted to this job. Without s3:ListBucket, AWS says so of a missing file too.',
      ),
    ],
    [
      'is asked for with a bad signature',
      answer(403, {}, error('SignatureDoesNotMatch')),
      unknown('AWS does not accept the credentials of this job. SignatureDoesNotMatch: Said S3.'),
    ],
    [
      'is asked for in a session that has ended',
      answer(400, {}, error('ExpiredToken')),
      unknown('The session of this job has ended. ExpiredToken: Said S3.'),
    ],
    ['fails', answer(500), unknown('HTTP status 500 without an explanation')],
    ['is not in S3, for a page says so', unsaid(404), unknown("the answer is not AWS's (HTTP status 404)")],
    ['is in S3, for a page says so', unsaid(200), unknown("the answer is not AWS's (HTTP status 200)")],
    ['is behind a page', unsaid(403), unknown("the answer is not AWS's (HTTP status 403)")],
    [
      'is in a bucket of another region',
      (request, response) => {
        const isThere = request.headers.authorization?.includes('/us-east-2/s3/') === true;
        const headers = { 'x-amz-request-id': '1', 'x-amz-bucket-region': 'us-east-2' };
        response.writeHead(isThere ? 200 : 301, headers).end();
      },
      { state: 'ok' },
    ],
    [
      'is sent from one region to the next',
      (request, response) => {
        const isFirst = request.headers.authorization?.includes('/eu-west-1/s3/') === true;
        const headers = { 'x-amz-bucket-region': isFirst ? 'us-east-2' : 'eu-west-1' };
        response.writeHead(301, headers).end();
      },
      { state: 'unknown' },
    ],
    ['is moved without a word where to', answer(301), { state: 'unknown' }],
  ])('%s', async (_, listener, expected) => {
    fileAnswer = listener;
    expect(await check(file, swift())).toMatchObject({ what: 'environment file of app', ...expected });
  });

  it('is not waited for long', async () => {
    fileAnswer = () => undefined;
    const clock: Clock = { ...systemClock, sleep: () => systemClock.sleep(300) };
    expect(await check(file, clock)).toMatchObject({
      state: 'unknown',
      detail: 'AWS did not answer in 6 s.',
    });
  });
});

describe('an answer of somebody else', () => {
  const page = '<!DOCTYPE html><html><body>Sign in to the network<br></body></html>';
  const asked: readonly (readonly [string, () => Needs])[] = [
    ['IAM', () => role],
    ['SECRETS_MANAGER', () => secret(secretArn)],
    ['SSM', () => secret('/web/db')],
    ['ELASTIC_LOAD_BALANCING_V2', () => ({ targetGroupArn: targetGroup })],
    ['CLOUDWATCH_LOGS', () => logGroup('/ecs/web')],
    ['ECR', () => image(':v1')],
  ];

  it.each(
    asked.flatMap(([service, needs]) =>
      [200, 403, 404, 503].map((status) => [service, status, needs] as const),
    ),
  )('in the place of %s, with status %i, is no verdict', async (service, status, needs) => {
    const name = `AWS_ENDPOINT_URL_${service}`;
    process.env[name] = `http://127.0.0.1:${portOf(files.address())}`;
    for (const body of [page, '<!DOCTYPE html><html><body>Closed</body></html>', 'closed', '']) {
      fileAnswer = (_, response) => {
        response.writeHead(status, { 'content-type': 'text/html' }).end(body);
      };
      const found = await check(needs(), swift());
      expect(found).toMatchObject({ state: 'unknown' });
      // Not in the words of a parser.
      expect(found.detail).toMatch(/not AWS's|without an explanation/);
    }
    delete process.env[name];
  });
});

describe('a wrong clock of this machine', () => {
  it('is corrected by what AWS says', async () => {
    process.env['AWS_ENDPOINT_URL_IAM'] = `http://127.0.0.1:${portOf(files.address())}`;
    const ahead = 20 * 60_000;
    const policy = encodeURIComponent(
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } }),
    );
    fileAnswer = (request, response) => {
      const signed = String(request.headers['x-amz-date']).replace(
        /^(....)(..)(..)T(..)(..)(..)Z$/,
        '$1-$2-$3T$4:$5:$6Z',
      );
      const isRight = Math.abs(Date.parse(signed) - Date.now() - ahead) < 60_000;
      response.writeHead(isRight ? 200 : 403, { date: new Date(Date.now() + ahead).toUTCString() });
      response.end(
        isRight
          ? `<GetRoleResponse><Arn>arn:aws:iam::123456789012:role/task</Arn><AssumeRolePolicyDocument>${policy}</AssumeRolePolicyDocument></GetRoleResponse>`
          : '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 1 is now earlier than 2</Message></Error></ErrorResponse>',
      );
    };
    expect(await check(role)).toMatchObject({ state: 'ok' });
    delete process.env['AWS_ENDPOINT_URL_IAM'];
  });
});

async function createTargetGroup(): Promise<string> {
  const elb = new ElasticLoadBalancingV2Client({ region: 'eu-west-1' });
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Port: 80,
      Protocol: 'HTTP',
      VpcId: 'vpc-1',
      TargetType: 'ip',
    }),
  );
  elb.destroy();
  return group?.TargetGroupArn ?? '';
}
