import * as fc from 'fast-check';
import { type Inputs, readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { Failure } from '../../src/process/failure.ts';
import { buildInputs } from './a-build.ts';

type Given = Readonly<Record<string, string>>;

/** The inputs as a runner hands them over. */
function environment(given: Given): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ service: 'web', ...given }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );
}

function read(given: Given): Inputs {
  return readInputs(environment(given), checkNames);
}

function problemOf(given: Given): string {
  try {
    read(given);
  } catch (error) {
    if (error instanceof Failure && error.code === 'input-invalid' && error.fault === 'yours')
      return error.message;
  }
  return '';
}

const defaults: Inputs = {
  operation: 'deploy',
  cluster: 'default',
  services: ['web'],
  region: undefined,
  signIn: undefined,
  image: {
    image: undefined,
    build: 'auto',
    ...buildInputs,
    repository: undefined,
    tags: [],
    createRepository: 'false',
    lifecyclePolicy: undefined,
    waitForImageMinutes: 0,
    failOnSeverity: undefined,
  },
  taskDefinition: {
    source: undefined,
    containerName: undefined,
    images: [],
    environmentVariables: [],
    removeEnvironmentVariables: [],
    secrets: [],
    removeSecrets: [],
    envFiles: [],
    command: undefined,
    dockerLabels: [],
    logDriver: undefined,
    logOptions: [],
    tags: [],
    family: undefined,
    cpu: undefined,
    memory: undefined,
    taskRoleArn: undefined,
    executionRoleArn: undefined,
    cpuArchitecture: undefined,
    operatingSystemFamily: undefined,
  },
  service: {
    desiredCount: undefined,
    forceNewDeployment: false,
    minimumHealthyPercent: undefined,
    maximumPercent: undefined,
    circuitBreaker: undefined,
    alarms: undefined,
    deploymentConfiguration: undefined,
    platformVersion: undefined,
    capacityProviderStrategy: undefined,
    enableExecuteCommand: undefined,
    enableEcsManagedTags: undefined,
    propagateTags: undefined,
  },
  skipChecks: [],
  rollback: { to: undefined, allow: [] },
  continue: { answer: undefined, deploymentIds: [] },
  ifInFlight: 'supersede',
  wait: {
    until: 'completed',
    minutes: 30,
    noProgressMinutes: undefined,
    healthCheckUrl: undefined,
    testUrl: undefined,
    healthCheckStatus: 200,
  },
  failure: { rollback: true, failFast: true, rollbackWaitMinutes: 15, onCancel: 'rollback' },
  github: {
    token: undefined,
    environment: undefined,
    environmentUrl: undefined,
    pullRequestComment: false,
    revisionMarks: true,
  },
};

const image = (part: Partial<Inputs['image']>): Partial<Inputs> => ({
  image: { ...defaults.image, ...part },
});
const definition = (part: Partial<Inputs['taskDefinition']>): Partial<Inputs> => ({
  taskDefinition: { ...defaults.taskDefinition, ...part },
});
const service = (part: Partial<Inputs['service']>): Partial<Inputs> => ({
  service: { ...defaults.service, ...part },
});
const wait = (part: Partial<Inputs['wait']>): Partial<Inputs> => ({ wait: { ...defaults.wait, ...part } });
const failure = (part: Partial<Inputs['failure']>): Partial<Inputs> => ({
  failure: { ...defaults.failure, ...part },
});

