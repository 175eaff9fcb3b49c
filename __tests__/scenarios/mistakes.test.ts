import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateServiceCommand, DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { webService, webTaskDefinition } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import { startWorld, type World } from './world.ts';

interface Mistake {
  readonly inputs: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const digest = `sha256:${'a'.repeat(64)}`;
const image = 'v2';

/** What people get wrong, from the first inputs to the state of the service. */
const mistakes: Readonly<Record<string, Mistake>> = {
  'a cluster with a slip': { inputs: { image, cluster: 'stagin' } },
  'a cluster that nothing resembles': { inputs: { image, cluster: 'production' } },
  'a service with a slip': { inputs: { image, service: 'wbe' } },
  'a service with its cluster': { inputs: { image, service: 'staging/web' } },
  'two services, one with a slip': { inputs: { image, service: 'web\npiar' } },
  'no service': { inputs: { image, service: '' } },
  'a region in words': { inputs: { image, region: 'Ireland' } },
  'no region': { inputs: { image }, environment: { AWS_REGION: '', AWS_DEFAULT_REGION: '' } },
  'no credentials': {
    inputs: { image },
    environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
  },
  'a role without the permission for its token': {
    inputs: { image, 'role-to-assume': 'arn:aws:iam::123456789012:role/deploy' },
  },
  'the name of a role': { inputs: { image, 'role-to-assume': 'deploy' } },
  'an operation with a slip': { inputs: { image, operation: 'depoly' } },
  'a variable with export': { inputs: { image, 'environment-variables': 'export MODE=fast' } },
  'a variable as YAML': { inputs: { image, 'environment-variables': 'MODE: fast' } },
  'variables as JSON': { inputs: { image, 'environment-variables': '{"MODE": "fast"}' } },
  'a variable of several lines': { inputs: { image, 'environment-variables': 'KEY=one\ntwo' } },
  'a quote that is not closed': { inputs: { image, 'environment-variables': 'KEY="one\ntwo' } },
  'a variable twice': { inputs: { image, 'environment-variables': 'MODE=a\nMODE=b' } },
  'a variable of a container that does not exist': {
    inputs: { image, 'environment-variables': 'ap/MODE=fast' },
  },
  'a secret as a variable, too': {
    inputs: { image, 'environment-variables': 'KEY=x', secrets: 'KEY=/web/key' },
  },
  'the value of a secret': { inputs: { image, secrets: 'TOKEN=hunter2 hunter2' } },
  'a container with a slip': { inputs: { image, 'container-name': 'ap' } },
  'no container of several': { inputs: { image, service: 'pair' } },
  'half a vCPU': { inputs: { image, cpu: '0.5' } },
  'a size that Fargate does not have': { inputs: { image, cpu: '256', memory: '8192' } },
  'a count in words': { inputs: { image, 'desired-count': 'two' } },
  'a limit in hours': { inputs: { image, 'wait-for-minutes': '1h' } },
  'an image of Docker Hub': { inputs: { image: 'nginx' } },
  'an image that was never pushed': { inputs: { image: 'v9' } },
  'a digest that is too short': { inputs: { image: 'sha256:1234' } },
  'a digest that was never pushed': { inputs: { image: digest } },
  'an image with capitals': { inputs: { image: 'Team/Web:1' } },
  'an image and a build': { inputs: { image, build: 'true' } },
  'a repository that does not exist': { inputs: { image, repository: 'wbe' } },
  'no image and no Dockerfile': { inputs: {} },
  'a Dockerfile elsewhere': { inputs: { file: 'docker/Dockerfile' } },
  'the image of a service that does not exist': { inputs: { image: 'service:staging/shop' } },
  'a task definition that is not in the checkout': { inputs: { image, 'task-definition': 'ops/web.json' } },
  'a task definition with a comma too many': { inputs: { image, 'task-definition': 'comma.json' } },
  'a task definition without containers': { inputs: { image, 'task-definition': 'empty.json' } },
  'a family that does not exist': { inputs: { image, 'task-definition': 'wbe' } },
  'a secret that does not exist': { inputs: { image, secrets: 'TOKEN=/web/token' } },
  'a check with a slip': { inputs: { image, 'skip-checks': 'fargate-sise' } },
  'an address without https': { inputs: { image, 'health-check-url': 'example.com/health' } },
  'a comment without a token': {
    inputs: { image, operation: 'plan', 'pull-request-comment': 'true', 'github-token': '' },
  },
  'a deleted service': { inputs: { image, service: 'gone' } },
  'a service of CodeDeploy': { inputs: { image, service: 'shift' } },
  'a deployment in flight': { inputs: { image, service: 'busy', 'if-in-flight': 'fail' } },
  'a rollback with an image': { inputs: { image, operation: 'rollback' } },
  'a rollback without an earlier version': { inputs: { operation: 'rollback' } },
  'a rollback to a version that never ran': { inputs: { operation: 'rollback', to: 'web:9' } },
  'a rollback too far': { inputs: { operation: 'rollback', to: '-3' } },
};

async function startGround(): Promise<World> {
  const world = await startWorld({
    services: ['busy'],
    behave: (tag, service) => (service === 'busy' && tag !== 'v1' ? { pullSeconds: 6000 } : {}),
  });
  const { ecs, fargate, workspace } = world;
  const define = (family: string, tag: string, others: readonly string[] = []) =>
    registerTaskDefinition(ecs, {
      ...webTaskDefinition(fargate, tag, {
        others: others.map((name) => ({ name, image: `${fargate.registryHost}/web:v1`, essential: true })),
      }),
      family,
    });
  await define('pair', 'v1', ['proxy']);
  await define('busy', 'v2');
  const create = (serviceName: string, part: object = {}) =>
    ecs.send(new CreateServiceCommand(webService('staging', 1, { serviceName, ...part })));
  await create('pair', { taskDefinition: 'pair:1' });
  await create('gone');
  await ecs.send(new DeleteServiceCommand({ cluster: 'staging', service: 'gone', force: true }));
  await create('shift', { deploymentController: { type: 'CODE_DEPLOY' } });
  await ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: 'busy', taskDefinition: 'busy:1' }));
  const document = JSON.stringify(webTaskDefinition(fargate, 'v1', {}), undefined, 2);
  writeFileSync(join(workspace, 'comma.json'), document.replace('"256",', '"256",,'));
  writeFileSync(join(workspace, 'empty.json'), '{ "family": "web" }\n');
  mkdirSync(join(workspace, 'ops'));
  writeFileSync(join(workspace, 'ops', 'web.jsno'), document);
  return world;
}

