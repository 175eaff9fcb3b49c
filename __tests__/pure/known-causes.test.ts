import { causeOfEvents, causeOfTexts, textCause } from '../../src/deployment/diagnose/known-causes.ts';
import { aContainer, aTask, aTaskNotStarted } from './a-task.ts';

const causes = {
  memory: /ran out of memory/,
  elbHealth: /^The load balancer's health check/,
  containerHealth: /^The container's own health check/,
  platform: /doesn't match the task's CPU architecture/,
  pullRate: /pull rate limit/,
  disk: /doesn't fit on the task's disk/,
  efs: /^An EFS volume/,
  logGroup: /log group doesn't exist\.$/,
  network: /^The task can't reach/,
  layers: /^The image layers/,
  pullDenied: /^The execution role isn't allowed to pull/,
  private: /^The registry refused/,
  imageMissing: /^The image isn't in the registry/,
  pull: /^The image could not be pulled/,
  logging: /^The container's log could not be set up/,
  envFile: /^An environment file/,
  jsonKey: /^The secret doesn't have the JSON key/,
  noJson: /the secret isn't JSON/,
  role: /^ECS can't assume/,
  secretDenied: /^The execution role isn't allowed to read a secret/,
  secret: /^A secret or parameter/,
  interface: /^The task's network interface/,
  slow: /^AWS didn't provide/,
  runtime: /^Fargate's container runtime/,
  start: /^The container could not be started/,
  launchType: /doesn't support the service's launch type/,
} as const;

const ecr = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const initialization = 'ResourceInitializationError: unable to pull secrets or registry auth:';