describe('an input', () => {
  it('has a default, but for the service', () => {
    expect(readInputs({ INPUT_SERVICE: 'web' }, checkNames)).toEqual(defaults);
  });

  it.each<[string, string, Partial<Inputs>]>([
    ['operation', 'Plan', { operation: 'plan' }],
    ['operation', 'rollback', { operation: 'rollback' }],
    ['cluster', 'main', { cluster: 'main' }],
    ['service', ' web \r\n\n api\n', { services: ['web', 'api'] }],
    ['region', 'eu-west-1', { region: 'eu-west-1' }],
    ['image', 'team/web:1', image({ image: 'team/web:1' })],
    ['build', 'true', image({ build: 'true' })],
    ['build', 'FALSE', image({ build: 'false' })],
    ['build', 'Auto', {}],
    ['context', 'app', image({ context: 'app' })],
    ['file', 'Dockerfile.prod', image({ file: 'Dockerfile.prod' })],
    ['target', 'run', image({ target: 'run' })],
    ['build-args', 'A=1\nB=x=y', image({ buildArgs: ['A=1', 'B=x=y'] })],
    ['labels', 'a=1', image({ labels: ['a=1'] })],
    ['build-args', '"A=one\ntwo ""2"""\nB=x', image({ buildArgs: ['A=one\ntwo "2"', 'B=x'] })],
    ['build-contexts', 'lib=../lib', image({ buildContexts: ['lib=../lib'] })],
    ['annotations', 'index:a=1', image({ annotations: ['index:a=1'] })],
    [
      'platforms',
      'linux/amd64, linux/arm64/v8\nlinux/386',
      image({ platforms: ['linux/amd64', 'linux/arm64/v8', 'linux/386'] }),
    ],
    ['cache-from', 'type=gha,scope=web', image({ cacheFrom: ['type=gha,scope=web'] })],
    ['cache-to', 'type=gha,mode=max', image({ cacheTo: ['type=gha,mode=max'] })],
    ['provenance', 'mode=max', image({ provenance: 'mode=max' })],
    ['sbom', 'true', image({ sbom: 'true' })],
    ['add-hosts', 'db:10.0.0.1,cache:::1', image({ addHosts: ['db:10.0.0.1', 'cache:::1'] })],
    ['ssh', 'default', image({ ssh: ['default'] })],
    ['shm-size', '64m', image({ shmSize: '64m' })],
    ['ulimit', 'nofile=1024:2048', image({ ulimits: ['nofile=1024:2048'] })],
    ['network', 'host', image({ network: 'host' })],
    ['builder', 'mine', image({ builder: 'mine' })],
    ['cache', 'false', image({ cache: false })],
    ['rebuild', 'true', image({ rebuild: true })],
    ['compression', 'zstd', image({ compression: 'zstd' })],
    [
      'build-secret-files',
      'npmrc=./.npmrc',
      image({ secrets: [{ id: 'npmrc', from: { kind: 'file', path: './.npmrc' } }] }),
    ],
    [
      'build-secret-envs',
      'token=NPM_TOKEN',
      image({ secrets: [{ id: 'token', from: { kind: 'env', name: 'NPM_TOKEN' } }] }),
    ],
    ['no-cache', 'true', image({ noCache: true })],
    ['pull', 'True', image({ pull: true })],
    ['repository', 'web', image({ repository: 'web' })],
    ['tags', 'latest\nv1', image({ tags: ['latest', 'v1'] })],
    ['create-repository', 'true', image({ createRepository: 'true' })],
    ['create-repository', 'Immutable', image({ createRepository: 'immutable' })],
    ['fail-on-severity', 'high', image({ failOnSeverity: 'high' })],
    ['task-definition', 'task.json', definition({ source: 'task.json' })],
    ['container-name', 'web', definition({ containerName: 'web' })],
    [
      'environment-variables',
      '# one\nA=1',
      definition({ environmentVariables: [{ name: 'A', value: '1' }] }),
    ],
    ['secrets', 'A=/web/a', definition({ secrets: [{ name: 'A', value: '/web/a' }] })],
    [
      'images',
      'log=fluent/fluent-bit:3',
      definition({ images: [{ name: 'log', value: 'fluent/fluent-bit:3' }] }),
    ],
    [
      'remove-environment-variables',
      'A\nlog/B',
      definition({ removeEnvironmentVariables: [{ name: 'A' }, { container: 'log', name: 'B' }] }),
    ],
    ['remove-secrets', '*', definition({ removeSecrets: [{ name: '*' }] })],
    ['env-files', 'arn:aws:s3:::b/web/prod.env', definition({ envFiles: ['arn:aws:s3:::b/web/prod.env'] })],
    ['env-files', 'arn:aws:s3:::b/w b/p.env', definition({ envFiles: ['arn:aws:s3:::b/w b/p.env'] })],
    // ECS takes a name alone.
    ['task-role-arn', 'task', definition({ taskRoleArn: 'task' })],
    ['platform-version', '1.4', service({ platformVersion: '1.4' })],
    [
      'environment-variables',
      '2FA_ISSUER=x',
      definition({ environmentVariables: [{ name: '2FA_ISSUER', value: 'x' }] }),
    ],
    [
      'command',
      `node "my app.js" --name='a b' it\\'s`,
      definition({ command: ['node', 'my app.js', '--name=a b', "it's"] }),
    ],
    ['command', '["sh", "-c", ""]', definition({ command: ['sh', '-c', ''] })],
    [
      'docker-labels',
      'com.example/team=a=b',
      definition({ dockerLabels: [{ name: 'com.example/team', value: 'a=b' }] }),
    ],
    ['log-configuration-log-driver', 'awslogs', definition({ logDriver: 'awslogs' })],
    [
      'log-configuration-options',
      'mode=non-blocking',
      definition({ logOptions: [{ name: 'mode', value: 'non-blocking' }] }),
    ],
    ['task-definition-tags', 'team=a=b', definition({ tags: [{ name: 'team', value: 'a=b' }] })],
    ['family', 'api', definition({ family: 'api' })],
    ['cpu', '.5 vCPU', definition({ cpu: '.5 vCPU' })],
    ['memory', '1024', definition({ memory: '1024' })],
    [
      'task-role-arn',
      'arn:aws:iam::111122223333:role/a/task',
      definition({ taskRoleArn: 'arn:aws:iam::111122223333:role/a/task' }),
    ],
    [
      'execution-role-arn',
      'arn:aws-cn:iam::111122223333:role/e',
      definition({ executionRoleArn: 'arn:aws-cn:iam::111122223333:role/e' }),
    ],
    ['cpu-architecture', 'arm64', definition({ cpuArchitecture: 'ARM64' })],
    ['operating-system-family', 'LINUX', definition({ operatingSystemFamily: 'LINUX' })],
    ['desired-count', '0', service({ desiredCount: 0 })],
    ['desired-count', '12', service({ desiredCount: 12 })],
    ['force-new-deployment', 'true', service({ forceNewDeployment: true })],
    ['minimum-healthy-percent', '0', service({ minimumHealthyPercent: 0 })],
    ['maximum-percent', '150', service({ maximumPercent: 150 })],
    ['circuit-breaker', 'off', service({ circuitBreaker: 'off' })],
    ['circuit-breaker', 'Rollback', service({ circuitBreaker: 'rollback' })],
    ['alarms', 'web 5xx\n\nweb latency', service({ alarms: ['web 5xx', 'web latency'] })],
    ['alarms', 'None', service({ alarms: [] })],
    ['platform-version', '1.4.0', service({ platformVersion: '1.4.0' })],
    ['platform-version', 'latest', service({ platformVersion: 'LATEST' })],
    [
      'capacity-provider-strategy',
      'capacityProvider=FARGATE,weight=1,base=2\ncapacityProvider=FARGATE_SPOT,weight=3',
      service({
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE', weight: 1, base: 2 },
          { capacityProvider: 'FARGATE_SPOT', weight: 3 },
        ],
      }),
    ],
    [
      'capacity-provider-strategy',
      '[{ "capacityProvider": "FARGATE_SPOT" }]',
      service({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }),
    ],
    ['capacity-provider-strategy', 'none', service({ capacityProviderStrategy: [] })],
    ['enable-execute-command', 'true', service({ enableExecuteCommand: true })],
    ['enable-execute-command', 'false', service({ enableExecuteCommand: false })],
    ['enable-ecs-managed-tags', 'true', service({ enableEcsManagedTags: true })],
    ['propagate-tags', 'service', service({ propagateTags: 'SERVICE' })],
    ['skip-checks', 'fargate-size\nall', { skipChecks: ['fargate-size', 'all'] }],
    ['if-in-flight', 'wait', { ifInFlight: 'wait' }],
    ['if-in-flight', 'fail', { ifInFlight: 'fail' }],
    ['wait-until', 'completed', {}],
    ['wait-until', 'started', wait({ until: 'started' })],
    ['wait-for-service-stability', 'true', {}],
    ['wait-for-service-stability', 'false', wait({ until: 'started' })],
    ['wait-for-service-stability', '', {}],
    ['wait-for-minutes', '0.5', wait({ minutes: 0.5 })],
    ['wait-for-minutes', '43200', wait({ minutes: 43_200 })],
    ['no-progress-minutes', '5', wait({ noProgressMinutes: 5 })],
    ['health-check-url', 'https://x.example/health', wait({ healthCheckUrl: 'https://x.example/health' })],
    ['test-url', 'https://x.example/test', wait({ testUrl: 'https://x.example/test' })],
    ['wait-until', 'paused', wait({ until: 'paused' })],
    ['wait-until', 'traffic-shifted', wait({ until: 'traffic-shifted' })],
    ['health-check-status', '204', wait({ healthCheckStatus: 204 })],
    ['rollback', 'false', failure({ rollback: false })],
    ['fail-fast', 'false', failure({ failFast: false })],
    ['rollback-wait-minutes', '3', failure({ rollbackWaitMinutes: 3 })],
    ['on-cancel', 'leave', failure({ onCancel: 'leave' })],
  ])('%s: %j', (name, value, expected) => {
    expect(read({ [name]: value })).toEqual({ ...defaults, ...expected });
  });

  it('has no space around it', () => {
    expect(read({ cluster: ' main\n', 'desired-count': ' 2 ', rollback: ' false ' })).toEqual({
      ...defaults,
      cluster: 'main',
      ...service({ desiredCount: 2 }),
      ...failure({ rollback: false }),
    });
  });

  it.each([
    'region',
    'image',
    'file',
    'target',
    'build-args',
    'labels',
    'repository',
    'tags',
    'task-definition',
    'container-name',
    'environment-variables',
    'secrets',
    'images',
    'remove-environment-variables',
    'env-files',
    'command',
    'family',
    'cpu',
    'desired-count',
    'no-progress-minutes',
    'health-check-url',
  ])('%s is not given when it is empty', (name) => {
    expect(read({ [name]: ' ' })).toEqual(defaults);
  });

  it.each([
    ['service', 'service: the value is missing. Name at least one, one per line.'],
    [
      'cluster',
      'cluster: the value is empty. Check the expression behind it, or remove the input to use the default (default).',
    ],
    [
      'build',
      'build: the value is empty. Check the expression behind it, or remove the input to use the default (auto).',
    ],
    [
      'context',
      'context: the value is empty. Check the expression behind it, or remove the input to use the default (.).',
    ],
    [
      'no-cache',
      'no-cache: the value is empty. Check the expression behind it, or remove the input to use the default (false).',
    ],
    [
      'pull',
      'pull: the value is empty. Check the expression behind it, or remove the input to use the default (false).',
    ],
    [
      'create-repository',
      'create-repository: the value is empty. Check the expression behind it, or remove the input to use the default (false).',
    ],
    [
      'force-new-deployment',
      'force-new-deployment: the value is empty. Check the expression behind it, or remove the input to use the default (false).',
    ],
    [
      'if-in-flight',
      'if-in-flight: the value is empty. Check the expression behind it, or remove the input to use the default (supersede).',
    ],
    [
      'wait-for-minutes',
      'wait-for-minutes: the value is empty. Check the expression behind it, or remove the input to use the default (30).',
    ],
    [
      'health-check-status',
      'health-check-status: the value is empty. Check the expression behind it, or remove the input to use the default (200).',
    ],
    [
      'rollback',
      'rollback: the value is empty. Check the expression behind it, or remove the input to use the default (true).',
    ],
    [
      'fail-fast',
      'fail-fast: the value is empty. Check the expression behind it, or remove the input to use the default (true).',
    ],
    [
      'rollback-wait-minutes',
      'rollback-wait-minutes: the value is empty. Check the expression behind it, or remove the input to use the default (15).',
    ],
    [
      'on-cancel',
      'on-cancel: the value is empty. Check the expression behind it, or remove the input to use the default (rollback).',
    ],
  ])('%s has no meaning when it is empty', (name, message) => {
    expect(problemOf({ [name]: ' ' })).toBe(message);
  });

  const strategyForm =
    'Write one capacityProvider=NAME,weight=N,base=N per line, a JSON array of such objects, or none.';
  const upTo = "isn't a number above 0, up to 43200.";
  const count = "isn't a whole number from 0 to 2147483647.";
  it.each([
    ['build', 'yes', 'build: "yes" isn\'t allowed. Use auto, true or false.'],
    ['pull', '1', 'pull: "1" isn\'t allowed. Use true or false.'],
    ['rollback', 'no', 'rollback: "no" isn\'t allowed. Use true or false.'],
    ['if-in-flight', 'ignore', 'if-in-flight: "ignore" isn\'t allowed. Use supersede, wait or fail.'],
    ['on-cancel', 'stop', 'on-cancel: "stop" isn\'t allowed. Use rollback or leave.'],
    ['desired-count', '-1', `desired-count: "-1" ${count}`],
    ['desired-count', '1.5', `desired-count: "1.5" ${count}`],
    ['desired-count', '0x10', `desired-count: "0x10" ${count}`],
    ['desired-count', '1e3', `desired-count: "1e3" ${count}`],
    ['desired-count', '2147483648', `desired-count: "2147483648" ${count}`],
    ['desired-count', 'two', `desired-count: "two" ${count}`],
    ['wait-for-minutes', '0', `wait-for-minutes: "0" ${upTo}`],
    ['wait-for-minutes', '43201', `wait-for-minutes: "43201" ${upTo}`],
    ['wait-for-minutes', '30m', `wait-for-minutes: "30m" ${upTo}`],
    ['wait-for-minutes', 'NaN', `wait-for-minutes: "NaN" ${upTo}`],
    ['no-progress-minutes', '0', `no-progress-minutes: "0" ${upTo}`],
    ['rollback-wait-minutes', 'Infinity', `rollback-wait-minutes: "Infinity" ${upTo}`],
    ['rollback-wait-minutes', '9'.repeat(40), `rollback-wait-minutes: "${'9'.repeat(40)}" ${upTo}`],
    ['health-check-status', '99', `health-check-status: "99" isn't a whole number from 100 to 599.`],
    ['health-check-status', '600', `health-check-status: "600" isn't a whole number from 100 to 599.`],
    [
      'fail-fast',
      `${'x'.repeat(40)}yz\n`,
      `fail-fast: "${'x'.repeat(40)}..." isn't allowed. Use true or false.`,
    ],
    ['health-check-url', 'x.example', "health-check-url: the value isn't an http or https URL."],
    ['health-check-url', 'file:///etc/passwd', "health-check-url: the value isn't an http or https URL."],
    ['service', 'web\napi\nweb', 'service: web is listed twice.'],
    [
      'service',
      'web\narn:aws:ecs:x:1:service/main/web',
      'service: arn:aws:ecs:x:1:service/main/web is listed twice.',
    ],
    [
      'service',
      'web, worker',
      `service: "web, worker" isn't the name or ARN of a service. Write several services one per line.`,
    ],
    [
      'service',
      'arn:aws:ecs:x:1:cluster/main',
      `service: "arn:aws:ecs:x:1:cluster/main" isn't the name or ARN of a service.`,
    ],
    ['cluster', 'a/b', `cluster: "a/b" isn't the name or ARN of a cluster.`],
    ['region', 'Ireland', `region: "Ireland" isn't a region, such as eu-west-1.`],
    [
      'image',
      'sha256:1234',
      'image: "sha256:1234" has an invalid digest. A digest is sha256: and 64 hexadecimal digits.',
    ],
    [
      'image',
      'web@v1',
      'image: "web@v1" has an invalid digest. A digest is sha256: and 64 hexadecimal digits.',
    ],
    [
      'image',
      'Web:1',
      `image: "Web:1" isn't an image reference, a tag or a digest. The name of a repository is in lower case.`,
    ],
    [
      'image',
      'service:staging/web/x',
      `image: "service:staging/web/x" isn't an image reference, a tag or a digest. Write, for example, v1, web:v1 or 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1.`,
    ],
    ['repository', 'web:1', 'repository: web:1 names an image. Remove its tag and digest.'],
    [
      'repository',
      'We b',
      `repository: "We b" isn't a repository, such as web or 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web.`,
    ],
    [
      'tags',
      'v1\nv 2',
      `tags: "v 2" isn't a tag. A tag has up to 128 letters, digits, "_", "." and "-", and doesn't begin with "." or "-".`,
    ],
    ['labels', 'a=\nb', `labels: "b" isn't name=value.`],
    ['minimum-healthy-percent', '101', `minimum-healthy-percent: "101" isn't a whole number from 0 to 100.`],
    ['maximum-percent', '99', `maximum-percent: "99" isn't a whole number from 100 to 2147483647.`],
    ['circuit-breaker', 'true', 'circuit-breaker: "true" isn\'t allowed. Use off, on or rollback.'],
    ['propagate-tags', 'ALL', 'propagate-tags: "ALL" isn\'t allowed. Use TASK_DEFINITION, SERVICE or NONE.'],
    ['enable-execute-command', 'yes', 'enable-execute-command: "yes" isn\'t allowed. Use true or false.'],
    ...[
      'FARGATE_SPOT',
      'capacityProvider=FARGATE,weight=1001',
      'capacityProvider=',
      '[1]',
      'capacityProvider=A,x=1',
    ].map((value): [string, string, string] => [
      'capacity-provider-strategy',
      value,
      `capacity-provider-strategy: entry 1 isn't a capacity provider with a weight from 0 to 1000 and a base from 0 to 100000. ${strategyForm}`,
    ]),
    ['capacity-provider-strategy', '[]', `capacity-provider-strategy: the array is empty. ${strategyForm}`],
    [
      'capacity-provider-strategy',
      '[',
      `capacity-provider-strategy: this isn't a JSON array. ${strategyForm}`,
    ],
    [
      'skip-checks',
      'fargate-sise',
      'skip-checks: there is no check "fargate-sise". Did you mean fargate-size?',
    ],
    [
      'operation',
      'rolback',
      'operation: "rolback" isn\'t allowed. Did you mean rollback? Use deploy, plan, rollback or continue.',
    ],
    [
      'labels',
      'a=1\n"b=1\nc=2',
      `labels: the quote that opens on line 2 isn't closed. Write a quote within quotes as "".`,
    ],
    [
      'secrets',
      'A="/web/a"',
      `secrets: the value of A isn't an ARN of Secrets Manager or Parameter Store, nor the name of a parameter. Remove the quotes around it.`,
    ],
    [
      'service',
      Array.from({ length: 501 }, (_, at) => `web-${at}`).join('\n'),
      'service: 501 services are more than one run can roll back if it is cut off. Name up to 500, and deploy the others in other runs.',
    ],
    [
      'service',
      'main/web',
      `service: "main/web" isn't the name or ARN of a service. Name the cluster with the input cluster.`,
    ],
    [
      'image',
      'https://example.com/web:1',
      `image: "https://example.com/web:1" isn't an image reference, a tag or a digest. Remove the scheme: an image reference has none.`,
    ],
    ['skip-checks', 'sizes', 'skip-checks: there is no check "sizes". docs/plan.md lists the checks.'],
    ['images', 'nginx:1', "images: entry 1 isn't CONTAINER=image. Write one CONTAINER=image per line."],
    ['images', 'proxy=', 'images: proxy has no image. Write proxy=IMAGE, or proxy=build.'],
    ['images', 'proxy=a:1\nproxy=a:2\nproxy=a:3', 'images: proxy is listed twice.'],
    ['docker-labels', 'team=red\nteam=blue', 'docker-labels: team is listed twice.'],
    ['task-definition-tags', 'a=1\na=2', 'task-definition-tags: a is listed twice.'],
    ['log-configuration-options', 'mode=a\nmode=b', 'log-configuration-options: mode is listed twice.'],
    ['docker-labels', 'a=1\n=2', "docker-labels: entry 2 isn't name=value. Write one name=value per line."],
    [
      'remove-secrets',
      'A=1',
      `remove-secrets: line 1 isn't a name. A name begins with a letter, a digit or "_", and has no space, quote, "+" or "/"; CONTAINER/ may precede it.`,
    ],
    ['command', 'sh -c "x', "command: a quote or backslash on line 1 isn't closed."],
    ['command', '["sh", 1]', `command: this isn't a JSON array of strings, such as ["node", "app.js"].`],
    [
      'env-files',
      's3://bucket/prod.env',
      `env-files: "s3://bucket/prod.env" isn't the ARN of a file in S3. Write arn:aws:s3:::BUCKET/KEY.env.`,
    ],
    [
      'env-files',
      'arn:aws:s3:::bucket/prod.txt',
      `env-files: "arn:aws:s3:::bucket/prod.txt" doesn't end in .env. Write arn:aws:s3:::BUCKET/KEY.env.`,
    ],
    [
      'family',
      'web:1',
      `family: "web:1" isn't a family. A family has up to 255 letters, digits, hyphens and underscores. To start from a revision, use task-definition.`,
    ],
  ])('%s is refused: %j', (name, value, message) => {
    expect(problemOf({ [name]: value })).toBe(message);
  });
});

