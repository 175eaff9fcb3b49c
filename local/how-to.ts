import type { Fargate } from './fargate.ts';
import type { Resources } from './resources.ts';

/** Where tasks come from: with Docker an app to build, and a base image if the Dockerfile's need not be pulled. */
export type TaskSource =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'docker'; readonly app: string; readonly base: string | undefined };

/** Lines to copy for trying the local Fargate with the AWS CLI, Docker, an SDK and the action. */
export function howTo(
  { endpoint, environment, registryHost }: Pick<Fargate, 'endpoint' | 'environment' | 'registryHost'>,
  { cluster, repositoryUri, logGroup, targetGroupArn, url }: Resources,
  source: TaskSource,
): string {
  const logging = {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logGroup,
      'awslogs-region': environment['AWS_REGION'],
      'awslogs-stream-prefix': 'ecs',
    },
  };
  const container = {
    name: 'web',
    image: `${repositoryUri}:1`,
    portMappings: [{ containerPort: 8080 }],
    logConfiguration: logging,
  };
  // && continues after success, in every shell.
  return [
    `The local Fargate listens on ${endpoint}; its tasks ${source.kind === 'docker' ? 'run in Docker' : 'are simulated'}.`,
    `It has a cluster ${cluster}, a repository ${repositoryUri}, a log group ${logGroup}, and a load balancer`,
    `on ${url} that forwards requests to port 8080 of a service's tasks.`,
    '',
    'In another terminal, for the AWS CLI and SDKs:',
    '',
    // The CLI's pager would stop a chain of commands.
    ...Object.entries({ ...environment, AWS_PAGER: '' }).map(([name, value]) => `export ${name}=${value}`),
    '',
    ...imageLines(source, repositoryUri, registryHost),
    'Create a service with two tasks:',
    '',
    'aws ecs register-task-definition --family web --network-mode awsvpc --requires-compatibilities FARGATE \\',
    '  --cpu 256 --memory 512 --execution-role-arn arn:aws:iam::123456789012:role/execution \\',
    `  --container-definitions '${JSON.stringify([container])}' &&`,
    `aws ecs create-service --cluster ${cluster} --service-name web --task-definition web --desired-count 2 \\`,
    `  --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[subnet-1]}' \\`,
    `  --load-balancers targetGroupArn=${targetGroupArn},containerName=web,containerPort=8080 &&`,
    `aws ecs wait services-stable --cluster ${cluster} --services web${source.kind === 'docker' ? ` &&\ncurl ${url}` : ''}`,
    '',
    ...(source.kind === 'simulated'
      ? ["Simulated tasks pass health checks, but don't answer HTTP requests.", '']
      : []),
    'Then run the action, as a workflow would:',
    '',
    `npm run step -- cluster=${cluster} service=web ${stepInputs(source)}`,
    '',
    'Ctrl-C stops the local Fargate and removes what it started.',
    '',
  ].join('\n');
}

function imageLines(source: TaskSource, repositoryUri: string, registryHost: string): readonly string[] {
  if (source.kind === 'simulated')
    return [`The image ${repositoryUri}:1 exists; nothing has to be pushed.`, ''];
  const base = source.base === undefined ? '' : `--build-arg BASE=${source.base} `;
  return [
    'Build and push an image:',
    '',
    `aws ecr get-login-password | docker login --username AWS --password-stdin ${registryHost} &&`,
    `docker build -t ${repositoryUri}:1 ${base}${quoted(source.app)} &&`,
    `docker push ${repositoryUri}:1`,
    '',
  ];
}

/** Deploys another version of the same app; simulated tasks have only the same image again. */
function stepInputs(source: TaskSource): string {
  if (source.kind === 'simulated') return 'image=1 force-new-deployment=true';
  const base = source.base === undefined ? '' : ` build-args=BASE=${source.base}`;
  return `context=examples/web${base}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
