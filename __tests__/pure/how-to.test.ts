import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { clientEnvironment } from '../../local/client-environment.ts';
import { howTo, type TaskSource } from '../../local/how-to.ts';
import { readStepArguments } from '../../scripts/step-arguments.ts';

const root = join(import.meta.dirname, '../..');
const endpoint = 'http://127.0.0.1:4700';
const fargate = {
  endpoint,
  environment: clientEnvironment(endpoint, 'eu-west-1'),
  registryHost: '127.0.0.1:5000',
};
const resources = {
  cluster: 'local',
  repositoryUri: '127.0.0.1:5000/web',
  logGroup: '/ecs/web',
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1',
  url: 'http://127.0.0.1:8080/',
};
const docker: TaskSource = { kind: 'docker', app: join(root, 'examples/web'), base: undefined };

/** Commands with the lines that belong to them. */
function commands(source: TaskSource): readonly string[] {
  return howTo(fargate, resources, source)
    .replaceAll(/ \\\n\s*/g, ' ')
    .replaceAll('&&\n', '&& ')
    .split('\n')
    .filter((line) => /^(aws|docker|curl|npm|export) /.test(line));
}

it('what to type with Docker builds an app that is there, and goes on only when all went well', () => {
  const [image, service, step] = commands(docker).filter((line) => !line.startsWith('export'));
  const build = / && docker build -t 127\.0\.0\.1:5000\/web:1 (\S+) && docker push 127\.0\.0\.1:5000\/web:1$/;
  expect(existsSync(join(build.exec(image ?? '')?.[1] ?? '', 'Dockerfile'))).toBe(true);
  expect(service?.split(' && ').map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws ecs register-task-definition',
    'aws ecs create-service',
    'aws ecs wait',
    'curl http://127.0.0.1:8080/',
  ]);
  expect(step).toBe('npm run step -- cluster=local service=web context=examples/web');
});

it('what to type with Docker takes a base image that is there, and quotes a path', () => {
  const source = { kind: 'docker', app: "/my app's/web", base: 'base:1' } as const;
  const [image, , step] = commands(source).filter((line) => !line.startsWith('export'));
  expect(image).toContain(` --build-arg BASE=base:1 '/my app'\\''s/web' && `);
  expect(step).toContain(' build-args=BASE=base:1');
});

it('what to type without Docker names no docker command', () => {
  expect(commands({ kind: 'simulated' }).filter((line) => /docker|curl/.test(line))).toEqual([]);
});

it.each<TaskSource>([docker, { kind: 'simulated' }])(
  'what to type for the action has inputs of the action: %j',
  (source) => {
    const step = commands(source).find((line) => line.startsWith('npm run step -- ')) ?? '';
    const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { readonly inputs: object };
    const read = () => readStepArguments(step.split(' ').slice(4), Object.keys(action.inputs));
    expect(read().inputs).toMatchObject({ cluster: 'local', service: 'web' });
  },
);
