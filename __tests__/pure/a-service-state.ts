import type { ServiceState } from '../../src/service/describe.ts';

/** A service on Fargate that runs web:1 with two tasks, completed, but for what is given. */
export function aServiceState(part: Partial<ServiceState> = {}): ServiceState {
  return {
    name: 'web',
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
    service: { desiredCount: 2 },
    document: {
      launchType: 'FARGATE',
      desiredCount: 2,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    },
    primary: { id: 'ecs-svc/1', taskDefinition: 'web:1', rolloutState: 'COMPLETED' },
    taskDefinitionArn: 'web:1',
    taskDefinition: {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'nginx:1' }],
    },
    isInactive: false,
    history: { kind: 'known', deployments: [] },
    inFlight: undefined,
    rollbackTarget: undefined,
    ...part,
  };
}
