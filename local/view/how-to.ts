import type { Fargate } from '../fargate.ts';
import type { Resources } from '../resources.ts';

/** What a person types to try the local Fargate: lines to copy for the AWS CLI, Docker and an SDK. */
export function howTo(
  { endpoint, environment, registryHost }: Pick<Fargate, 'endpoint' | 'environment' | 'registryHost'>,
  { cluster, repositoryUri, logGroup, targetGroupArn, url }: Resources,
  runtime: 'docker' | 'simulated',
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
  const push = [
    `aws ecr get-login-password | docker login --username AWS --password-stdin ${registryHost}`,
    `docker build -t ${repositoryUri}:1 . && docker push ${repositoryUri}:1`,
  ];
  return [
    `The local Fargate listens on ${endpoint}; its tasks ${runtime === 'docker' ? 'run in Docker' : 'are simulated'}.`,
    '',
    '# For the AWS CLI, the SDKs and the action:',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
    '',
    `# There are the cluster ${cluster}, the repository ${repositoryUri}, the log group ${logGroup}`,
    `# and a load balancer on ${url} before a target group for port 8080.`,
    ...(runtime === 'docker' ? push : [`# ${repositoryUri}:1 is an image that nobody had to push.`]),
    'aws ecs register-task-definition --family web --network-mode awsvpc --requires-compatibilities FARGATE \\',
    '  --cpu 256 --memory 512 --execution-role-arn arn:aws:iam::123456789012:role/execution \\',
    `  --container-definitions '${JSON.stringify([container])}'`,
    `aws ecs create-service --cluster ${cluster} --service-name web --task-definition web --desired-count 2 \\`,
    `  --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[subnet-1]}' \\`,
    `  --load-balancers targetGroupArn=${targetGroupArn},containerName=web,containerPort=8080`,
    `aws ecs wait services-stable --cluster ${cluster} --services web`,
    runtime === 'docker' ? `curl ${url}` : '# Simulated tasks answer health checks, but no HTTP request.',
    '',
    '# With an SDK for JavaScript, which reads the same variables:',
    `#   await new ECSClient().send(new DescribeServicesCommand({ cluster: '${cluster}', services: ['web'] }))`,
    '',
    'Ctrl-C ends it and removes what it started.',
    '',
  ].join('\n');
}
