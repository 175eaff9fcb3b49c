import type { Work } from '../src/run/work.ts';

const region = 'arn:aws:ecs:ap-southeast-2:123456789012';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The updates of 200 services with long names, three containers and two changed settings each. */
export const manyUpdates: readonly Work<'service-update'>[] = Array.from({ length: 200 }, (_, at) => {
  const name = `checkout-payments-worker-${at + 1}`;
  return {
    kind: 'service-update',
    clusterArn: `${region}:cluster/production-cluster`,
    serviceArn: `${region}:service/production-cluster/${name}`,
    taskDefinitionArn: `${region}:task-definition/${name}:1234`,
    deploys: true,
    previousDeploymentId: 'ecs-svc/1234567890123456789',
    rollbackTarget: {
      serviceRevisionArn: `${region}:service-revision/production-cluster/${name}/1234567890123456789`,
      taskDefinitionArn: `${region}:task-definition/${name}:1233`,
      images: ['application', 'opentelemetry-collector', 'log-router'].map((container) => ({
        container,
        image: `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/${name}/${container}@${digest}`,
        digest,
      })),
      settings: [
        { name: 'desired-count', member: 'desiredCount', place: 'service', before: 2, after: 4 },
        {
          name: 'minimum-healthy-percent',
          member: 'minimumHealthyPercent',
          place: 'deploymentConfiguration',
          before: 50,
          after: 100,
        },
      ],
    },
    rollsBackWhenCutOff: false,
    awaitsHealthCheck: true,
  };
});
