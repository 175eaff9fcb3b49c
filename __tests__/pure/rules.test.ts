import { checkRules, fargateRules, ruleNames } from '../../src/plan/rules/all.ts';
import { misspeltRule } from '../../src/plan/rules/misspelt.ts';
import type { Finding, ServiceOfTask, Violation } from '../../src/plan/rules/rule.ts';
import { isOnFargate, serviceRules } from '../../src/plan/rules/service.ts';
import { valueTypeRule } from '../../src/plan/rules/value-type.ts';
import { type JsonObject, objectIn } from '../../src/text/json.ts';

const good = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
};
const app = { name: 'app', image: 'nginx:1', portMappings: [{ containerPort: 80 }] };
const digest = `sha256:${'0'.repeat(64)}`;
const logs = { 'awslogs-group': 'g', 'awslogs-region': 'r', 'awslogs-stream-prefix': 'p' };
const router = { name: 'log', image: 'fluent/fluent-bit:3', firelensConfiguration: { type: 'fluentbit' } };
const efs = { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } };
const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password::';

/** The good document with members of the task changed; undefined takes one out. */
const task = (members: JsonObject): JsonObject => ({ ...good, containerDefinitions: [app], ...members });
/** The same with members of its container changed. */
const container = (members: JsonObject, more: JsonObject = {}): JsonObject =>
  task({ containerDefinitions: [{ ...app, ...members }], ...more });
const containers = (...all: readonly JsonObject[]): JsonObject => task({ containerDefinitions: all });

/** The good document, with a variable that makes it as large. */
const ofBytes = (bytes: number): JsonObject => {
  const sized = (length: number) => container({ environment: [{ name: 'A', value: 'a'.repeat(length) }] });
  return sized(bytes - JSON.stringify(sized(0)).length);
};
const ranges = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    containerPortRange: `${1000 + index * 10}-${1001 + index * 10}`,
  }));
const waiting = (name: string, ...others: readonly string[]): JsonObject => ({
  ...app,
  name,
  dependsOn: others.map((containerName) => ({ containerName, condition: 'START' })),
});
const onWindows = {
  cpu: '1024',
  memory: '2048',
  runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
};

/** By rule: documents that break it, and documents that are near and do not. */
const ofTaskDefinition: Readonly<
  Record<string, { readonly fails: readonly JsonObject[]; readonly holds: readonly JsonObject[] }>
