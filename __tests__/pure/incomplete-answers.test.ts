import type { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest } from '@smithy/types';
import { readImages } from '../../src/image/registry/ecr-images.ts';
import { readLogin } from '../../src/image/registry/ecr-login.ts';
import { systemClock } from '../../src/process/clock.ts';
import { readPast } from '../../src/rollback/past.ts';
import { readServiceStates } from '../../src/service/describe.ts';
import { createReader } from '../../src/service/reader.ts';
import { imagesOf, isRevisionOf } from '../../src/service/service-deployments.ts';
import type { JsonObject } from '../../src/text/json.ts';

const arnOf = (what: string): string => `arn:aws:ecs:eu-west-1:111122223333:${what}`;
const calling = { clock: systemClock, say: () => undefined };

/** A real client, with a wire that gives each operation one answer. */
function ecsThatAnswers(answers: Readonly<Record<string, JsonObject>>): ECSClient {
  return new ECSClient({
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: ({ headers }: HttpRequest) => {
        const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
        const body = Buffer.from(JSON.stringify(answers[operation] ?? {}));
        const type = { 'content-type': 'application/x-amz-json-1.1' };
        return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: type, body }) });
      },
    },
  });
}

const web = {
  serviceName: 'web',
  serviceArn: arnOf('service/main/web'),
  clusterArn: arnOf('cluster/main'),
  taskDefinition: arnOf('task-definition/web:1'),
  status: 'ACTIVE',
};

function statesOf(service: JsonObject) {
  const ecs = ecsThatAnswers({
    DescribeServices: { services: [service] },
    DescribeTaskDefinition: { taskDefinition: { family: 'web', status: 'ACTIVE' } },
  });
  const sts = () => Promise.reject(new Error('no STS here'));
  return readServiceStates({ ecs, sts }, calling, 'main', ['web']);
}

describe('a service', () => {
  it('is read with its names', async () => {
    expect(await statesOf(web)).toMatchObject([
      {
        name: 'web',
        arn: web.serviceArn,
        clusterArn: web.clusterArn,
        taskDefinitionArn: web.taskDefinition,
      },
    ]);
  });

  it.each([
    ['serviceArn', { ...web, serviceArn: undefined }],
    ['serviceName', { ...web, serviceName: undefined, serviceArn: 'web' }],
    ['clusterArn', { ...web, clusterArn: '' }],
    ['taskDefinition', { ...web, taskDefinition: undefined }],
    ['clusterArn, taskDefinition', { ...web, clusterArn: undefined, taskDefinition: undefined }],
    ['the members that identify it', { ...web, serviceName: undefined, serviceArn: undefined }],
  ])('without %s is refused before anything is done with it', async (lacks, service) => {
    await expect(statesOf(JSON.parse(JSON.stringify(service)) as JsonObject)).rejects.toMatchObject({
      code: 'aws-unreachable',
      message: `ECS describes the service web in the cluster main without ${lacks} (region eu-west-1).`,
    });
  });
});

describe('the reads of a rollout leave out', () => {
  it('service deployments without an ARN', async () => {
    const one = { serviceDeploymentArn: 'sd/1', targetServiceRevisionArn: 'service-revision/1' };
    const ecs = ecsThatAnswers({
      ListServiceDeployments: { serviceDeployments: [{ targetServiceRevisionArn: 'r' }, one] },
      DescribeServiceDeployments: { serviceDeployments: [{ status: 'SUCCESSFUL' }] },
    });
    const reader = createReader(ecs, systemClock);
    expect(await reader.serviceDeploymentsSince('main', 'web', undefined)).toEqual([
      { arn: 'sd/1', targetServiceRevisionArn: 'service-revision/1', createdAt: undefined },
    ]);
    expect(await reader.serviceDeployment('')).toBeUndefined();
  });

  it('services without an ARN', async () => {
    const ecs = ecsThatAnswers({ DescribeServices: { services: [{ serviceName: 'web' }] } });
    expect(await createReader(ecs, systemClock).service('main', '')).toBeUndefined();
  });

  it('tasks without an ARN', async () => {
    const task = { startedBy: 'ecs-svc/1', lastStatus: 'RUNNING' };
    const ecs = ecsThatAnswers({ DescribeTasks: { tasks: [task, { ...task, taskArn: 'task/main/a' }] } });
    const { own, foreign } = await createReader(ecs, systemClock).tasks(
      'main',
      ['', 'task/main/a'],
      'ecs-svc/1',
    );
    expect({ own: own.map(({ id }) => id), foreign }).toEqual({ own: ['a'], foreign: [] });
  });
});