/** Texts after those that ECS and the agent give, each with the one cause that it stands for. */
const texts: readonly (readonly [keyof typeof causes, string])[] = [
  ['memory', 'OutOfMemoryError: Container killed due to memory usage'],
  ['elbHealth', 'Task failed ELB health checks in (target-group arn:aws:x:targetgroup/web/1)'],
  [
    'elbHealth',
    'Task failed ELB health checks in (target-group arn:aws:x:targetgroup/efs-environment-files/1).',
  ],
  ['elbHealth', 'TASK FAILED ELB HEALTH CHECKS IN (target-group arn:aws:x:targetgroup/web/1)'],
  ['containerHealth', 'Task failed container health checks'],
  [
    'platform',
    `CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'`,
  ],
  [
    'platform',
    `CannotPullContainerError: no matching manifest for linux/arm64 in the list: no match for platform in manifest: not found`,
  ],
  ['platform', 'CannotStartContainerError: exec /app: exec format error'],
  [
    'pullRate',
    'CannotPullContainerError: inspect image has been retried 1 time(s): toomanyrequests: You have reached your pull rate limit.',
  ],
  [
    'pullRate',
    'CannotPullContainerError: ref pull has been retried 1 time(s): httpReaderSeeker: failed open: unexpected status code https://x: 429 Too Many Requests',
  ],
  ['disk', 'CannotPullContainerError: failed to extract layer: write /usr/lib/x: no space left on device'],
  ['disk', 'CannotCreateContainerError: mkdir /var/x: no space left on device'],
  [
    'efs',
    'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: b"mount.nfs4: Connection reset by peer"',
  ],
  [
    'efs',
    'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: mount.nfs4: access denied by server',
  ],
  [
    'logGroup',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ResourceNotFoundException: The specified log group does not exist.',
  ],
  [
    'network',
    `CannotPullContainerError: The task can\u2019t pull the image. Check your network configuration. Error response: request canceled while waiting for connection`,
  ],
  [
    'network',
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to do request: Head "https://${ecr}/v2/web/manifests/1": dial tcp 10.0.0.1:443: i/o timeout`,
  ],
  ['network', `CannotPullContainerError: Get "https://${ecr}/v2/": dial tcp: lookup ${ecr}: no such host`],
  [
    'network',
    `${initialization} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed`,
  ],
  ['network', `${initialization} pull command failed: : signal: killed`],
  [
    'network',
    `${initialization} execution resource retrieval failed: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager.`,
  ],
  [
    'network',
    `${initialization} unable to retrieve secrets from ssm: context deadline exceeded (Client.Timeout exceeded)`,
  ],
  [
    'network',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: dial tcp 10.0.0.2:443: i/o timeout',
  ],
  [
    'network',
    'ResourceInitializationError: failed to download env files: file download command: net/http: TLS handshake timeout',
  ],
  [
    'layers',
    'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: unexpected status code https://prod-x-starport-layer-bucket.s3.eu-west-1.amazonaws.com/x: 403 Forbidden: AccessDenied',
  ],
  [
    'layers',
    'CannotPullContainerError: panic: runtime error: invalid memory address or nil pointer dereference',
  ],
  [
    'pullDenied',
    `CannotPullContainerError: The task can\u2019t pull the image. Check that the role has the permissions to pull images from the registry. User: arn:aws:sts::1:assumed-role/x is not authorized to perform: ecr:BatchGetImage`,
  ],
  [
    'pullDenied',
    `${initialization} execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User x is not authorized to perform: ecr:GetAuthorizationToken`,
  ],
  [
    'pullDenied',
    `CannotPullContainerError: failed to resolve ref ${ecr}/web:1: pulling from host ${ecr} failed with status code [manifests 1]: 403 Forbidden`,
  ],
  [
    'private',
    `CannotPullContainerError: The task can\u2019t pull the image. Check whether the image exists. Error response from daemon: pull access denied for team/web: requested access to the resource is denied`,
  ],
  [
    'private',
    `CannotPullContainerError: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  ],
  [
    'imageMissing',
    `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${ecr}/web@sha256:0123: ${ecr}/web@sha256:0123: not found`,
  ],
  [
    'imageMissing',
    `CANNOTPULLCONTAINERERROR: Error response from daemon: manifest for ${ecr}/web:1 not found: MANIFEST UNKNOWN`,
  ],
  [
    'imageMissing',
    `CannotPullImageManifestError: name unknown: The repository with name 'web' does not exist in the registry with id '111122223333'`,
  ],
  ['pull', 'CannotPullContainerError: The task can\u2019t pull the im'],
  ['pull', 'CannotPullContainerError: something that is not known'],
  ['pull', 'CannotPullECRContainerError: something that is not known'],
  ['pull', `${initialization} unable to retrieve ecr registry auth: ServerException`],
  [
    'logging',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: AccessDeniedException: not authorized to perform: logs:CreateLogStream on arn:aws:logs:x:log-group:/secret',
  ],
  ['logging', 'CannotStartContainerError: failed to initialize logging driver: unknown log driver'],
  [
    'envFile',
    'ResourceInitializationError: failed to download env files: file download command: non empty error stream: AccessDenied: status code: 403',
  ],
  ['envFile', 'ResourceInitializationError: invalid environment file content'],
  [
    'jsonKey',
    `${initialization} execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key PASSWORD`,
  ],
  [
    'noJson',
    `${initialization} execution resource retrieval failed: unable to retrieve secret from asm: invalid character 'p' in literal true (expecting 'r')`,
  ],
  ['noJson', `${initialization} invalid character 'h' looking for beginning of value`],
  [
    'role',
    "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/web' that was provided for this task. Please verify that the role being passed has the proper trust relationship",
  ],
  [
    'secretDenied',
    `${initialization} execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException: User: x is not authorized to perform: secretsmanager:GetSecretValue`,
  ],
  [
    'secretDenied',
    `${initialization} unable to retrieve secrets from ssm: AccessDeniedException: is not authorized to perform: ssm:GetParameters`,
  ],
  [
    'secretDenied',
    `${initialization} unable to retrieve secret from asm: AccessDeniedException: Access to KMS is not allowed`,
  ],
  ['efs', 'ResourceInitializationError: failed to mount the EFS filesystem fs-1'],
  ['efs', 'ResourceInitializationError: the EFS file system fs-1 can not be mounted'],
  ['secret', 'ResourceInitializationError: unable to retrieve secret from asm: ServerException'],
  [
    'secret',
    "ResourceNotFoundException: The task can\u2019t retrieve the secret with ARN 'arn:aws:secretsmanager:x:1:secret:web' from AWS Secrets Manager. Check whether the secret exists in the specified Region.",
  ],
  [
    'secret',
    `${initialization} execution resource retrieval failed: unable to retrieve secrets from ssm: invalid ssm parameters: /web/password`,
  ],
  [
    'interface',
    "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet 'subnet-0a': InsufficientFreeAddressesInSubnet",
  ],
  ['slow', 'Timeout waiting for network interface provisioning to complete.'],
  ['slow', 'Timeout waiting for EphemeralStorage provisioning to complete.'],
  ['slow', 'InternalError: something failed'],
  ['slow', 'Task failed to start: InternalError: something failed'],
  ['runtime', 'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s'],
  ['runtime', 'ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 3m0s'],
  ['runtime', 'CannotInspectContainerError: Could not transition to inspecting; timed out'],
  ['runtime', 'CannotCreateVolumeError: context canceled'],
  [
    'start',
    `CannotStartContainerError: failed to create task: exec: "serve": executable file not found in $PATH: unknown`,
  ],
  ['start', 'CannotCreateContainerError: invalid mount'],
  ['start', 'ContainerRuntimeError: failed to create the shim task'],
  ['launchType', 'The selected task definition is not compatible with the selected compute strategy'],
];

