import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { portOf } from '../../local/server/server.ts';
import { openAws } from '../../src/aws/clients.ts';
import type { Change } from '../../src/plan/decide/change.ts';
import { checkExistence } from '../../src/plan/preflight/existence.ts';
import { systemClock } from '../../src/process/clock.ts';
import type { Run } from '../../src/run/run.ts';
import type { JsonObject } from '../../src/text/json.ts';

// .ci/run installs moto, policy_sentry and parliament into one environment.
const moto = process.env['FARGATE_TEST_MOTO'] ?? '/nonexistent/moto_server';
const python = join(dirname(moto), 'python');
const script = join(import.meta.dirname, 'other-hands.py');
const skipped =
  spawnSync(python, ['-c', 'import moto, policy_sentry, parliament']).status === 0
    ? ''
    : ' (skipped: FARGATE_TEST_MOTO names no moto_server beside a python that has moto, policy_sentry and parliament)';
const describeWhenThere = skipped === '' ? describe : describe.skip;

const arn = (service: string, what: string, region = 'eu-west-1', account = '123456789012'): string =>
  `arn:aws:${service}:${region}:${account}:${what}`;

interface Ground {
  readonly secrets: Readonly<Record<string, string>>;
  readonly version: string;
  readonly image: string;
  readonly digest: string;
  readonly groups: Readonly<Record<string, string>>;
}