describe('inputs together', () => {
  it.each<[Given, string]>([
    [
      { image: 'web:1', build: 'true' },
      'build: true always builds, but the input image names an existing image. Remove one of them.',
    ],
    [
      { image: 'web:1', tags: 'v1' },
      'tags: this input is only for an image that is built or copied, but the input image names an existing image. Remove one of them, or set repository to copy the image there.',
    ],
    [
      { image: 'web:1', context: 'app' },
      'context: this input is only for a build, but the input image names an existing image. Remove one of them.',
    ],
    [
      { 'lifecycle-policy': 'standard' },
      'lifecycle-policy: this input is only for a repository that the action creates. Set create-repository too, or remove it.',
    ],
    [
      { 'wait-for-image-minutes': '5' },
      'wait-for-image-minutes: this input needs image, which names the image to wait for.',
    ],
    [
      { build: 'false', pull: 'true' },
      'pull: this input is only for a build, but build is false. Remove one of them.',
    ],
    [
      { 'environment-variables': 'A=1\nB=2', secrets: 'B=/b' },
      'secrets: B is in environment-variables too, and ECS refuses a name in both. Remove one of them.',
    ],
    [
      { 'container-name': 'web', images: 'web=web:2' },
      'images: web is the container of container-name. Set its image with the input image, or build it.',
    ],
    [
      { 'health-check-url': 'https://x.example', 'wait-for-service-stability': 'false' },
      "health-check-url: the URL is requested after the deployment completes, which this step doesn't wait for (wait-until: started). Remove one of them.",
    ],
    [
      { 'test-url': 'https://x.example', 'wait-until': 'paused' },
      'test-url: this step continues a paused deployment when the URL answers as wanted, but wait-until is paused. Remove one of them.',
    ],
    [
      { 'test-url': 'https://x.example', 'wait-until': 'started' },
      'test-url: this step continues a paused deployment when the URL answers as wanted, but wait-until is started. Remove one of them.',
    ],
    [{ 'test-url': 'x.example' }, "test-url: the value isn't an http or https URL."],
    [
      { 'wait-until': 'completed', 'wait-for-service-stability': 'false' },
      'wait-until: the value is completed, but wait-for-service-stability: false means started. Remove wait-for-service-stability.',
    ],
    [
      { 'wait-until': 'started', 'wait-for-service-stability': 'true' },
      'wait-until: the value is started, but wait-for-service-stability: true means completed. Remove wait-for-service-stability.',
    ],
  ])('exclude each other: %j', (given, message) => {
    expect(problemOf(given)).toBe(message);
  });

  it.each<Given>([
    { image: 'other.example/web:1', repository: 'web', tags: 'v1', 'create-repository': 'true' },
    { image: 'web:1', build: 'false' },
    { image: 'web:1', build: 'auto' },
    { build: 'true', tags: 'v1' },
    { 'environment-variables': 'A=1', secrets: 'B=/b' },
    { service: 'web\nweb2\napi-web' },
    { 'health-check-status': '204', 'wait-for-service-stability': 'false' },
    { 'test-url': 'https://x.example', 'wait-until': 'traffic-shifted' },
    { 'wait-until': 'started', 'wait-for-service-stability': 'false' },
    { 'wait-until': 'completed', 'wait-for-service-stability': 'true' },
  ])('go together: %j', (given) => {
    expect(problemOf(given)).toBe('');
  });

  it('have all their problems reported at once', () => {
    expect(
      problemOf({
        service: '',
        cluster: '',
        build: 'yes',
        image: 'web:1',
        tags: 'v1',
        'desired-count': 'x',
        'environment-variables': 'no assignment',
        secrets: 'A=not a reference',
      }),
    ).toBe(`7 problems with the inputs:
  - cluster: the value is empty. Check the expression behind it, or remove the input to use the default (default).
  - service: the value is missing. Name at least one, one per line.
  - build: "yes" isn't allowed. Use auto, true or false.
  - tags: this input is only for an image that is built or copied, but the input image names an existing image. Remove one of them, or set repository to copy the image there.
  - environment-variables: line 1 has no "=". Write NAME=value.
  - secrets: the value of A isn't an ARN of Secrets Manager or Parameter Store, nor the name of a parameter. It may be the secret itself, so it is not shown.
  - desired-count: "x" isn't a whole number from 0 to 2147483647.`);
  });
});