/** Without what differs from run to run. */
function stable(world: World, text: string): string {
  return text
    .replaceAll(world.workspace, 'CHECKOUT')
    .replaceAll(world.fargate.registryHost, 'REGISTRY')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/ID')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/sha256:[0-9a-f]{12}(?!a)[0-9a-f]*/g, 'sha256:DIGEST');
}

/** A change of a word of this is seen in review. */
it('each mistake has one message, with what to do, and changes nothing', async () => {
  await using world = await startGround();
  // What gets as far as this shows another message than its own.
  for (const operation of ['RegisterTaskDefinition', 'UpdateService', 'CreateRepository'])
    world.fargate.faults.add({ operation, times: 'always', fault: { kind: 'denied' } });
  const messages = new Map<string, string>();
  const open = Object.entries(mistakes);
  const work = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [name, { inputs, environment = {} }] = next;
      const run = await world.deploy(inputs, environment);
      const errors = run.annotations.filter(({ level }) => level === 'error');
      expect({ name, errors: errors.length, reason: run.outputs.reason }).toEqual({
        name,
        errors: 1,
        reason: expect.not.stringMatching('aws-denied') as unknown,
      });
      expect(run.printed + run.summary).not.toContain('hunter2');
      messages.set(name, errors.map(({ title, message }) => `${title}\n${message}`).join('\n'));
    }
  };
  await Promise.all([work(), work(), work()]);
  const page = Object.keys(mistakes).map(
    (name) => `## ${name}\n${stable(world, messages.get(name) ?? '')}\n`,
  );
  expect(`\n${page.join('\n')}`).toMatchSnapshot();
}, 400_000);
