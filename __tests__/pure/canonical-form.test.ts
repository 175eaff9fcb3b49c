import * as fc from 'fast-check';
import { isSame } from '../../src/task-definition/canonical-form.ts';
import type { JsonObject } from '../../src/text/json.ts';

const web = { name: 'web', image: 'r/web@sha256:1' };
const task = (container: JsonObject, fields: JsonObject = {}): JsonObject => ({
  family: 'web',
  networkMode: 'awsvpc',
  containerDefinitions: [{ ...web, ...container }],
  ...fields,
});
const bridge = { networkMode: 'bridge' };
const http = { containerPort: 80 };
const a = { name: 'A', value: '1' };
const b = { name: 'B', value: '2' };

const efs = (more: JsonObject): JsonObject => ({
  name: 'data',
  efsVolumeConfiguration: { fileSystemId: 'fs', ...more },
});

describe('the same revision', () => {
  it.each([
    [
      'read-only fields',
      task({}),
      task({}, { revision: 7, status: 'ACTIVE', compatibilities: ['EC2'], registeredAt: 1 }),
    ],
    ['no CPU of its own', task({}), task({ cpu: 0 })],
    ['essential', task({}), task({ essential: true })],
    [
      'empty lists of a container',
      task({}),
      task({
        environment: [],
        secrets: [],
        mountPoints: [],
        volumesFrom: [],
        portMappings: [],
        systemControls: [],
        command: [],
      }),
    ],
    ['empty lists of the task', task({}), task({}, { volumes: [], placementConstraints: [], tags: [] })],
    ['null', task({}), task({ command: null }, { pidMode: null })],
    [
      'port and protocol',
      task({ portMappings: [http] }),
      task({ portMappings: [{ ...http, hostPort: 80, protocol: 'tcp' }] }),
    ],
    ['port 0', task({ portMappings: [http] }), task({ portMappings: [{ ...http, hostPort: 0 }] })],
    [
      'port 0 in bridge mode',
      task({ portMappings: [http] }, bridge),
      task({ portMappings: [{ ...http, hostPort: 0, protocol: 'tcp' }] }, bridge),
    ],
    ['order of variables', task({ environment: [a, b] }), task({ environment: [b, a] })],
    [
      'order of secrets',
      task({
        secrets: [
          { name: 'S', valueFrom: '/s' },
          { name: 'R', valueFrom: '/r' },
        ],
      }),
      task({
        secrets: [
          { name: 'R', valueFrom: '/r' },
          { name: 'S', valueFrom: '/s' },
        ],
      }),
    ],
    [
      'order of containers',
      task({}, { containerDefinitions: [web, { name: 'log' }] }),
      task({}, { containerDefinitions: [{ name: 'log' }, web] }),
    ],
    ['order of fields', task({ image: 'x', user: '1' }), task({ user: '1', image: 'x' })],
    ['sizes', task({}, { cpu: '1 vCPU', memory: '2 GB' }), task({}, { cpu: '1024', memory: '2048' })],
    ['small sizes', task({}, { cpu: '.25 vCPU', memory: '0.5GB' }), task({}, { cpu: '256', memory: '512' })],
    ['sizes as numbers', task({}, { cpu: 256, memory: 512 }), task({}, { cpu: '256', memory: '512' })],
    [
      'health check',
      task({ healthCheck: { command: ['CMD', 'x'] } }),
      task({ healthCheck: { command: ['CMD', 'x'], interval: 30, timeout: 5, retries: 3, startPeriod: 0 } }),
    ],
    [
      'launch types',
      task({}, { requiresCompatibilities: ['FARGATE', 'EC2'] }),
      task({}, { requiresCompatibilities: ['EC2', 'FARGATE'] }),
    ],
    ['volume', task({}, { volumes: [{ name: 'tmp' }] }), task({}, { volumes: [{ name: 'tmp', host: {} }] })],
    [
      'mount point',
      task({ mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp' }] }),
      task({ mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false }] }),
    ],
    [
      'log configuration',
      task({ logConfiguration: { logDriver: 'awslogs', options: { x: '' } } }),
      task({ logConfiguration: { logDriver: 'awslogs', options: { x: '' }, secretOptions: [] } }),
    ],
    ['fault injection', task({}), task({}, { enableFaultInjection: false })],
    ['a schema', task({}, { $schema: 'x', 'x-env': [1], _comment: '' }), task({})],
    [
      'a comment of a container',
      task({ '//': 'x', environment: [{ ...a, 'x-y': 1 }] }),
      task({ environment: [a] }),
    ],
    ['empty objects', task({ dockerLabels: {}, linuxParameters: { capabilities: { add: [] } } }), task({})],
    ['a version of the image', task({ versionConsistency: 'enabled' }), task({})],
    [
      'a restart policy',
      task({ restartPolicy: { enabled: true } }),
      task({ restartPolicy: { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 300 } }),
    ],
    [
      'an access point',
      task({}, { volumes: [efs({ authorizationConfig: { accessPointId: 'fsap', iam: 'DISABLED' } })] }),
      task({}, { volumes: [efs({ rootDirectory: '/', authorizationConfig: { accessPointId: 'fsap' } })] }),
    ],
    [
      'order of tags',
      task(
        {},
        {
          tags: [
            { key: 'a', value: '1' },
            { key: 'b', value: '2' },
          ],
        },
      ),
      task(
        {},
        {
          tags: [
            { key: 'b', value: '2' },
            { key: 'a', value: '1' },
            { key: 'aws:x', value: '3' },
          ],
        },
      ),
    ],
  ])('whatever ECS makes of: %s', (_, one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([true, true]);
  });
});

