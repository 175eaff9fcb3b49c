import type { Cause } from '../../src/deployment/diagnose/diagnose.ts';
import type { ServiceOutcome } from '../../src/deployment/outcome.ts';

export const aCause: Cause = {
  likely: { says: 'The program is not there.', advice: 'Put it there.' },
  groups: [
    {
      count: 2,
      example: 'aaa1',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: ['web: exit code 127', 'proxy: exit code 143'],
    },
    {
      count: 1,
      example: 'bbb2',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'no capacity',
      containers: [],
    },
  ],
  targets: ['target group web: 10.0.0.1:80 is unhealthy'],
  events: ['(service web) is unable to consistently start tasks successfully.'],
  logs: {
    container: 'web',
    taskId: 'aaa1',
    lines: ['starting', 'sh: app: not found'],
    note: undefined,
    sameIn: 1,
  },
};

export function anOutcome(part: Partial<ServiceOutcome> = {}): ServiceOutcome {
  return {
    service: 'web',
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
    result: 'deployed',
    reason: 'completed',
    message: 'web runs web:2.',
    deploymentId: 'ecs-svc/200',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
    previousTaskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
    cause: undefined,
    currentState: undefined,
    recovery: [],
    ...part,
  };
}