describe('the history of a service leaves out', () => {
  it('a deployment that names no revision, though the answer has one without an ARN', async () => {
    const revision = { taskDefinition: web.taskDefinition, containerImages: [] };
    const known = arnOf('service-revision/main/web/7');
    const ecs = ecsThatAnswers({
      DescribeServiceRevisions: { serviceRevisions: [revision, { ...revision, serviceRevisionArn: known }] },
      DescribeTaskDefinition: { taskDefinition: { family: 'web' } },
    });
    const past = await readPast(ecs, calling, {
      history: {
        kind: 'known',
        deployments: [{ status: 'SUCCESSFUL' }, { status: 'SUCCESSFUL', targetServiceRevisionArn: known }],
      },
      taskDefinitionArn: web.taskDefinition,
    });
    expect(past.map(({ deploymentId }) => deploymentId)).toEqual(['ecs-svc/7']);
  });

  it('images without a container or a name', () => {
    const whole = { containerName: 'app', image: 'web:1', imageDigest: 'sha256:1' };
    expect(
      imagesOf({
        containerImages: [
          { image: 'web:1', imageDigest: 'sha256:1' },
          { containerName: 'app', imageDigest: 'sha256:1' },
          whole,
        ],
      }),
    ).toEqual([{ container: 'app', image: 'web:1', digest: 'sha256:1' }]);
  });
});

it.each([
  ['service-revision/main/web/7', 'ecs-svc/7', true],
  ['service-revision/main/web/7', 'ecs-svc/8', false],
  ['service-revision/main/web/', 'ecs-svc/', false],
  [undefined, 'ecs-svc/7', false],
  ['service-revision/main/web/7', undefined, false],
])('the revision %s and the deployment %s belong together: %s', (revision, deployment, belong) => {
  expect(isRevisionOf(revision, deployment)).toBe(belong);
});

describe('ECR', () => {
  const uri = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web';
  const ecrThatAnswers = (answer: object): ECRClient =>
    ({ send: () => Promise.resolve(answer) }) as unknown as ECRClient;

  it.each([
    ['a digest', { imageId: { imageTag: 'v1' }, imageManifest: '{}' }],
    ['a manifest', { imageId: { imageTag: 'v1', imageDigest: 'sha256:1' } }],
  ])('has an image without %s, which does not count as missing', async (_lacks, image) => {
    const ecr = ecrThatAnswers({ images: [image] });
    await expect(
      readImages({ ecr, calling, uri, name: 'web', registryId: undefined }, ['v1']),
    ).rejects.toMatchObject({
      code: 'aws-unreachable',
      message: `ECR's answer about v1 of ${uri} lacks the digest or the manifest of an image.`,
    });
  });

  const token = Buffer.from('AWS:a-password').toString('base64');
  const proxyEndpoint = 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com';

  it('gives a login', async () => {
    const ecr = ecrThatAnswers({ authorizationData: [{ authorizationToken: token, proxyEndpoint }] });
    expect(await readLogin(ecr, calling)).toEqual({
      host: '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
      username: 'AWS',
      password: 'a-password',
    });
  });

  it.each([
    [{}],
    [{ authorizationData: [] }],
    [{ authorizationData: [{ proxyEndpoint }] }],
    [{ authorizationData: [{ authorizationToken: token }] }],
    [{ authorizationData: [{ authorizationToken: 'bm90IGEgbG9naW4=', proxyEndpoint }] }],
  ])('gives no login: %j', async (answer) => {
    await expect(readLogin(ecrThatAnswers(answer), calling)).rejects.toMatchObject({
      code: 'aws-unreachable',
      message: "ECR's answer to ecr:GetAuthorizationToken has no login to its registry.",
    });
  });
});