describe('a rollback', () => {
  it.each<[Given, string]>([
    [
      {
        image: 'v2',
        file: 'Dockerfile.prod',
        command: '[]',
        cpu: '512',
        'env-files': 'arn:aws:s3:::b/a.env',
      },
      'operation: a rollback deploys an earlier version as it was. Remove image, file, env-files, command, cpu.',
    ],
    [
      { 'task-definition': 'web' },
      'operation: a rollback deploys an earlier version as it was. Remove task-definition.',
    ],
    // Its container's name changes nothing.
    [{ 'container-name': 'app', 'desired-count': '2' }, ''],
  ])('names the inputs that it has no use for: %j', (given, message) => {
    expect(problemOf({ operation: 'rollback', ...given })).toBe(message);
  });

  it('is what to and allow are for', () => {
    expect(problemOf({ to: 'web:1', allow: 'never-healthy' })).toBe(`2 problems with the inputs:
  - to: this input has an effect only with operation: rollback.
  - allow: this input has an effect only with operation: rollback or continue.`);
  });
});

describe('operation: continue', () => {
  const given = { operation: 'continue' } as const;

  it('answers with continue unless told otherwise, and names deployments one per line', () => {
    const deploymentIds = ['ecs-svc/1', 'ecs-svc/2'];
    expect(read(given).continue).toEqual({ answer: undefined, deploymentIds: [] });
    expect(
      read({
        ...given,
        answer: 'rollback',
        service: 'web\napi',
        'deployment-id': deploymentIds.join('\n'),
        allow: 'foreign-deployment',
      }).continue,
    ).toEqual({ answer: 'rollback', deploymentIds });
  });

  it.each<[Given, string]>([
    [
      { ...given, image: 'v2', tags: 'v3', cpu: '512' },
      'operation: continue answers a deployment as it is. Remove image, tags, cpu.',
    ],
    [
      { ...given, 'desired-count': '2' },
      'operation: continue changes no settings of the service. Remove the inputs that do, such as desired-count.',
    ],
    [
      { ...given, 'deployment-id': 'arn:aws:ecs' },
      'deployment-id: "arn:aws:ecs" isn\'t the id of a deployment, such as ecs-svc/1234567890123456789. The output deployment-id of the step that deployed has it.',
    ],
    [
      { ...given, service: 'web\napi', 'deployment-id': 'ecs-svc/1' },
      'deployment-id: the number of deployments is 1, that of services 2. Name one deployment for each service, or none.',
    ],
    [
      { ...given, allow: 'image-missing' },
      'allow: image-missing can be allowed only with operation: rollback.',
    ],
    [{ answer: 'rollback' }, 'answer: this input has an effect only with operation: continue.'],
    [
      { 'deployment-id': 'ecs-svc/1' },
      'deployment-id: this input has an effect only with operation: continue.',
    ],
  ])('%j is refused', (inputs, problem) => {
    expect(problemOf(inputs)).toBe(problem);
  });
});