describe('the likely cause of a text', () => {
  it.each(texts)('%s: %s', (cause, text) => {
    expect(causeOfTexts([text])?.says).toMatch(causes[cause]);
  });

  it('has a text for each cause and a cause of its own for each row', () => {
    expect([...new Set(texts.map(([cause]) => cause))].toSorted()).toEqual(Object.keys(causes).toSorted());
    const says = texts.map(([, text]) => causeOfTexts([text])?.says);
    expect(new Set(says).size).toBe(Object.keys(causes).length);
  });

  it('is told with what to do about it', () => {
    const told = texts.map(([, text]) => causeOfTexts([text]));
    const lines = told.map((cause) => `${cause?.says} ${cause?.advice}`);
    expect([...new Set(lines)].join('\n')).toMatchSnapshot();
  });

  it.each(texts)('%s: is the same in a reason of the container: %s', (cause, text) => {
    const task = aTaskNotStarted('Task failed to start', {
      containers: [aContainer({ name: 'proxy' }), aContainer({ reason: text })],
    });
    expect(textCause(task)?.says).toMatch(causes[cause]);
  });

  it.each([
    'Essential container in task exited',
    'Scaling activity initiated by (deployment ecs-svc/1)',
    'OutOfMemory is a word',
    '(service failed-health-checks) has started 1 tasks',
    'the efs-prefs service',
    'the environment of the file',
    'network interface eni-1 was attached',
    'CannotBeKnown',
    'the function onInternalError failed',
    'a secret was not authorised',
    'toomany',
    '',
  ])('is not known for %j', (text) => {
    expect(causeOfTexts([text])).toBeUndefined();
  });

  it('is the most telling of several', () => {
    const task = aTask({
      containers: [
        aContainer({ name: 'proxy', reason: 'CannotStopContainerError: no answer' }),
        aContainer({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }),
      ],
    });
    expect(textCause(task)?.says).toMatch(causes.memory);
  });

  it('is not known of a task that says nothing', () => {
    expect(textCause(aTaskNotStarted('', { stoppedReason: undefined }))).toBeUndefined();
  });

  it('does not read two texts as one', () => {
    const task = aTaskNotStarted('CannotPullContainerError: something', {
      containers: [aContainer({ reason: 'ok' }), aContainer({ name: 'proxy', reason: 'page not found' })],
    });
    expect(textCause(task)?.says).toMatch(causes.pull);
  });
});

const unplaced = '(service web) was unable to place a task. Reason:';
const percents =
  '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration.';
const capacity = `${unplaced} Capacity is unavailable at this time. Please try again later.`;

/** Messages as on AWS's pages about service events, each with the first words of its cause. */
const events: readonly (readonly [string, string])[] = [
  [percents, 'With this minimumHealthyPercent and maximumPercent'],
  [
    `${unplaced} You've reached the limit on the number of tasks you can run concurrently.`,
    'The Fargate quota',
  ],
  [
    `${unplaced} You've reached the limit on the number of vCPUs you can run concurrently.`,
    'The Fargate quota',
  ],
  [capacity, 'Fargate has no capacity'],
  ['(service web) capacity unavailable', 'Fargate has no capacity'],
  [`${unplaced} The requested CPU configuration is above your limit.`, 'The task exceeds'],
  [`${unplaced} The requested MEMORY configuration is above your limit.`, 'The task exceeds'],
  [
    '(task set x) (task a) is not healthy in target-group (arn) due to TARGET GROUP IS NOT FOUND',
    "The service's target group",
  ],
  [
    '(task set x) (task a) is not healthy in target-group (arn) due to TARGET IS NOT FOUND',
    "The service's target group",
  ],
  [
    'ECS is unable to look after (service web): IAM permissions policies have been changed',
    "ECS can't manage",
  ],
  ['ECS is unable to look after (service web): IAM trust relationship has been changed', "ECS can't manage"],
  [`${unplaced} something new`, "ECS couldn't place"],
];

describe('the likely cause of an event', () => {
  it.each(events)('%s', (text, says) => {
    expect(causeOfEvents([text])?.says).toMatch(new RegExp(`^${says}`));
  });

  it('is told with what to do about it', () => {
    const lines = events
      .map(([text]) => causeOfEvents([text]))
      .map((cause) => `${cause?.says} ${cause?.advice}`);
    expect([...new Set(lines)].join('\n')).toMatchSnapshot();
  });

  it.each([
    [
      'the percents, since nothing else matters with them',
      [capacity, percents],
      /^With this minimumHealthyPercent/,
    ],
    ['the reason of a task', [capacity, `${unplaced} CannotPullContainerError: x: not found.`], /^The image/],
    ['the specific one', [`${unplaced} new`, capacity], /^Fargate has no capacity/],
  ])('is of several %s', (_, several, says) => {
    expect(causeOfEvents(several)?.says).toMatch(says);
  });

  it.each([['(service web) has reached a steady state.'], ['']])('is not known for %j', (text) => {
    expect(causeOfEvents([text])).toBeUndefined();
    expect(causeOfEvents([])).toBeUndefined();
  });
});
