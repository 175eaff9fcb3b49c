import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import type { IdentifiedDeployment } from '../../src/service/primary.ts';
import { aSnapshot } from './a-snapshot.ts';

/** The deployment that is judged: PRIMARY, in progress, two tasks wanted; but for what is given. */
export function aDeployment(part: Partial<IdentifiedDeployment> = {}): IdentifiedDeployment {
  return {
    id: 'ecs-svc/200',
    status: 'PRIMARY',
    taskDefinition: 'td/web:2',
    rolloutState: 'IN_PROGRESS',
    createdAt: new Date(200),
    desiredCount: 2,
    ...part,
  };
}

/** The one before it, which completed. */
export function olderDeployment(part: Partial<IdentifiedDeployment> = {}): IdentifiedDeployment {
  return aDeployment({
    id: 'ecs-svc/100',
    createdAt: new Date(100),
    status: 'ACTIVE',
    rolloutState: 'COMPLETED',
    ...part,
  });
}

/** One that came after it. */
export function newerDeployment(part: Partial<IdentifiedDeployment> = {}): IdentifiedDeployment {
  return aDeployment({ id: 'ecs-svc/300', createdAt: new Date(300), taskDefinition: 'td/web:9', ...part });
}

export function aService(deployments: Deployment[], part: Partial<Service> = {}): Service {
  return { status: 'ACTIVE', desiredCount: 2, deployments, ...part };
}

/** Ten seconds after the update, with nothing seen but the deployment. */
export function aSnapshotOf(part: Partial<Snapshot> = {}): Snapshot {
  return aSnapshot({
    createdAt: new Date(200),
    wantedCount: 2,
    service: aService([aDeployment()]),
    elapsedSeconds: 10,
    ...part,
  });
}