> = {
  family: {
    fails: [
      task({ family: '' }),
      task({ family: undefined }),
      task({ family: 'web app' }),
      task({ family: 'x'.repeat(256) }),
    ],
    holds: [task({ family: 'Web_1-x' }), task({ family: 'x'.repeat(255) })],
  },
  'network-mode': {
    fails: [task({ networkMode: 'bridge' }), task({ networkMode: 'host' }), task({ networkMode: undefined })],
    holds: [task({})],
  },
  'requires-compatibilities': {
    fails: [task({ requiresCompatibilities: ['EC2'] })],
    holds: [
      task({ requiresCompatibilities: ['EC2', 'FARGATE'] }),
      // ECS finds out by itself.
      task({ requiresCompatibilities: undefined }),
      task({ requiresCompatibilities: [] }),
    ],
  },
  platform: {
    fails: [
      task({
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE', cpuArchitecture: 'ARM64' },
      }),
      task({ runtimePlatform: { cpuArchitecture: 'RISCV' } }),
      task({ runtimePlatform: { cpuArchitecture: 'arm64' } }),
      task({
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2025_CORE' },
      }),
    ],
    holds: [
      task({ runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } }),
      task({
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2019_FULL' },
      }),
      task({ runtimePlatform: {} }),
      task({ ...onWindows, runtimePlatform: { ...onWindows.runtimePlatform, cpuArchitecture: null } }),
      task({ ...onWindows, runtimePlatform: { ...onWindows.runtimePlatform, cpuArchitecture: 'X86_64' } }),
    ],
  },
  'ephemeral-storage': {
    fails: [task({ ephemeralStorage: { sizeInGiB: 20 } }), task({ ephemeralStorage: { sizeInGiB: 201 } })],
    holds: [task({ ephemeralStorage: { sizeInGiB: 21 } }), task({ ephemeralStorage: { sizeInGiB: 200 } })],
  },
  'pid-mode': {
    fails: [task({ pidMode: 'host' })],
    holds: [task({ pidMode: 'task' }), task({ pidMode: null })],
  },
  'not-on-fargate-task': {
    fails: [
      task({ ipcMode: 'host' }),
      task({ placementConstraints: [{ type: 'memberOf' }] }),
      task({ inferenceAccelerators: [{ deviceName: 'a' }] }),
    ],
    holds: [task({ ipcMode: '', placementConstraints: [], inferenceAccelerators: [] })],
  },
  volumes: {
    fails: [
      task({ volumes: [{ name: 'data', host: { sourcePath: '/var/data' } }] }),
      task({ volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'shared' } }] }),
      task({ volumes: [{ name: 'data', fsxWindowsFileServerVolumeConfiguration: { fileSystemId: 'fs' } }] }),
      task({ volumes: [{ host: { sourcePath: '/var/data' } }] }),
    ],
    holds: [
      task({ volumes: [{ name: 'tmp', host: {} }, efs, { name: 'later', s3filesVolumeConfiguration: {} }] }),
    ],
  },
  'volume-at-launch': {
    fails: [
      task({
        volumes: [
          { name: 'a', configuredAtLaunch: true },
          { name: 'b', configuredAtLaunch: true },
        ],
      }),
    ],
    holds: [
      task({
        volumes: [
          { name: 'a', configuredAtLaunch: true },
          { name: 'b', configuredAtLaunch: false },
        ],
      }),
    ],
  },
  'container-count': {
    fails: [
      containers(),
      containers(...Array.from({ length: 11 }, (_, index) => ({ ...app, name: `a${index}` }))),
    ],
    holds: [containers(...Array.from({ length: 10 }, (_, index) => ({ ...app, name: `a${index}` })))],
  },
  essential: {
    fails: [container({ essential: false })],
    holds: [
      container({ essential: true }),
      containers(app, { ...app, name: 'b', essential: false }),
      containers(),
    ],
  },
  'document-size': {
    fails: [ofBytes(65_537), container({ environment: [{ name: 'A', value: 'ä'.repeat(33_000) }] })],
    holds: [ofBytes(65_536), { ...ofBytes(65_536), tags: [{ key: 'k', value: 'v' }] }],
  },
  tags: {
    fails: [
      task({ tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' })) }),
      task({ tags: [{ key: 'k'.repeat(129), value: '' }] }),
      task({ tags: [{ key: 'k', value: 'v'.repeat(257) }] }),
      task({ tags: [{ Key: 'team', Value: 'shop' }] }),
      task({ tags: [{ value: 'v' }] }),
      task({ tags: [{ key: 'cost', value: '5 €' }] }),
      task({
        tags: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      }),
    ],
    holds: [
      task({ tags: Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' })) }),
      task({ tags: [{ key: 'k'.repeat(128), value: 'v'.repeat(256) }, { key: 'k' }] }),
      task({ tags: [{ key: 'Größe', value: 'a_b.c:d/e=f+g-h@i j' }] }),
    ],
  },
  'size-missing': {
    fails: [
      task({ cpu: undefined }),
      task({ memory: null }),
      task({ memory: '' }),
      task({ cpu: undefined, memory: '1024' }),
      // The containers' own sizes, as a task definition for EC2 has them.
      task({
        cpu: undefined,
        memory: undefined,
        containerDefinitions: [
          { ...app, cpu: 512, memory: 3000 },
          { ...app, name: 'b', cpu: 300, memoryReservation: 100 },
        ],
      }),
      task({ cpu: undefined, memory: '2048', containerDefinitions: [{ ...app, memory: 100 }] }),
      task({ cpu: '2048', memory: undefined, containerDefinitions: [{ ...app, cpu: 100 }] }),
      task({ cpu: undefined, memory: undefined, runtimePlatform: onWindows.runtimePlatform }),
      task({ cpu: undefined, memory: undefined, containerDefinitions: [{ ...app, memory: 500_000 }] }),
    ],
    holds: [task({})],
  },
  'size-unreadable': {
    fails: [
      task({ cpu: 'half' }),
      task({ memory: '512M' }),
      task({ memory: '1 GiB' }),
      task({ cpu: 'x512' }),
      task({ cpu: '512.x' }),
    ],
    holds: [
      task({ cpu: '.25 vCPU', memory: '0.5GB' }),
      task({ cpu: 256, memory: 512 }),
      task({ cpu: '1vcpu', memory: '2 GB' }),
      task({ memory: '512.25' }),
    ],
  },
  'fargate-size': {
    fails: [
      task({ cpu: '0.5', memory: '1024' }),
      task({ cpu: '2', memory: '4096' }),
      task({ cpu: '512', memory: '8192' }),
      task({ cpu: '512', memory: '1536' }),
      task({ cpu: '300', memory: '512' }),
      task({ cpu: '8192', memory: '17408' }),
      task({ cpu: '16384', memory: '36864' }),
      task({
        cpu: '512',
        memory: '1024',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
      }),
      // Larger than all that is known: told, and left to AWS.
      task({ cpu: '32768', memory: '61440' }),
      task({ cpu: '300', memory: '1024' }),
      task({ cpu: '256', memory: '3000' }),
      task({ cpu: '1024', memory: '1024' }),
      task({ cpu: '16384', memory: '999999' }),
      task({ ...onWindows, memory: '999999' }),
      task({ ...onWindows, cpu: '8192', memory: '16384' }),
      task({ ...onWindows, cpu: '32768', memory: '61440' }),
      task({ cpu: '512', memory: '3500' }),
    ],
    holds: [
      task({ cpu: '256', memory: '2048' }),
      task({ cpu: '4096', memory: '30720' }),
      task({ cpu: '8192', memory: '20480' }),
      task({ cpu: '16 vCPU', memory: '120 GB' }),
      task({ cpu: '512', memory: undefined }),
      task({ cpu: undefined, memory: '3000' }),
      task(onWindows),
    ],
  },
  'container-shares': {
    fails: [
      containers({ ...app, cpu: 200 }, { ...app, name: 'b', cpu: 100 }),
      containers({ ...app, memory: 512 }, { ...app, name: 'b', memory: 6 }),
      containers({ ...app, memoryReservation: 300 }, { ...app, name: 'b', memoryReservation: 213 }),
      containers({ ...app, memory: 600 }),
      containers({ ...app, memory: 400 }, { ...app, name: 'b', memoryReservation: 200 }),
    ],
    holds: [
      containers({ ...app, cpu: 200, memory: 500 }, { ...app, name: 'b', cpu: 56, memory: 12 }),
      containers({ ...app, memoryReservation: 300 }, { ...app, name: 'b', memoryReservation: 212 }),
      task({ cpu: undefined, containerDefinitions: [{ ...app, cpu: 9999 }] }),
    ],
  },
  'container-memory': {
    fails: [container({ memory: 5 }), container({ memory: 128, memoryReservation: 129 })],
    holds: [
      container({ memory: 128, memoryReservation: 128 }),
      container({ memory: 6 }),
      container({ memory: 256, memoryReservation: 128 }),
      container({ memoryReservation: 5 }),
      container({ memory: 128 }),
      container({ memory: '5', memoryReservation: 128 }),
    ],
  },
  'execution-role': {
    fails: [
      container(
        { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1' },
        { executionRoleArn: undefined },
      ),
      container({ image: '111122223333.dkr-ecr-fips.us-gov-west-1.on.aws/web:1' }, { executionRoleArn: '' }),
      container(
        { logConfiguration: { logDriver: 'awslogs', options: logs } },
        { executionRoleArn: undefined },
      ),
      container({ secrets: [{ name: 'A', valueFrom: secretArn }] }, { executionRoleArn: undefined }),
      container(
        { environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }] },
        { executionRoleArn: undefined },
      ),
      container({ repositoryCredentials: { credentialsParameter: 'x' } }, { executionRoleArn: undefined }),
      container(
        {
          logConfiguration: {
            logDriver: 'splunk',
            secretOptions: [{ name: 'splunk-token', valueFrom: secretArn }],
          },
          environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }],
        },
        { executionRoleArn: undefined },
      ),
    ],
    holds: [
      container({}, { executionRoleArn: undefined }),
      container({ repositoryCredentials: null }, { executionRoleArn: undefined }),
      container({ image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1' }),
      container(
        { image: 'mirror.example/111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1' },
        { executionRoleArn: undefined },
      ),
    ],
  },
  'container-name': {
    fails: [
      container({ name: '' }),
      container({ name: 'a b' }),
      containers(app, app),
      container({ name: 7 }),
      container({ name: 'x'.repeat(256) }),
    ],
    holds: [containers(app, { ...app, name: 'App_2' }), container({ name: 'x'.repeat(255) })],
  },
  'container-image': {
    fails: [
      container({ image: '' }),
      container({ image: undefined }),
      container({ image: 'nginx:1 ' }),
      container({ image: 'x'.repeat(256) }),
      container({ image: 'nginx@sha256:12' }),
      container({ image: `nginx@${digest}0` }),
      container({ image: `nginx@x${digest}` }),
      container({ image: 7 }),
      container({ image: `${'x'.repeat(256)}@${digest}` }),
    ],
    holds: [
      container({ image: `nginx:1@${digest}` }),
      container({ image: 'x'.repeat(255) }),
      container({ image: `${'x'.repeat(255)}@${digest}` }),
    ],
  },
  'not-on-fargate': {
    fails: [
      container({ privileged: true }),
      container({ links: ['db'] }),
      container({ dnsServers: ['10.0.0.2'] }),
      container({ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.1' }] }),
      container({ hostname: 'web' }),
      container({ dockerSecurityOptions: ['no-new-privileges'] }),
      container({ disableNetworking: true }),
      container({ dnsSearchDomains: ['a'] }),
    ],
    holds: [container({ privileged: false, links: [], hostname: '', readonlyRootFilesystem: true })],
  },
  gpu: {
    fails: [
      container({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
      container({ resourceRequirements: [{ type: 'InferenceAccelerator', value: 'a' }] }),
    ],
    holds: [
      container({ resourceRequirements: [] }),
      container({ resourceRequirements: [{ type: 'LATER', value: '1' }] }),
    ],
  },
  'linux-parameters': {
    fails: [
      container({ linuxParameters: { devices: [{ hostPath: '/dev/x' }] } }),
      container({ linuxParameters: { sharedMemorySize: 64 } }),
      container({ linuxParameters: { maxSwap: 0 } }),
      container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'] } } }),
      container({ linuxParameters: { swappiness: 60 } }),
    ],
    holds: [
      container({
        linuxParameters: {
          capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] },
          initProcessEnabled: true,
          tmpfs: [{ containerPath: '/tmp', size: 64 }],
        },
      }),
    ],
  },
  'port-mappings': {
    fails: [
      container({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
      container({ portMappings: [{ containerPort: 80, name: '-http' }] }),
      container({ portMappings: [{ containerPort: 80, name: 'HTTP' }] }),
      container({ portMappings: [{ containerPortRange: '8000-8100', hostPort: 8000 }] }),
      container({ portMappings: [{ containerPortRange: '8000-8100', containerPort: 8000 }] }),
      container({ portMappings: [{ containerPort: 80, name: 'x'.repeat(65) }] }),
      container({ portMappings: [{ hostPort: 8080 }] }),
    ],
    holds: [
      container({
        portMappings: [
          { containerPort: 80, hostPort: 80, name: 'http' },
          { containerPort: 81, hostPort: 0 },
        ],
      }),
      container({ portMappings: [{ containerPortRange: '8000-8100' }] }),
      container({
        portMappings: [
          { containerPort: 80, name: 'x'.repeat(64) },
          { containerPort: 81, hostPort: '82', name: 7.5 },
        ],
      }),
    ],
  },
  'port-range-count': {
    fails: [container({ portMappings: ranges(101) })],
    holds: [container({ portMappings: [...ranges(100), { containerPort: 80 }] })],
  },
  'health-check': {
    fails: [
      container({ healthCheck: { command: [] } }),
      container({ healthCheck: { command: ['curl', 'localhost'] } }),
      container({ healthCheck: { command: ['CMD', 'x'], interval: 4 } }),
      container({ healthCheck: { command: ['CMD', 'x'], timeout: 61 } }),
      container({ healthCheck: { command: ['CMD', 'x'], retries: 11 } }),
      container({ healthCheck: { command: ['CMD', 'x'], startPeriod: 301 } }),
      container({ healthCheck: {} }),
    ],
    holds: [
      container({
        healthCheck: { command: ['CMD-SHELL', 'x'], interval: 5, timeout: 2, retries: 1, startPeriod: 0 },
      }),
      container({ healthCheck: null }),
      container({
        healthCheck: { command: ['NONE'], interval: 300, timeout: 60, retries: 10, startPeriod: 300 },
      }),
    ],
  },
  timeouts: {
    fails: [
      container({ stopTimeout: 121 }),
      container({ startTimeout: 600 }),
      container({ stopTimeout: -1 }),
    ],
    holds: [
      container({ stopTimeout: 120, startTimeout: 120 }),
      container({ stopTimeout: 0, startTimeout: 0 }),
    ],
  },
  'restart-policy': {
    fails: [
      container({ restartPolicy: {} }),
      container({ restartPolicy: { restartAttemptPeriod: 60 } }),
      container({ restartPolicy: { enabled: true, restartAttemptPeriod: 30 } }),
      container({
        restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, code) => code) },
      }),
      container({ restartPolicy: { enabled: true, restartAttemptPeriod: 1801 } }),
    ],
    holds: [
      container({ restartPolicy: { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [0] } }),
      container({
        restartPolicy: {
          enabled: false,
          restartAttemptPeriod: 1800,
          ignoredExitCodes: Array.from({ length: 50 }, (_, code) => code),
        },
      }),
    ],
  },
  'depends-on': {
    fails: [
      container({ dependsOn: [{ containerName: 'db', condition: 'START' }] }),
      container({ dependsOn: [{ containerName: 'app', condition: 'START' }] }),
      containers(
        { ...app, dependsOn: [{ containerName: 'b', condition: 'HEALTHY' }] },
        { ...app, name: 'b' },
      ),
      containers(
        { ...app, dependsOn: [{ containerName: 'b', condition: 'SUCCESS' }] },
        { ...app, name: 'b' },
      ),
      containers({ ...app, dependsOn: [{ containerName: 'b', condition: 'READY' }] }, { ...app, name: 'b' }),
      containers(
        { ...app, dependsOn: [{ containerName: 'b', condition: 'COMPLETE' }] },
        { ...app, name: 'b' },
      ),
      containers({ ...app, dependsOn: [{ containerName: 'b' }] }, { ...app, name: 'b' }),
      container({ dependsOn: [{ condition: 'START' }] }),
    ],
    holds: [
      containers(
        {
          ...app,
          dependsOn: [
            { containerName: 'b', condition: 'HEALTHY' },
            { containerName: 'c', condition: 'SUCCESS' },
          ],
        },
        { ...app, name: 'b', healthCheck: { command: ['CMD', 'x'] } },
        { ...app, name: 'c', essential: false },
      ),
      containers(
        {
          ...app,
          dependsOn: [
            { containerName: 'b', condition: 'START' },
            { containerName: 'c', condition: 'COMPLETE' },
          ],
        },
        { ...app, name: 'b' },
        { ...app, name: 'c', essential: false },
      ),
    ],
  },
  'dependency-cycle': {
    fails: [
      containers(waiting('app', 'b'), waiting('b', 'app')),
      containers(app, waiting('a', 'c'), waiting('b', 'a'), waiting('c', 'app', 'b')),
      containers(waiting('app', 'b'), waiting('b', 'c'), waiting('c', 'b')),
    ],
    holds: [
      containers(waiting('app', 'b', 'c'), waiting('b', 'c'), waiting('c')),
      containers(waiting('app', 'app', 'gone')),
      containers(waiting('app', 'b', 'c'), waiting('b', 'd'), waiting('c', 'd'), waiting('d')),
    ],
  },
  environment: {
    fails: [
      container({ environment: [{ name: 'A', value: '' }], secrets: [{ name: 'A', valueFrom: secretArn }] }),
    ],
    holds: [
      container({ environment: [{ name: 'A', value: '' }], secrets: [{ name: 'B', valueFrom: secretArn }] }),
      container({ environment: [{ value: '' }], secrets: [{ valueFrom: secretArn }] }),
    ],
  },
  'secret-names': {
    fails: [
      container({
        secrets: [
          { name: 'A', valueFrom: secretArn },
          { name: 'A', valueFrom: '/web/a' },
        ],
      }),
    ],
    holds: [
      container({
        secrets: [
          { name: 'A', valueFrom: secretArn },
          { name: 'a', valueFrom: secretArn },
        ],
      }),
      container({ secrets: [{ valueFrom: secretArn }, { valueFrom: secretArn }] }),
    ],
  },
  'role-arn': {
    fails: [
      task({ taskRoleArn: '' }),
      task({ executionRoleArn: '' }),
      task({ taskRoleArn: 'arn:aws:iam::111122223333:user/me' }),
      task({ executionRoleArn: 'execution' }),
    ],
    holds: [
      task({ taskRoleArn: 'task' }),
      task({ taskRoleArn: 'arn:aws-eusc:iam::111122223333:role/a/b/task', executionRoleArn: undefined }),
      task({ taskRoleArn: null, executionRoleArn: null }),
    ],
  },
  'enum-values': {
    fails: [
      container({ portMappings: [{ containerPort: 80, protocol: 'TCP' }] }),
      container({ portMappings: [{ containerPort: 80, protocol: 'sctp' }] }),
      container({ portMappings: [{ containerPort: 80, appProtocol: 'HTTP' }] }),
      container({ environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 'S3' }] }),
      container({ ulimits: [{ name: 'NOFILE', softLimit: 1, hardLimit: 1 }] }),
      container({ versionConsistency: 'Disabled' }),
    ],
    holds: [
      container({
        portMappings: [{ containerPort: 80, protocol: 'udp', appProtocol: 'grpc' }],
        ulimits: [{ name: 'stack', softLimit: 1, hardLimit: 1 }],
        versionConsistency: 'enabled',
      }),
      container({ portMappings: [{ containerPort: 80, protocol: null }, null] }),
    ],
  },
  'enum-values-task': {
    fails: [
      task({
        volumes: [
          { name: 'a', efsVolumeConfiguration: { fileSystemId: 'fs', transitEncryption: 'enabled' } },
        ],
      }),
      task({
        volumes: [{ efsVolumeConfiguration: { fileSystemId: 'fs', authorizationConfig: { iam: 'ON' } } }],
      }),
      task({ proxyConfiguration: { type: 'AppMesh', containerName: 'envoy' } }),
    ],
    holds: [
      task({
        volumes: [
          {
            name: 'a',
            efsVolumeConfiguration: {
              fileSystemId: 'fs',
              transitEncryption: 'ENABLED',
              authorizationConfig: { iam: 'DISABLED' },
            },
          },
        ],
        proxyConfiguration: { type: 'APPMESH', containerName: 'envoy' },
      }),
    ],
  },
  'secret-value': {
    fails: [
      container({ secrets: [{ name: 'A', valueFrom: `ghp_${'a1'.repeat(18)}` }] }),
      container({ secrets: [{ name: 'A', valueFrom: 'hunter 2' }] }),
      container({ secrets: [{ name: 'A' }] }),
      container({
        logConfiguration: {
          logDriver: 'splunk',
          secretOptions: [{ name: 'splunk-token', valueFrom: 'pa$$' }],
        },
      }),
      container({ secrets: [{ valueFrom: 'hunter 2' }] }),
    ],
    holds: [
      container({
        secrets: [
          { name: 'A', valueFrom: secretArn },
          { name: 'B', valueFrom: '/web/b' },
          {
            name: 'C',
            valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1a-AbCdEf:user name::',
          },
        ],
      }),
    ],
  },
  'environment-files': {
    fails: [
      container({ environmentFiles: [{ value: 's3://b/a.env', type: 's3' }] }),
      container({ environmentFiles: [{ value: 'arn:aws:s3:::b/a.txt', type: 's3' }] }),
      container({
        environmentFiles: Array.from({ length: 11 }, () => ({ value: 'arn:aws:s3:::b/a.env', type: 's3' })),
      }),
      container({ environmentFiles: [{ type: 's3' }] }),
      container({ environmentFiles: [{ value: ' arn:aws:s3:::b/a.env', type: 's3' }] }),
      container({ environmentFiles: [{ value: 'arn:aws:s3:::b/a.env.bak', type: 's3' }] }),
    ],
    holds: [
      container({ environmentFiles: [{ value: 'arn:aws-cn:s3:::b/x/a.env', type: 's3' }] }),
      container({ environmentFiles: [{ value: 'arn:aws:s3:::b/x y/a b.env', type: 's3' }] }),
      container({
        environmentFiles: Array.from({ length: 10 }, () => ({ value: 'arn:aws:s3:::b/a.env', type: 's3' })),
      }),
    ],
  },
  ulimits: {
    fails: [
      container({ ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 2_000_000 }] }),
      container({ ulimits: [{ name: 'nofile', softLimit: 1_048_577 }] }),
    ],
    holds: [
      container({ ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 1_048_576 }] }),
      container({ ulimits: [{ name: 'memlock', softLimit: 1024, hardLimit: 2_000_000 }] }),
      container({ ulimits: [{ name: 'nofile' }] }),
    ],
  },
  'system-controls': {
    fails: [
      container({ systemControls: [{ namespace: 'vm.swappiness', value: '0' }] }),
      container({ systemControls: [{ value: '0' }] }),
      container({ systemControls: [{ namespace: 'kernel.semaphore', value: '0' }] }),
      container({ systemControls: [{ namespace: 'vm.net.core', value: '0' }] }),
    ],
    holds: [
      container({
        systemControls: [
          { namespace: 'net.core.somaxconn', value: '1' },
          { namespace: 'kernel.shmmax', value: '1' },
        ],
      }),
      container({
        systemControls: ['kernel.msgmax', 'kernel.sem', 'fs.mqueue.msg_max'].map((namespace) => ({
          namespace,
          value: '1',
        })),
      }),
    ],
  },
  'mount-points': {
    fails: [
      container({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }),
      container({ mountPoints: [{ sourceVolume: 7, containerPath: '/data' }] }),
    ],
    holds: [
      container({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }, { volumes: [efs] }),
      container({ mountPoints: [{ containerPath: '/data' }] }),
    ],
  },
  'log-driver': {
    fails: [
      container({ logConfiguration: { logDriver: 'json-file' } }),
      container({ logConfiguration: {} }),
      // One that nobody knows yet is told, and left to AWS.
      container({ logConfiguration: { logDriver: 'awsquantum' } }),
      ...['fluentd', 'gelf', 'journald', 'logentries', 'none', 'syslog'].map((logDriver) =>
        container({ logConfiguration: { logDriver } }),
      ),
    ],
    holds: [container({ logConfiguration: { logDriver: 'splunk' } }), container({ logConfiguration: null })],
  },
  'awslogs-options': {
    fails: [
      container({ logConfiguration: { logDriver: 'awslogs' } }),
      container({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { ...logs, 'awslogs-group': '', 'awslogs-stream-prefix': null },
        },
      }),
      container({ logConfiguration: { logDriver: 'awslogs', options: { ...logs, mode: 'nonblocking' } } }),
      container({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { ...logs, 'awslogs-datetime-format': '%d', 'awslogs-multiline-pattern': '^x' },
        },
      }),
    ],
    holds: [
      container({ logConfiguration: { logDriver: 'awslogs', options: { ...logs, mode: 'non-blocking' } } }),
      container({
        logConfiguration: { logDriver: 'awslogs', options: { ...logs, 'awslogs-stream-prefix': '' } },
      }),
      container({
        logConfiguration: {
          logDriver: 'awslogs',
          options: { ...logs, mode: 'blocking', 'awslogs-datetime-format': '%d' },
        },
      }),
      container({
        logConfiguration: { logDriver: 'awslogs', options: { ...logs, 'awslogs-multiline-pattern': '^x' } },
      }),
    ],
  },
  firelens: {
    fails: [
      container({ logConfiguration: { logDriver: 'awsfirelens' } }),
      containers(app, { ...router, firelensConfiguration: { type: 'vector' } }),
      containers(app, {
        ...router,
        firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 's3' } },
      }),
    ],
    holds: [
      containers({ ...app, logConfiguration: { logDriver: 'awsfirelens' } }, router),
      container({ firelensConfiguration: null }),
      containers(app, {
        ...router,
        firelensConfiguration: { type: 'fluentd', options: { 'config-file-type': 'file' } },
      }),
    ],
  },
  'firelens-count': {
    fails: [containers(app, router, { ...router, name: 'log2' })],
    holds: [containers({ ...app, firelensConfiguration: null }, router)],
  },
  windows: {
    fails: [
      task({ ...onWindows, pidMode: 'task' }),
      container({ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }] }, onWindows),
      container({ systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }] }, onWindows),
      container({ linuxParameters: { initProcessEnabled: true } }, onWindows),
      container({ linuxParameters: { capabilities: { drop: ['ALL'] } } }, onWindows),
      container({ linuxParameters: { tmpfs: [{ containerPath: '/tmp', size: 64 }] } }, onWindows),
      task({ ...onWindows, volumes: [efs, { efsVolumeConfiguration: { fileSystemId: 'fs-2' } }] }),
      container(
        {
          environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }],
          readonlyRootFilesystem: true,
          user: 'app',
        },
        onWindows,
      ),
    ],
    holds: [
      container({ linuxParameters: {}, ulimits: [], systemControls: null, user: '' }, onWindows),
      container({ readonlyRootFilesystem: false }, { ...onWindows, volumes: [{ name: 'tmp', host: {} }] }),
      container({ linuxParameters: { initProcessEnabled: true } }),
    ],
  },
  'value-type': {
    fails: [
      container({ environment: [{ name: 'PORT', value: 8080 }] }),
      container({ environment: { PORT: '8080' } }),
      container({ portMappings: [{ containerPort: '80' }] }),
      container({ essential: 'true' }),
      container({ command: 'npm start' }),
      container({ command: ['sleep', 3600] }),
      container({ dockerLabels: { build: 7 } }),
      container({ dockerLabels: ['build=7'] }),
      container({ healthCheck: 'curl localhost' }),
      task({ containerDefinitions: { app } }),
      task({ tags: [{ key: 'cost', value: 1 }] }),
      container({ stopTimeout: true }),
      container({ image: ['nginx'] }),
      container({ environment: [{ name: 'DEBUG', value: true }] }),
    ],
    holds: [
      container({ environment: null, command: [], cpu: 1.5, essential: false }),
      // Newer than the SDK's schema: any type may be right.
      container({ later: { at: [1, 'a', true] } }, { later: 1 }),
      task({ cpu: undefined, memory: null }),
    ],
  },
  'misspelt-key': {
    fails: [
      task({ networkmode: 'awsvpc' }),
      task({ taskRoleARN: 'arn' }),
      container({ enviroment: [] }),
      container({ portMapings: [] }),
      container({ healthCheck: { command: ['CMD', 'x'], intervall: 30 } }),
      task({ container_definition: [] }),
      task({ somethingNew: true }),
      task({ tgas: [] }),
      task({ cpuu: '256' }),
      task({ taxy: [] }),
      task({ faxly: 'web' }),
    ],
    holds: [
      task({ tags: [{ key: 'k', value: 'v' }], enableFaultInjection: true }),
      container({
        dockerLabels: { anything: 'x' },
        logConfiguration: { logDriver: 'splunk', options: { any: '' } },
      }),
      task({ tags: null, volumes: [null] }),
      container({ image: ['nginx'] }),
    ],
  },
};

