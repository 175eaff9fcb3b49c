import type { Deployment, ECSClient } from '@aws-sdk/client-ecs';
import type { Rollout } from '../../src/deployment/observe/rollout.ts';
import { undo } from '../../src/deployment/rollback/undo.ts';
import type { Undo } from '../../src/deployment/rollback/undo-options.ts';
import type { Reader } from '../../src/service/reader.ts';
import { aDeployment, olderDeployment } from './a-deployment.ts';

const createdAt = new Date(200_000);
const rollout = { clusterArn: 'c', serviceArn: 's', deploymentId: 'ecs-svc/200', createdAt } as Rollout;

/** Begins an undo while our own service deployment has that status, and tells what was called that changes anything. */
async function begin(
  status: string,
  primary: Deployment,
): Promise<{ readonly undone: Undo; readonly sent: readonly string[] }> {
  const sent: string[] = [];
  const reader: Partial<Reader> = {
    serviceDeploymentsSince: () =>
      Promise.resolve([{ arn: 'sd/200', targetServiceRevisionArn: 'service-revision/c/s/200', createdAt }]),
    serviceDeployment: () => Promise.resolve({ status: status as 'PENDING' }),
    service: () => Promise.resolve({ deployments: [primary] }),
  };
  const ecs = {
    send: (command: object) => {
      sent.push(command.constructor.name);
      return Promise.resolve({});
    },
  };
  const undone = await undo({
    ecs: ecs as unknown as ECSClient,
    reader: reader as Reader,
    calling: {
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      say: () => undefined,
    } as unknown as Parameters<typeof undo>[0]['calling'],
    rollout,
    wayBack: { taskDefinitionArn: 'td/web:1', serviceRevisionArn: undefined, images: [], settings: [] },
    undoesCompleted: false,
  });
  return { undone, sent };
}

describe("ECS's own rollback is followed, and nothing is called", () => {
  it.each([
    ['ROLLBACK_REQUESTED', 'our deployment', aDeployment()],
    ['ROLLBACK_IN_PROGRESS', 'our deployment', aDeployment()],
    ['ROLLBACK_IN_PROGRESS', 'the version before', olderDeployment({ status: 'PRIMARY' })],
    ['ROLLBACK_SUCCESSFUL', 'the version before', olderDeployment({ status: 'PRIMARY' })],
  ])('%s while %s is PRIMARY', async (status, _primary, primary) => {
    expect(await begin(status, primary)).toEqual({
      undone: { kind: 'by-ecs', serviceDeploymentArn: 'sd/200', asked: false, left: [] },
      sent: [],
    });
  });
});

it('a deployment in flight is stopped by its own name', async () => {
  expect(await begin('IN_PROGRESS', aDeployment())).toEqual({
    undone: { kind: 'by-ecs', serviceDeploymentArn: 'sd/200', asked: true, left: [] },
    sent: ['StopServiceDeploymentCommand'],
  });
});