describeWhenThere(`against moto, which nobody here wrote${skipped}`, () => {
  const before = { ...process.env };
  let server: ChildProcess;
  let ground: Ground;

  beforeAll(async () => {
    const port = await freePort();
    server = spawn(moto, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', env: clean() });
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(`${endpoint}/moto-api/`);
    ground = JSON.parse(await run(['ground', endpoint], '')) as Ground;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    server.kill();
    await once(server, 'exit');
  });

  /** States of the checks that such a task definition makes, by what they are for. */
  async function states(task: JsonObject, container: JsonObject, targetGroupArn?: string) {
    const change = {
      image: { kind: 'kept' },
      services: [
        {
          seen: {
            name: 'web',
            arn: arn('ecs', 'service/main/web'),
            service: { loadBalancers: targetGroupArn === undefined ? [] : [{ targetGroupArn }] },
            taskDefinition: {},
          },
          taskDefinition: { document: { ...task, containerDefinitions: [{ name: 'app', ...container }] } },
          update: { kind: 'update', settings: { request: {} } },
        },
      ],
    } as unknown as Change;
    const checks = await checkExistence(
      {
        aws: openAws('eu-west-1', systemClock),
        clock: systemClock,
        log: { say: () => undefined },
        signal: new AbortController().signal,
      } as unknown as Run,
      change,
      [],
    );
    return checks.map(({ state }) => state);
  }

  const secret = (valueFrom: string) => states({}, { secrets: [{ name: 'S', valueFrom }] });

  it.each([
    ['plain', 'ok'],
    ['small', 'ok'],
    ['pattern', 'ok'],
    ['everybody', 'ok'],
    ['list', 'ok'],
    ['condition', 'unknown'],
    ['other', 'wrong'],
    ['denied', 'wrong'],
    ['gone', 'missing'],
    ['pathed', 'missing'],
  ])('the role %s is %s', async (name, state) => {
    const taskRoleArn = `arn:aws:iam::123456789012:role/${name}`;
    expect(await states({ taskRoleArn }, {})).toEqual([state]);
  });

  it.each([
    ['json', '', 'ok'],
    ['json', ':user::', 'ok'],
    ['json', ':name::', 'ok'],
    ['json', ':gone::', 'wrong'],
    ['json', '::AWSPREVIOUS:', 'ok'],
    ['json', '::nobody:', 'wrong'],
    ['json', ':user:nobody:', 'wrong'],
    ['json', ':::00000000-0000-4000-8000-000000000000', 'wrong'],
    ['json', ':user::00000000-0000-4000-8000-000000000000', 'wrong'],
    ['text', '', 'ok'],
    ['text', ':user::', 'wrong'],
    ['binary', '', 'ok'],
    ['binary', ':user::', 'wrong'],
    ['empty', '', 'wrong'],
    ['empty', ':user::', 'wrong'],
    ['deleted', '', 'wrong'],
    ['deleted', ':user::', 'wrong'],
  ])('the secret %s with %j is %s', async (name, suffix, state) => {
    expect(await secret(`${ground.secrets[name]}${suffix}`)).toEqual([state]);
  });

  it('a secret has its former version', async () => {
    expect(await secret(`${ground.secrets['json']}:::${ground.version}`)).toEqual(['ok']);
    // The name that it has now was not there.
    expect(await secret(`${ground.secrets['json']}:name::${ground.version}`)).toEqual(['wrong']);
    expect(await secret(arn('secretsmanager', 'secret:gone-AbCdEf'))).toEqual(['missing']);
  });

  it.each([
    ['/only/eu-west-1', 'ok'],
    ['plain-eu-west-1', 'ok'],
    ['/only/us-east-1', 'missing'],
    [arn('ssm', 'parameter/only/eu-west-1'), 'ok'],
    [arn('ssm', 'parameter/plain-eu-west-1'), 'ok'],
    [arn('ssm', 'parameter/only/us-east-1'), 'missing'],
    [arn('ssm', 'parameter/only/us-east-1', 'us-east-1'), 'ok'],
    [arn('ssm', 'parameter/plain-us-east-1', 'us-east-1'), 'ok'],
    [arn('ssm', 'parameter/only/eu-west-1', 'eu-west-1', '444455556666'), 'unknown'],
  ])('the parameter %s is %s', async (valueFrom, state) => {
    expect(await secret(valueFrom)).toEqual([state]);
  });

  it('many parameters are told apart', async () => {
    const secrets = Array.from({ length: 30 }, (_, index) => ({
      name: `P${index}`,
      valueFrom: `/many/${index}`,
    }));
    const found = await states({}, { secrets });
    expect(found).toEqual([...Array<string>(25).fill('ok'), ...Array<string>(5).fill('missing')]);
  });

  it.each([
    ['/ecs/web', 'eu-west-1', {}, 'ok'],
    ['/ecs/web', 'us-east-1', {}, 'missing'],
    ['/ecs/we', 'eu-west-1', {}, 'missing'],
    ['/ecs/other', 'eu-west-1', { 'awslogs-create-group': 'True' }, 'ok'],
  ])('the log group %s in %s with %j is %s', async (group, region, more, state) => {
    const options = { 'awslogs-group': group, 'awslogs-region': region, ...more };
    const logConfiguration = { logDriver: 'awslogs', options };
    expect(await states({}, { logConfiguration })).toEqual([state]);
  });

  it.each([
    ["it's (a) file+.env", 'ok'],
    ['gone.env', 'missing'],
  ])('the file %s is %s', async (key, state) => {
    const environmentFiles = [{ type: 's3', value: `arn:aws:s3:::files/${key}` }];
    expect(await states({}, { environmentFiles })).toEqual([state]);
  });

  it('a file in a bucket that does not exist is missing', async () => {
    const environmentFiles = [{ type: 's3', value: 'arn:aws:s3:::gone/a.env' }];
    expect(await states({}, { environmentFiles })).toEqual(['missing']);
  });

  it('an image is found by its tag and by its digest, for its platform', async () => {
    const arm = { runtimePlatform: { cpuArchitecture: 'ARM64' } };
    for (const image of [`${ground.image}:v1`, `${ground.image}@${ground.digest}`]) {
      expect(await states({}, { image })).toEqual(['ok']);
      expect(await states(arm, { image })).toEqual(['wrong']);
    }
  });

  it('a target group has the right type', async () => {
    const { ip = '', instance = '' } = ground.groups;
    expect(await states({}, {}, ip)).toEqual(['ok']);
    expect(await states({}, {}, instance)).toEqual(['wrong']);
    expect(await states({}, {}, ip.replace(/\/[^/]+$/, '/0123456789abcdef'))).toEqual(['missing']);
  });

  it('registry credentials are secrets', async () => {
    const credentials = (credentialsParameter: string | undefined) =>
      states({}, { repositoryCredentials: { credentialsParameter: credentialsParameter ?? '' } });
    expect(await credentials(ground.secrets['json'])).toEqual(['ok']);
    expect(await credentials('json')).toEqual(['ok']);
    expect(await credentials('gone')).toEqual(['missing']);
    expect(await credentials(ground.secrets['deleted'])).toEqual(['wrong']);
  });
});

describeWhenThere(`the policies in docs/permissions.md, by AWS's published data${skipped}`, () => {
  it('name actions that exist, on the resources that they ask for', async () => {
    const policies = [
      ...readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8').matchAll(
        /```json\n(\{.*?\n\})\n```/gs,
      ),
    ]
      .map(([, policy = '']) =>
        policy.replaceAll('ACCOUNT', '123456789012').replaceAll('REGION', 'eu-west-1'),
      )
      .filter((policy) => policy.includes('"Resource"'));
    expect(policies).toHaveLength(4);
    const deployment = [
      // The data of parliament is older than the action.
      'UNKNOWN_ACTION Unknown action ecs:StopServiceDeployment',
      // Tasks have random names; the condition names the cluster.
      "RESOURCE_STAR ['ecs:DescribeTasks', 'ecs:GetTaskProtection', 'ecs:ListTasks']",
    ];
    expect(JSON.parse(await run(['policies'], `[${policies.join(',')}]`))).toEqual([
      // To deploy and build, to roll back, and the checks; a plan needs nothing that they find fault with.
      ...deployment,
      ...deployment,
      expect.stringMatching(/^RESOURCE_STAR .*iam:GetRole/),
    ]);
  }, 60_000);
});

async function run(args: readonly string[], input: string): Promise<string> {
  const child = spawn(python, [script, ...args], { env: clean(), stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

/** No credentials, and no proxy. */
function clean(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: '/nonexistent', AWS_CONFIG_FILE: '/dev/null' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** Until the server does. */
async function answers(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await systemClock.sleep(200);
    }
  }
}