function inWords({ severity = 'problem', place, message, fix = '' }: Violation): string {
  return `${severity} at ${place || 'the whole'}: ${message} ${fix}`;
}

const taskRules = [...fargateRules, valueTypeRule, misspeltRule];

describe('a rule of Fargate', () => {
  it('is in the table, each of them', () => {
    expect(taskRules.map(({ name }) => name).toSorted()).toEqual(Object.keys(ofTaskDefinition).toSorted());
  });

  describe.each(taskRules)('$name', ({ name, check }) => {
    const { fails = [], holds = [] } = ofTaskDefinition[name] ?? {};

    it.each(fails.map((document, index) => [index, document] as const))(
      'is broken by document %i',
      (_, document) => {
        const [first, ...others] = check(document);
        expect(first).toEqual(
          expect.objectContaining({ place: expect.any(String), message: expect.stringMatching(/\.$/) }),
        );
        expect(others.length).toBeLessThan(3);
      },
    );

    it('says where, what is wrong and what mends it', () => {
      expect(fails.flatMap(check).map(inWords).join('\n')).toMatchSnapshot();
    });

    it.each(holds.map((document, index) => [index, document] as const))(
      'holds for document %i',
      (_, document) => {
        expect(check(document)).toEqual([]);
      },
    );
  });

  it('shows no secret', () => {
    const command = ['curl -u me:hunter2 http://localhost/'];
    const documents = [
      ...(ofTaskDefinition['secret-value']?.fails ?? []),
      container({ healthCheck: { command } }),
      container({ environment: [{ name: 'PIN', value: 70_482_113 }] }),
    ];
    for (const document of documents) {
      const findings = findingsFor({}, document);
      expect(findings).not.toEqual([]);
      expect(JSON.stringify(findings)).not.toMatch(/hunter|pa\$\$|70482113/);
    }
  });
});

