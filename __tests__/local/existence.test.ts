import { createServer, type RequestListener, type Server } from 'node:http';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import type { Fault } from '../../local/server/faults.ts';
import { portOf } from '../../local/server/server.ts';
import { openAws } from '../../src/aws/clients.ts';
import type { JsonObject } from '../../src/aws/json.ts';
import type { Change } from '../../src/change/change.ts';
import { findingsOf } from '../../src/change/checks.ts';
import type { Check } from '../../src/checks/check.ts';
import { checkExistence } from '../../src/checks/existence.ts';
import { checkPermissions } from '../../src/checks/permissions.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Run } from '../../src/run.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
const before = { ...process.env };
let fargate: Fargate;
let targetGroup = '';
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
  /** What runs. */
  readonly running?: JsonObject;
}

/** The one check that such a change makes. */
async function check(
  { task, container, targetGroupArn, running = {} }: Needs,
  clock: Clock = systemClock,
): Promise<Check> {
  const document = { ...task, containerDefinitions: [{ name: 'app', ...container }] };
  const loadBalancers = targetGroupArn === undefined ? [] : [{ targetGroupArn }];
  // Only these parts of a change and of a run are looked at.
  const change = {
    image: { kind: 'kept' },
    services: [
      {
        seen: { name: 'web', service: { loadBalancers }, taskDefinition: running },
        taskDefinition: { document },
        update: { kind: 'update' },
      },
    ],
  } as unknown as Change;
  const run = {
    aws: openAws('eu-west-1', systemClock),
    clock,
    log: { say: () => undefined },
    signal: new AbortController().signal,
  } as unknown as Run;
  const checks = await checkExistence(run, change, []);
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
          [{ kind: 'denied' }, /permitted|may not know/],
          [{ kind: 'throttle' }, /Throttling|Rate exceeded|did not answer/],
          [{ kind: 'server-error' }, /./],
          [{ kind: 'reset-before' }, /./],
        ] as const
      ).map(([fault, detail]) => [what, operation, fault.kind, needs, fault as Fault, detail] as const),
    ),
  )('%s (%s) can not be known: %s', async (what, operation, _kind, needs, fault, detail) => {
    fargate.faults.add({ operation, fault, times: 'always' });
    // What is tried again is not waited for.
    const found = await check(needs(), {
      ...systemClock,
      sleep: (ms) => systemClock.sleep(Math.min(ms, 300)),
    });
    expect(found).toMatchObject({ what, state: 'unknown', detail: expect.stringMatching(detail) });
    expect(findingsOf([found])).toEqual([]);
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
    fargate.accountServices.missing.add('task').add(secretArn).add('/web/db');
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

  it('is told as what runs already, whatever its place', async () => {
    fargate.accountServices.missing.add('task');
    const asks = { task: { taskRoleArn: 'arn:aws:iam::123456789012:role/task' } };
    expect(await check(asks)).toMatchObject({ state: 'missing', inUse: false });
    const running = { executionRoleArn: asks.task.taskRoleArn };
    expect(await check({ ...asks, running })).toMatchObject({ state: 'missing', inUse: true });
  });

  it('need not be there when it is made by the first task', async () => {
    expect(await check(logGroup('/ecs/new', { 'awslogs-create-group': 'true' }))).toMatchObject({
      state: 'ok',
    });
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
    ['GetCallerIdentity', 'Who this job is for IAM can not be told.'],
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
    (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
    (_, response) => {
      response.writeHead(status, headers).end();
    };

  it.each<[string, RequestListener, Partial<Check>]>([
    ['is there', answer(200), { state: 'ok' }],
    ['is missing', answer(404), { state: 'missing' }],
    [
      'may not be known',
      answer(403),
      { state: 'unknown', detail: 's3:GetObject is not permitted to this job.' },
    ],
    ['fails', answer(500), { state: 'unknown', detail: 'AWS answered with status 500.' }],
    [
      'is in a bucket of another region',
      (request, response) => {
        const isThere = request.headers.authorization?.includes('/us-east-2/s3/') === true;
        response.writeHead(isThere ? 200 : 301, { 'x-amz-bucket-region': 'us-east-2' }).end();
      },
      { state: 'ok' },
    ],
    ['is moved without a word where to', answer(301), { state: 'unknown' }],
  ])('%s', async (_, listener, expected) => {
    fileAnswer = listener;
    expect(await check(file)).toMatchObject({ what: 'environment file of app', ...expected });
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
