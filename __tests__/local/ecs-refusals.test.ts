import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeClustersCommand,
  ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { makeResources } from '../../local/resources.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import { checkRules } from '../../src/plan/rules/all.ts';
import type { JsonObject } from '../../src/text/json.ts';

let fargate: Fargate;
let ecs: ECSClient;

beforeAll(async () => {
  fargate = await startFargate({ runtime: 'simulated' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  ecs = new ECSClient({ endpoint: fargate.endpoint, region: 'eu-west-1', credentials });
});
afterAll(() => fargate.close());

const app = { name: 'app', image: 'nginx:1' };
const task = (container: JsonObject, more: JsonObject = {}): JsonObject => ({
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [{ ...app, ...container }],
  ...more,
});
const secret = { name: 'A', valueFrom: '/a' };
const service = { networkConfiguration: { awsvpcConfiguration: { subnets: ['s'] } } };

function severities(document: JsonObject): readonly string[] {
  return checkRules({ service, document }, { service: {}, document: {} })
    .map(({ severity }) => severity)
    .filter((severity) => severity !== 'notice');
}

describe('a task definition that ECS refuses is refused before the build', () => {
  it.each<[string, JsonObject, string]>([
    ['an empty role', task({}, { taskRoleArn: '' }), 'Role is not valid'],
    [
      'a mount of no volume',
      task({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }),
      "Unknown volume 'data'.",
    ],
    [
      'a name in both lists',
      task({ environment: [{ name: 'A', value: '1' }], secrets: [secret] }),
      "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'A'.",
    ],
    [
      'a secret twice',
      task({ secrets: [secret, secret] }),
      'Duplicate secret names found: A. Each secret name must be unique.',
    ],
    [
      'a word in large letters',
      task({ portMappings: [{ containerPort: 80, protocol: 'TCP' }] }),
      '[tcp, udp]',
    ],
    ['an architecture in small ones', task({}, { runtimePlatform: { cpuArchitecture: 'arm64' } }), 'ARM64'],
    [
      'reservations above the task',
      task(
        {},
        {
          containerDefinitions: [
            { ...app, memoryReservation: 300 },
            { ...app, name: 'b', memoryReservation: 300 },
          ],
        },
      ),
      'memoryReservation is greater than the memory of the task',
    ],
    ['a container larger than the task', task({ memory: 1024 }), 'greater than the memory of the task'],
    ['tags of another spelling', task({}, { tags: [{ Key: 'a', Value: 'b' }] }), 'A tag key has 1 to 128'],
  ])('%s', async (_, document, words) => {
    await expect(registerTaskDefinition(ecs, document)).rejects.toThrow(words);
    expect(severities(document)).toContain('problem');
  });
});

describe('a task definition that ECS takes is not refused', () => {
  it.each<[string, JsonObject]>([
    ['memory that is its reservation', task({ memory: 256, memoryReservation: 256 })],
    [
      'limits above the task',
      task(
        {},
        {
          containerDefinitions: [
            { ...app, memory: 400 },
            { ...app, name: 'b', memory: 400 },
          ],
        },
      ),
    ],
    ['a task role by its name', task({}, { taskRoleArn: 'task' })],
    ['no word of what it is for', task({}, { requiresCompatibilities: null })],
    [
      'an empty prefix of streams',
      task({
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/ecs/web',
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': '',
          },
        },
      }),
    ],
  ])('%s', async (_, document) => {
    const { taskDefinition } = await registerTaskDefinition(ecs, document);
    expect(taskDefinition).toMatchObject({ compatibilities: ['EC2', 'FARGATE'] });
    expect(severities(document)).not.toContain('problem');
  });
});

describe('a capacity provider has to be associated with the cluster', () => {
  const providers = (capacityProvider: string) => ({ capacityProviderStrategy: [{ capacityProvider }] });
  const refusal =
    'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.';

  it.each([
    ['without any', undefined, 'FARGATE', []],
    ['with one', ['FARGATE'], 'FARGATE_SPOT', ['FARGATE']],
  ])('%s', async (name, capacityProviders, asked, shown) => {
    const clusterName = name.replace(' ', '-');
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName, capacityProviders }));
    expect(cluster?.capacityProviders).toEqual(shown);
    await registerTaskDefinition(ecs, task({}));
    const wanted = {
      cluster: clusterName,
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 0,
      ...service,
    };
    await expect(ecs.send(new CreateServiceCommand({ ...wanted, ...providers(asked) }))).rejects.toThrow(
      refusal,
    );
    // A launch type needs none.
    await ecs.send(new CreateServiceCommand({ ...wanted, launchType: 'FARGATE' }));
    const update = { cluster: clusterName, service: 'web', ...providers(asked) };
    await expect(ecs.send(new UpdateServiceCommand(update))).rejects.toThrow(refusal);
  });

  it('both of Fargate belong to the cluster that the local Fargate sets up', async () => {
    const wanted = { cluster: 'ready', name: 'ready', containerPort: 80 };
    await makeResources(fargate, wanted);
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['ready'] }));
    expect(clusters?.[0]?.capacityProviders).toEqual(['FARGATE', 'FARGATE_SPOT']);
  });
});