describe('a secret in the wrong place', () => {
  const secret = fc
    .tuple(fc.string({ minLength: 6 }), fc.constantFrom('!', ' ', '%', '+=', '\n', '{"a":1}'))
    .map(([text, sign]) => `s3cr3t${text}${sign}s3cr3t`);

  it.each([
    ['PASSWORD=hunter2!', /^secrets: the value of PASSWORD isn't an ARN/],
    ['A=/a\nPASSWORD=hunter2!', /^secrets: the value of PASSWORD isn't an ARN/],
    ['A=/a\nc2VjcmV0LXRleHQK==', /^secrets: the value of entry 2 isn't an ARN/],
    ['JBSWY3DPEHPK3PXP=', /^secrets: the value of entry 1 isn't an ARN/],
    ['password=hunter2!', /^secrets: the value of entry 1 isn't an ARN/],
  ])('is named only by what is surely a name: %j', (secrets, message) => {
    expect(problemOf({ secrets })).toMatch(message);
  });

  it.each<[string, (value: string) => Given]>([
    ['as the value of a secret', (value) => ({ secrets: `A=${value}` })],
    ['as a secret without a name', (value) => ({ secrets: value })],
    ['as a line of base64 twice', () => ({ 'environment-variables': 's3cr3tA==\ns3cr3tA==' })],
    [
      'as a line of base64 twice in a secret of the build',
      () => ({ 'build-secrets': 's3cr3tA==\ns3cr3tA==' }),
    ],
    ['as a secret twice', (value) => ({ secrets: `A=${value}\nA=${value}` })],
    ['as a variable without a name', (value) => ({ 'environment-variables': `!${value}` })],
    [
      'as a variable that is a secret too',
      (value) => ({ 'environment-variables': `A=${value}`, secrets: 'A=/a' }),
    ],
    ['in the address to ask', (value) => ({ 'health-check-url': `ftp://user:${value}@x.example` })],
  ])('is not shown %s', (_what, given) => {
    fc.assert(
      fc.property(secret, (value) => {
        const message = problemOf(given(value));
        expect(message).not.toBe('');
        expect(message).not.toContain('s3cr3t');
      }),
    );
  });
});