const service: JsonObject = {
  launchType: 'FARGATE',
  desiredCount: 2,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  loadBalancers: [{ targetGroupArn: 'arn', containerName: 'app', containerPort: 80 }],
  deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
};
const percents = (
  desiredCount: number,
  minimumHealthyPercent: number,
  maximumPercent: number,
): JsonObject => ({
  ...service,
  desiredCount,
  deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
});
/** A load balancer between whose target groups ECS can shift traffic. */
const shifting = {
  targetGroupArn: 'arn',
  containerName: 'app',
  containerPort: 80,
  advancedConfiguration: { alternateTargetGroupArn: 'arn2', productionListenerRule: 'rule', roleArn: 'role' },
};
const deploying = (deploymentConfiguration: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...service,
  loadBalancers: [shifting],
  deploymentConfiguration,
  ...more,
});
const pause = { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] };
const lambda = {
  hookTargetArn: 'arn:aws:lambda:eu-west-1:111122223333:function:smoke-test',
  roleArn: 'arn:aws:iam::111122223333:role/hooks',
  lifecycleStages: ['POST_SCALE_UP'],
};
const hooked = (...lifecycleHooks: readonly JsonObject[]): JsonObject => deploying({ lifecycleHooks });
const early = { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'BLOCKING' };
const subnets = (count: number, groups = 1): JsonObject => ({
  ...service,
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: Array.from({ length: count }, (_, index) => `subnet-${index}`),
      securityGroups: Array.from({ length: groups }, (_, index) => `sg-${index}`),
    },
  },
});
const balanced = (count: number, more: JsonObject = {}): JsonObject => ({
  ...service,
  loadBalancers: Array.from({ length: count }, () => ({ containerName: 'app', containerPort: 80, ...more })),
});
const primary = (members: JsonObject): JsonObject => ({
  ...service,
  deployments: [{ status: 'PRIMARY', ...members }],
});
const connected = (enabled: boolean): JsonObject => primary({ serviceConnectConfiguration: { enabled } });
const onSpot = { ...service, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
const on = (...all: readonly (readonly [name: string, weight: number, base: number])[]): JsonObject => ({
  ...service,
  capacityProviderStrategy: all.map(([capacityProvider, weight, base]) => ({
    capacityProvider,
    weight,
    base,
  })),
});
const withExec = { ...service, enableExecuteCommand: true };
const slow = container({ healthCheck: { command: ['CMD', 'x'], startPeriod: 60 } });
const old = { ...service, platformVersion: '1.3.0' };
const atLaunch = task({ volumes: [{ name: 'data', configuredAtLaunch: true }] });

const deployments = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `ecs-svc/${index}`,
    status: index === 0 ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${10 - index}`,
    runningCount: index,
  }));

type Pair = readonly [service: JsonObject, document: JsonObject];
const ofService: Readonly<
  Record<string, { readonly fails: readonly Pair[]; readonly holds: readonly Pair[] }>
> = {
  'load-balancer': {
    fails: [
      [balanced(1, { containerName: 'web' }), task({})],
      [balanced(1, { containerPort: 8080 }), task({})],
      [service, container({ portMappings: [] })],
      [{ ...service, serviceRegistries: [{ containerName: 'app', containerPort: 81 }] }, task({})],
      [balanced(1, { containerName: undefined }), task({})],
      [
        balanced(1, { containerPort: 91 }),
        container({ portMappings: [{ containerPortRange: '80-90' }, { containerPort: 70 }] }),
      ],
      [balanced(1, { containerPort: 79 }), container({ portMappings: [{ containerPortRange: '80-90' }] })],
      [balanced(1, { containerPort: '85' }), container({ portMappings: [{ containerPortRange: '80-90' }] })],
      [balanced(1, { containerPort: 85 }), container({ portMappings: [{ containerPortRange: '80' }] })],
    ],
    holds: [
      [service, task({})],
      [service, container({ portMappings: [{ containerPortRange: '80-90' }] })],
      [{ ...service, serviceRegistries: [{ registryArn: 'arn' }] }, task({})],
      [{ ...service, serviceRegistries: [{ containerName: 'app' }] }, task({})],
      [balanced(1, { containerPort: 90 }), container({ portMappings: [{ containerPortRange: '80-90' }] })],
    ],
  },
  'target-group-count': { fails: [[balanced(6), task({})]], holds: [[balanced(5), task({})]] },
  network: {
    fails: [
      [subnets(0), task({})],
      [subnets(17), task({})],
      [subnets(1, 6), task({})],
      [{ ...service, networkConfiguration: undefined }, task({})],
    ],
    holds: [[subnets(16, 5), task({})]],
  },
  percents: {
    fails: [
      [percents(1, 100, 100), task({})],
      [percents(3, 100, 125), task({})],
      [percents(2, 75, 100), task({})],
    ],
    holds: [
      [percents(1, 0, 100), task({})],
      [percents(1, 100, 200), task({})],
      [percents(4, 50, 100), task({})],
      [percents(0, 100, 100), task({})],
      [{ desiredCount: 1 }, task({})],
    ],
  },
  'grace-period': {
    fails: [[service, slow]],
    holds: [
      [{ ...service, healthCheckGracePeriodSeconds: 60 }, slow],
      [{ ...service, loadBalancers: [] }, slow],
      [balanced(1, { containerName: 'web' }), slow],
      [service, task({})],
    ],
  },
  scheduling: {
    fails: [[{ ...service, schedulingStrategy: 'DAEMON' }, task({})]],
    holds: [[{ ...service, schedulingStrategy: 'REPLICA' }, task({})]],
  },
  'task-count': {
    fails: [
      [percents(5001, 0, 200), task({})],
      [{ ...percents(1001, 0, 200), serviceRegistries: [{ registryArn: 'arn' }] }, task({})],
      [{ ...connected(true), desiredCount: 1001 }, task({})],
    ],
    holds: [
      [percents(5000, 0, 200), task({})],
      [{ ...percents(1000, 0, 200), serviceRegistries: [{ registryArn: 'arn' }] }, task({})],
      [{ ...connected(false), desiredCount: 5000 }, task({})],
    ],
  },
  'platform-version': {
    fails: [
      [old, task({ ephemeralStorage: { sizeInGiB: 30 } })],
      [old, task({ cpu: '8192', memory: '16384' })],
      [old, task({ volumes: [efs] })],
      [old, container({ environmentFiles: [{ value: 'arn:aws:s3:::b/a.env' }] })],
      [old, container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } })],
      [old, task({ pidMode: 'task' })],
      [old, container({ systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }] })],
      [{ ...service, platformVersion: '1.2.0' }, containers(app, waiting('b', 'app'))],
      [old, containers(app, { ...app, name: 'b', environmentFiles: [{ value: 'arn:aws:s3:::b/a.env' }] })],
      [
        old,
        containers(app, {
          ...app,
          name: 'b',
          systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }],
          linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } },
        }),
      ],
      [{ ...service, platformVersion: '1.4' }, task({})],
      [{ ...service, platformVersion: 'v1.4.0' }, task({})],
      [{ ...service, platformVersion: '1.4.0-beta' }, task({})],
    ],
    holds: [
      [{ ...service, platformVersion: '1.14.10' }, task({})],
      [old, containers(app, waiting('b', 'app'))],
      [{ ...service, platformVersion: '1.4.0' }, task({ volumes: [efs], pidMode: 'task' })],
      [
        { ...service, platformVersion: '1.0.0' },
        task({
          ephemeralStorage: { sizeInGiB: 30 },
          runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
        }),
      ],
      [old, task({ cpu: undefined })],
      [{ ...service, platformVersion: '1.2.0' }, task({})],
      [{ ...service, platformVersion: '11.3.0' }, task({ pidMode: 'task' })],
      [{ ...service, platformVersion: 'LATEST' }, task({ pidMode: 'task' })],
      [{ ...service, platformVersion: '11.2.0' }, containers(app, waiting('b', 'app'))],
    ],
  },
  'service-connect': {
    fails: [
      [
        primary({ serviceConnectConfiguration: { enabled: true, services: [{ portName: 'http' }] } }),
        task({}),
      ],
    ],
    holds: [
      [
        primary({ serviceConnectConfiguration: { enabled: true, services: [{ portName: 'http' }] } }),
        container({ portMappings: [{ containerPort: 80, name: 'http' }] }),
      ],
      [
        primary({ serviceConnectConfiguration: { enabled: false, services: [{ portName: 'http' }] } }),
        task({}),
      ],
    ],
  },
  'capacity-providers': {
    fails: [
      [on(['FARGATE', 1, 1], ['FARGATE_SPOT', 1, 1]), task({})],
      [on(['FARGATE', 0, 1], ['FARGATE_SPOT', 0, 0]), task({})],
      [on(...Array.from({ length: 21 }, () => ['FARGATE', 1, 0] as const)), task({})],
    ],
    holds: [
      [on(['FARGATE', 0, 1], ['FARGATE_SPOT', 1, 0]), task({})],
      [on(['FARGATE_SPOT', 0, 0]), task({})],
      [on(...Array.from({ length: 20 }, () => ['FARGATE', 1, 0] as const)), task({})],
    ],
  },
  'execute-command': {
    fails: [
      [withExec, task({})],
      [withExec, task({ taskRoleArn: '' })],
    ],
    holds: [
      [withExec, task({ taskRoleArn: 'arn:aws:iam::111122223333:role/task' })],
      [{ ...service, enableExecuteCommand: false }, task({})],
    ],
  },
  'windows-spot': {
    fails: [[onSpot, task(onWindows)]],
    holds: [
      [onSpot, task({ runtimePlatform: { cpuArchitecture: 'ARM64' } })],
      [service, task(onWindows)],
      [{ ...service, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, task(onWindows)],
    ],
  },
  'volume-configuration': {
    fails: [
      [service, atLaunch],
      [
        { ...service, deployments: [{ status: 'ACTIVE', volumeConfigurations: [{ name: 'data' }] }] },
        atLaunch,
      ],
      [service, task({ volumes: [{ configuredAtLaunch: true }] })],
      [primary({ volumeConfigurations: [{ name: 'data', managedEBSVolume: {} }] }), task({})],
      [
        primary({ volumeConfigurations: [{ name: 'data', managedEBSVolume: {} }] }),
        task({ volumes: [{ name: 'data' }] }),
      ],
    ],
    holds: [[primary({ volumeConfigurations: [{ name: 'data', managedEBSVolume: {} }] }), atLaunch]],
  },
  'zone-rebalancing': {
    fails: [[{ ...percents(2, 0, 100), availabilityZoneRebalancing: 'ENABLED' }, task({})]],
    holds: [
      [{ ...percents(2, 0, 101), availabilityZoneRebalancing: 'ENABLED' }, task({})],
      [{ ...percents(2, 0, 100), availabilityZoneRebalancing: 'DISABLED' }, task({})],
      [{ ...service, deploymentConfiguration: {}, availabilityZoneRebalancing: 'ENABLED' }, task({})],
    ],
  },
  'deployment-strategy': {
    fails: [
      [deploying({ strategy: 'BlueGreen' }), task({})],
      [deploying({ strategy: 'SHADOW' }), task({})],
      [deploying({ strategy: 'BLUE_GREEN' }), task({})],
      [deploying({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1441 }), task({})],
      [deploying({ strategy: 'LINEAR' }, { deploymentController: { type: 'CODE_DEPLOY' } }), task({})],
      [deploying({ strategy: 'CANARY', linearConfiguration: { stepPercent: 10 } }), task({})],
      [deploying({ canaryConfiguration: { canaryPercent: 10 } }), task({})],
      [deploying({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 2.9 } }), task({})],
      [deploying({ strategy: 'LINEAR', linearConfiguration: { stepBakeTimeInMinutes: 1441 } }), task({})],
      [deploying({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 33.33 } }), task({})],
      [deploying({ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: -1 } }), task({})],
      [deploying({ strategy: 'CANARY' }, { loadBalancers: [] }), task({})],
    ],
    holds: [
      [deploying({ strategy: 'ROLLING' }, { deploymentController: { type: 'CODE_DEPLOY' } }), task({})],
      [deploying({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }), task({})],
      [deploying({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1440 }, { loadBalancers: [] }), task({})],
      [deploying({ strategy: 'LINEAR' }), task({})],
      [
        deploying({
          strategy: 'LINEAR',
          linearConfiguration: { stepPercent: 3, stepBakeTimeInMinutes: 1440 },
        }),
        task({}),
      ],
      [deploying({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.1 } }), task({})],
      [deploying({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 33.3 } }), task({})],
      [
        deploying(
          { strategy: 'CANARY' },
          {
            loadBalancers: [],
            deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true } }],
          },
        ),
        task({}),
      ],
    ],
  },
  'advanced-configuration': {
    fails: [
      [{ ...service, deploymentConfiguration: { strategy: 'CANARY' } }, task({})],
      [{ ...service, loadBalancers: [shifting, ...(service.loadBalancers as JsonObject[])] }, task({})],
    ],
    holds: [
      [service, task({})],
      [{ ...service, deploymentConfiguration: { strategy: 'SHADOW' } }, task({})],
      [
        { ...service, resourceManagementType: 'ECS', deploymentConfiguration: { strategy: 'CANARY' } },
        task({}),
      ],
      [deploying({ strategy: 'ROLLING' }), task({})],
      [deploying({ strategy: 'BLUE_GREEN' }, { loadBalancers: [] }), task({})],
    ],
  },
  'lifecycle-hooks': {
    fails: [
      [hooked({ targetType: 'lambda' }), task({})],
      [hooked({ ...lambda, targetType: 'aws_lambda' }), task({})],
      [hooked({ ...lambda, lifecycleStages: [] }), task({})],
      [hooked({ ...lambda, lifecycleStages: ['post_scale_up'] }), task({})],
      [hooked({ ...lambda, lifecycleStages: ['BAKE_TIME'] }), task({})],
      [hooked({ ...pause, lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }), task({})],
      [hooked({ ...pause, lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }), task({})],
      [hooked({ ...lambda, hookTargetArn: undefined }), task({})],
      [hooked({ ...lambda, hookTargetArn: 'smoke-test' }), task({})],
      [hooked({ ...lambda, roleArn: undefined }), task({})],
      [hooked({ ...pause, timeoutConfiguration: { timeoutInMinutes: 0 } }), task({})],
      [hooked({ ...pause, timeoutConfiguration: { timeoutInMinutes: 20_161 } }), task({})],
      [hooked({ ...lambda, timeoutConfiguration: { timeoutInMinutes: 1441 } }), task({})],
      [hooked({ ...pause, timeoutConfiguration: { action: 'continue' } }), task({})],
      [hooked(...Array.from({ length: 11 }, () => pause)), task({})],
      [hooked(...Array.from({ length: 11 }, () => lambda)), task({})],
    ],
    holds: [
      [hooked(), task({})],
      [hooked({ ...lambda, lifecycleStages: ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'] }), task({})],
      [hooked({ ...lambda, timeoutConfiguration: { timeoutInMinutes: 1440 } }), task({})],
      [
        hooked({ ...pause, timeoutConfiguration: { timeoutInMinutes: 20_160, action: 'CONTINUE' } }),
        task({}),
      ],
      [
        hooked(...Array.from({ length: 10 }, () => pause), ...Array.from({ length: 10 }, () => lambda)),
        task({}),
      ],
    ],
  },
  'deployment-configuration': {
    fails: [
      [deploying({ minimumHealthyPercent: 101 }), task({})],
      [deploying({ alarms: { alarmNames: ['a'], enable: true } }), task({})],
      [deploying({ deploymentCircuitBreaker: { resetOnHealthyTask: false } }), task({})],
      [
        deploying({
          deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration: { value: 5 } },
        }),
        task({}),
      ],
      [
        deploying({
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            thresholdConfiguration: { type: 'count', value: 5 },
          },
        }),
        task({}),
      ],
      [deploying({ earlySuccessCriteria: { enable: true } }), task({})],
      [deploying({ earlySuccessCriteria: { ...early, healthyPercent: 99 } }), task({})],
      [deploying({ earlySuccessCriteria: { ...early, sourceServiceRevisionCleanup: 'deferred' } }), task({})],
      [deploying({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1, earlySuccessCriteria: early }), task({})],
    ],
    holds: [
      [deploying({ alarms: { alarmNames: [], enable: false, rollback: false } }), task({})],
      [deploying({ earlySuccessCriteria: early }), task({})],
      [
        deploying({ minimumHealthyPercent: 50, earlySuccessCriteria: { ...early, healthyPercent: 50 } }),
        task({}),
      ],
      [deploying({ strategy: 'BLUE_GREEN', earlySuccessCriteria: { enable: false } }), task({})],
    ],
  },
  'configuration-key': {
    fails: [
      [deploying({ bakeTimeInMinuts: 5 }), task({})],
      [deploying({ later: 5 }), task({})],
      [hooked({ ...pause, lifecycleStage: 'PRE_SCALE_UP' }), task({})],
    ],
    holds: [[hooked({ ...lambda, hookDetails: { anything: 1 } }), task({})]],
  },
  'configuration-type': {
    fails: [
      [deploying({ bakeTimeInMinutes: '5' }), task({})],
      [deploying({ lifecycleHooks: { targetType: 'PAUSE' } }), task({})],
      [deploying({ deploymentCircuitBreaker: { enable: 'on' } }), task({})],
    ],
    holds: [[hooked({ ...lambda, hookDetails: 'anything' }), task({})]],
  },
  'active-deployments': {
    fails: [[{ ...service, deployments: deployments(5) }, task({})]],
    holds: [[{ ...service, deployments: deployments(4) }, task({})]],
  },
};

/** An update that begins a deployment, and sets all of the configuration. */
const updated = (one: JsonObject, document: JsonObject): ServiceOfTask => ({
  service: one,
  document,
  deploys: true,
  configuration: objectIn(one.deploymentConfiguration),
});

describe('a rule of service and task definition', () => {
  it('is in the table, each of them', () => {
    expect(serviceRules.map(({ name }) => name).toSorted()).toEqual(Object.keys(ofService).toSorted());
  });

  describe.each(serviceRules)('$name', ({ name, check }) => {
    const { fails = [], holds = [] } = ofService[name] ?? {};

    it.each(fails.map(([one, document], index) => [index, one, document] as const))(
      'is broken by pair %i',
      (_, one, document) => {
        const [first] = check(updated(one, document));
        expect(first).toEqual(
          expect.objectContaining({ place: expect.any(String), message: expect.stringMatching(/\.$/) }),
        );
      },
    );

    it('says where, what is wrong and what mends it', () => {
      const violations = fails.flatMap(([one, document]) => check(updated(one, document)));
      expect(violations.map(inWords).join('\n')).toMatchSnapshot();
    });

    it.each(holds.map(([one, document], index) => [index, one, document] as const))(
      'holds for pair %i',
      (_, one, document) => {
        expect(check(updated(one, document))).toEqual([]);
      },
    );
  });
});

const strategy = (...providers: readonly string[]): JsonObject => ({
  launchType: 'EC2',
  capacityProviderStrategy: providers.map((capacityProvider) => ({ capacityProvider, weight: 1 })),
});

/** The findings for a service that had another task definition, with nothing wrong. */
function findingsFor(
  one: JsonObject,
  document: JsonObject,
  running: JsonObject = task({}),
): readonly Finding[] {
  return checkRules({ service: one, document }, { service: one, document: running });
}

describe('all rules', () => {
  it('hold for what is good', () => {
    expect(findingsFor(service, task({}))).toEqual([]);
  });

  it('name the nearest size', () => {
    expect(findingsFor(service, task({ cpu: '512', memory: '8192' }))).toEqual([
      {
        rule: 'fargate-size',
        severity: 'problem',
        place: 'memory',
        message:
          'Fargate has no 8192 MiB with cpu 512, which allows 1024 to 4096 in steps of 1024; 8192 needs cpu 1024 or more.',
        fix: 'Use cpu 512 with memory 4096, or cpu 1024 with memory 8192.',
      },
    ]);
  });

  it.each([
    ['300', '512', 'cpu 256 with memory 512, or cpu 512 with memory 1024'],
    ['384', '1024', 'cpu 512 with memory 1024'],
    ['512', '1536', 'cpu 512 with memory 2048'],
    ['1024', '512', 'cpu 1024 with memory 2048'],
    ['64', '128', 'cpu 256 with memory 512'],
    ['8192', '17408', 'cpu 8192 with memory 16384, or cpu 8192 with memory 20480'],
  ])('of cpu %s with memory %s name %s', (cpu, memory, fix) => {
    expect(findingsFor(service, task({ cpu, memory })).map((finding) => finding.fix)).toEqual([
      `Use ${fix}.`,
    ]);
  });

  it.each([
    ['a size that is larger than all known ones', task({ cpu: '32768', memory: '249856' })],
    ['a log driver that is not known', container({ logConfiguration: { logDriver: 'awsquantum' } })],
    [
      'a Windows that is newer',
      task({
        cpu: '1024',
        memory: '2048',
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2028_CORE' },
      }),
    ],
    [
      'environment files on Windows',
      container(
        { environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }] },
        { ...onWindows, cpu: '1024', memory: '2048', executionRoleArn: 'arn:aws:iam::111122223333:role/x' },
      ),
    ],
  ])('do not refuse %s', (_, document) => {
    expect(findingsFor(service, document).map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('do not refuse what ECS has taken before', () => {
    const running = container({ hostname: 'web' });
    expect(findingsFor(service, running, running)).toEqual([
      expect.objectContaining({ rule: 'not-on-fargate', severity: 'warning' }),
    ]);
    expect(findingsFor(service, container({ hostname: 'web', privileged: true }), running)).toEqual([
      expect.objectContaining({ severity: 'warning', place: 'containerDefinitions[app].hostname' }),
      expect.objectContaining({ severity: 'problem', place: 'containerDefinitions[app].privileged' }),
    ]);
  });

  it('refuse another value in the same place, although neither is shown', () => {
    const secret = (valueFrom: string): JsonObject => container({ secrets: [{ name: 'A', valueFrom }] });
    const severities = (document: JsonObject): readonly string[] =>
      findingsFor(service, document, secret('not a name')).map(({ severity }) => severity);
    expect(severities(secret('not a name'))).toEqual(['warning']);
    expect(severities(secret('not another'))).toEqual(['problem']);
  });

  it('know a finding again when something is put before it', () => {
    const mapped = (...ports: readonly number[]): JsonObject =>
      container({ portMappings: ports.map((containerPort) => ({ containerPort, hostPort: 8080 })) });
    const many = Array.from({ length: 10 }, () => 8080);
    expect(
      findingsFor(service, mapped(...many, 80), mapped(80)).map(({ severity, place }) => [severity, place]),
    ).toEqual([['warning', 'containerDefinitions[app].portMappings[10].hostPort']]);
  });

  it('refuse on Fargate what only EC2 has taken', () => {
    const document = task({ networkMode: 'bridge' });
    const [before, after] = [{ launchType: 'EC2' }, service];
    expect(
      checkRules({ service: after, document }, { service: before, document }).flatMap(({ rule, severity }) =>
        severity === 'problem' ? rule : [],
      ),
    ).toEqual(['network-mode']);
  });

  it('say nothing of five deployments to an update that begins none', () => {
    const busy = { ...service, deployments: deployments(5) };
    expect(findingsFor(busy, task({}))).toEqual([]);
  });

  it.each([
    ['a word of other letters', { portMappings: [{ containerPort: 80, protocol: 'TCP' }] }, 'problem'],
    ['a word that ECS may learn', { portMappings: [{ containerPort: 80, protocol: 'sctp' }] }, 'warning'],
    ['limits of more memory than the task has', { memory: 400, memoryReservation: 100 }, undefined],
    ['less memory than Docker needs', { memory: 5 }, 'warning'],
    ['a health check without its kind', { healthCheck: { command: ['curl'] } }, 'warning'],
    ['a long startTimeout', { startTimeout: 600 }, 'warning'],
    ['a long stopTimeout', { stopTimeout: 600 }, 'problem'],
  ] as const)('of %s: %j is a %s', (_, members, severity) => {
    expect(findingsFor(service, container(members))[0]?.severity).toBe(severity);
  });

  it('warn of limits that are more memory than the task has, and refuse such reservations', () => {
    const two = (members: JsonObject): JsonObject =>
      containers({ ...app, ...members }, { ...app, name: 'b', ...members });
    const severities = (document: JsonObject): readonly string[] =>
      findingsFor(service, document).map(({ severity }) => severity);
    expect(severities(two({ memory: 400 }))).toEqual(['warning']);
    expect(severities(two({ memory: 400, memoryReservation: 400 }))).toEqual(['problem']);
    expect(severities(two({ memory: 256, memoryReservation: 256 }))).toEqual([]);
  });

  it('warn once of what does not work as meant, but always refuse what can not go on', () => {
    expect(findingsFor(service, slow)).toEqual([
      expect.objectContaining({ rule: 'grace-period', severity: 'warning' }),
    ]);
    expect(findingsFor(service, slow, slow)).toEqual([
      expect.objectContaining({ rule: 'grace-period', severity: 'notice' }),
    ]);
    const stuck = { ...percents(1, 100, 100) };
    expect(findingsFor(stuck, task({}), task({}))).toEqual([
      expect.objectContaining({ rule: 'percents', severity: 'problem' }),
    ]);
  });

  it('say of a task definition for EC2 all that Fargate needs changed', () => {
    const forEc2 = {
      family: 'web',
      networkMode: 'bridge',
      volumes: [{ name: 'data', host: { sourcePath: '/data' } }],
      containerDefinitions: [
        {
          name: 'app',
          image: 'nginx:1',
          cpu: 100,
          memory: 300,
          links: ['db'],
          privileged: true,
          portMappings: [{ containerPort: 80, hostPort: 8080 }],
          linuxParameters: { devices: [{ hostPath: '/dev/x' }] },
          logConfiguration: { logDriver: 'json-file' },
          mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
        },
      ],
    };
    const findings = findingsFor({ ...service, loadBalancers: [] }, forEc2);
    expect(findings.map(({ rule, place, fix }) => [rule, place, fix])).toEqual([
      ['written-for-ec2', '', undefined],
      ['network-mode', 'networkMode', expect.stringMatching(/awsvpc.*target type ip/)],
      ['volumes', 'volumes[data].host.sourcePath', expect.stringMatching(/efsVolumeConfiguration/)],
      ['size-missing', 'cpu', 'Set cpu to 256, for example (cpu 256 with memory 512).'],
      ['size-missing', 'memory', 'Set memory to 512, for example (cpu 256 with memory 512).'],
      ['not-on-fargate', 'containerDefinitions[app].links', expect.stringMatching(/localhost/)],
      ['not-on-fargate', 'containerDefinitions[app].privileged', expect.any(String)],
      ['linux-parameters', 'containerDefinitions[app].linuxParameters.devices', 'Leave devices out.'],
      ['port-mappings', 'containerDefinitions[app].portMappings[0].hostPort', 'Leave hostPort out.'],
      [
        'log-driver',
        'containerDefinitions[app].logConfiguration.logDriver',
        expect.stringMatching(/awslogs/),
      ],
    ]);
  });

  it('are not Fargate’s for a service on EC2', () => {
    expect(
      findingsFor({ launchType: 'EC2' }, task({ networkMode: 'bridge' })).map(({ rule }) => rule),
    ).toEqual(['not-fargate']);
    const spot = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] };
    expect(findingsFor(spot, task({ pidMode: 'host' })).map(({ rule }) => rule)).toContain('pid-mode');
  });

  it('say why a service on EC2 is not judged, and judge there what holds everywhere', () => {
    expect(findingsFor({ launchType: 'EC2' }, task({ networkmode: 'bridge', essential: 1 }))).toEqual([
      expect.objectContaining({ rule: 'misspelt-key', place: 'networkmode' }),
      expect.objectContaining({ rule: 'misspelt-key', place: 'essential' }),
      {
        rule: 'not-fargate',
        severity: 'notice',
        place: 'service',
        message: 'The service does not run on Fargate; what Fargate demands is not checked.',
        fix: undefined,
      },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['no network mode', { networkMode: undefined }],
    ['EC2 alone as what it is for', { requiresCompatibilities: ['EC2'] }],
  ])('say that a task definition with %s is written for EC2', (_, members) => {
    const [first] = findingsFor(service, task(members));
    expect(first).toEqual({
      rule: 'written-for-ec2',
      severity: 'notice',
      place: '',
      message:
        'The task definition is not written for Fargate. All that has to change for it is listed below.',
      fix: undefined,
    });
  });

  it('have their names, for an input that leaves some out', () => {
    expect(ruleNames).toEqual(
      [...taskRules.slice(0, -2), ...serviceRules, ...taskRules.slice(-2)].map(({ name }) => name),
    );
  });

  it.each<[string, JsonObject, boolean]>([
    ['nothing', {}, true],
    ['the launch type FARGATE', { launchType: 'FARGATE' }, true],
    ['the launch type EC2', { launchType: 'EC2' }, false],
    ['the launch type EXTERNAL', { launchType: 'EXTERNAL', capacityProviderStrategy: [] }, false],
    ['FARGATE alone', strategy('FARGATE'), true],
    ['FARGATE_SPOT and another', strategy('mine', 'FARGATE_SPOT'), true],
    ['one of the account', strategy('mine'), false],
    ['names that are near', strategy('MY_FARGATE', 'FARGATE_SPOTS', 'FARGATE2'), false],
    ['one without a name', { capacityProviderStrategy: [{ weight: 1 }] }, false],
  ])('tell whether a service is on Fargate: %s', (_, one, isIt) => {
    expect(isOnFargate(one)).toBe(isIt);
  });
});

describe('a misspelt key', () => {
  it.each([
    ['networkmode', 'networkMode'],
    ['ContainerDefinitions', 'containerDefinitions'],
    ['execution_role_arn', 'executionRoleArn'],
    ['taskRolArn', 'taskRoleArn'],
    ['vloumes', 'volumes'],
    ['icMode', 'ipcMode'],
    ['pdMode', 'pidMode'],
  ])('%s is most likely %s', (key, likely) => {
    const { [likely]: _known, ...document } = task({ volumes: [], taskRoleArn: '' }) as Record<
      string,
      string
    >;
    expect(misspeltRule.check({ ...document, [key]: '' })).toEqual([
      expect.objectContaining({ severity: 'warning', place: key, fix: `Write ${likely}.` }),
    ]);
  });

  it('is named with its place', () => {
    const places = misspeltRule.check(
      container(
        { secrets: [{ name: 'A', valuefrom: '' }], later: { at: { depth: 1 } } },
        { volumes: [{ nmae: 'x' }] },
      ),
    );
    expect(places.map(({ place, severity }) => [place, severity])).toEqual([
      ['containerDefinitions[app].secrets[A].valuefrom', 'warning'],
      ['containerDefinitions[app].later', 'notice'],
      ['volumes[0].nmae', 'warning'],
    ]);
  });
});