describe('another revision', () => {
  it.each([
    ['image', task({}), task({ image: 'r/web@sha256:2' })],
    ['family', task({}), task({}, { family: 'api' })],
    ['value', task({ environment: [a] }), task({ environment: [{ name: 'A', value: '' }] })],
    ['no value', task({}), task({ environment: [{ name: 'A', value: '' }] })],
    ['essential', task({}), task({ essential: false })],
    ['CPU', task({}), task({ cpu: 256 })],
    ['sizes', task({}, { cpu: '1 vCPU' }), task({}, { cpu: '1' })],
    ['protocol', task({ portMappings: [http] }), task({ portMappings: [{ ...http, protocol: 'udp' }] })],
    [
      'host port',
      task({ portMappings: [http] }, bridge),
      task({ portMappings: [{ ...http, hostPort: 80 }] }, bridge),
    ],
    ['name of a port', task({ portMappings: [http] }), task({ portMappings: [{ ...http, name: 'http' }] })],
    ['command', task({ command: ['a', 'b'] }), task({ command: ['b', 'a'] })],
    ['an empty word', task({ command: ['a'] }), task({ command: ['a', ''] })],
    [
      'order of dependencies',
      task({ dependsOn: [{ containerName: 'x' }] }),
      task({ dependsOn: [{ containerName: 'y' }] }),
    ],
    ['a field of the future', task({}), task({ later: { deep: '' } })],
    ['a label', task({}), task({ dockerLabels: { 'x-env': '1' } })],
    [
      'a folder of EFS',
      task({}, { volumes: [efs({})] }),
      task({}, { volumes: [efs({ rootDirectory: '/a' })] }),
    ],
    ['an empty text', task({}), task({ user: '' })],
    [
      'volume',
      task({}, { volumes: [{ name: 'tmp' }] }),
      task({}, { volumes: [{ name: 'tmp', host: { sourcePath: '/x' } }] }),
    ],
    ['tag', task({}), task({}, { tags: [{ key: 'a', value: '1' }] })],
    [
      'two values of one variable',
      task({ environment: [a, { ...a, value: '9' }] }),
      task({ environment: [{ ...a, value: '9' }, a] }),
    ],
    [
      'health check',
      task({ healthCheck: { command: ['x'] } }),
      task({ healthCheck: { command: ['x'], interval: 10 } }),
    ],
    [
      'a secret that becomes a variable',
      task({ environment: [a] }),
      task({ secrets: [{ name: 'A', valueFrom: '1' }] }),
    ],
  ])('by its %s', (_, one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([false, false]);
  });
});

it('takes every document for the same as itself', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(
      fc.record({ containerDefinitions: json, cpu: json, volumes: json, later: json }),
      (record) => {
        const copies: readonly JsonObject[] = JSON.parse(JSON.stringify([record, record]));
        const [one = {}, other = {}] = copies;
        expect(isSame(one, other)).toBe(true);
      },
    ),
  );
});
