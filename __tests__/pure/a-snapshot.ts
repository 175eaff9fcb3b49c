import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';

/** A deployment of which nothing is known yet, but for what is given. */
export function aSnapshot(part: Partial<Snapshot> = {}): Snapshot {
  return {
    deploymentId: 'ecs-svc/200',
    createdAt: undefined,
    wantedCount: 0,
    service: undefined,
    serviceDeployment: undefined,
    events: [],
    tasks: [],
    healthy: new Map(),
    wasHealthy: false,
    failureSeen: new Map(),
    isServiceFresh: true,
    protection: undefined,
    targetGroups: [],
    stages: [],
    stageSeconds: 0,
    lastPause: undefined,
    isRollbackRequested: false,
    completed: undefined,
    elapsedSeconds: 0,
    idleSeconds: 0,
    ...part,
  };
}
