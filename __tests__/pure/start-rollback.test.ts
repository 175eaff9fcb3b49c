import type { Deployment, ECSClient } from '@aws-sdk/client-ecs';
import type { RollbackStart } from '../../src/deployment/rollback/rollback-start.ts';
import { startRollback } from '../../src/deployment/rollback/start-rollback.ts';
import { systemClock } from '../../src/process/clock.ts';
import type { DeploymentRef } from '../../src/reference/deployment.ts';
import type { Reader } from '../../src/service/reader.ts';
import { aDeployment, olderDeployment } from './a-deployment.ts';

const { jest } = import.meta;

const createdAt = new Date(200_000);
const deployment: DeploymentRef = {
  service: { name: 'web', arn: 's', clusterArn: 'c' },
  id: 'ecs-svc/200',
  createdAt,
  target: 'td/web:2',
};

const refusal = Object.assign(new Error('not now'), {
  name: 'InvalidParameterException',
  $metadata: { httpStatusCode: 400 },
});

/** Begins a rollback while our own service deployment has that status, and returns the calls that change anything. */
async function begin(
  status: string,
  primary: Deployment,
  { refused = [], pausedBy }: { readonly refused?: readonly string[]; readonly pausedBy?: string } = {},
): Promise<{ readonly started: RollbackStart; readonly sent: readonly string[] }> {
  const sent: string[] = [];
  const reader: Partial<Reader> = {
    until: () => reader as Reader,
    serviceDeploymentsSince: () =>
      Promise.resolve([{ arn: 'sd/200', targetServiceRevisionArn: 'service-revision/c/s/200', createdAt }]),
    serviceDeployment: () =>
      Promise.resolve({
        status: status as 'PENDING',
        lifecycleHookDetails: pausedBy === undefined ? [] : [{ hookId: pausedBy, status: 'AWAITING_ACTION' }],
      }),
    service: () => Promise.resolve({ deployments: [primary] }),
  };
  const ecs = {
    send: (command: object) => {
      sent.push(command.constructor.name);
      return refused.includes(command.constructor.name) ? Promise.reject(refusal) : Promise.resolve({});
    },
  };
  const started = await startRollback({
    ecs: ecs as unknown as ECSClient,
    reader: reader as Reader,
    calling: {
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      say: () => undefined,
    } as unknown as Parameters<typeof startRollback>[0]['calling'],
    deployment,
    rollbackTarget: {
      taskDefinitionArn: 'td/web:1',
      serviceRevisionArn: undefined,
      images: [],
      settings: [],
    },
    rollsBackCompleted: false,
  });
  return { started, sent };
}

describe("ECS's own rollback is followed, and nothing is called", () => {
  it.each([
    ['ROLLBACK_REQUESTED', 'our deployment', aDeployment()],
    ['ROLLBACK_IN_PROGRESS', 'our deployment', aDeployment()],
    ['ROLLBACK_IN_PROGRESS', 'the version before', olderDeployment({ status: 'PRIMARY' })],
    ['ROLLBACK_SUCCESSFUL', 'the version before', olderDeployment({ status: 'PRIMARY' })],
  ])('%s while %s is PRIMARY', async (status, _primary, primary) => {
    expect(await begin(status, primary)).toEqual({
      started: { kind: 'by-ecs', serviceDeploymentArn: 'sd/200', asked: false, left: [] },
      sent: [],
    });
  });
});

it('a deployment in flight is stopped by its own name', async () => {
  expect(await begin('IN_PROGRESS', aDeployment())).toEqual({
    started: { kind: 'by-ecs', serviceDeploymentArn: 'sd/200', asked: true, left: [] },
    sent: ['StopServiceDeploymentCommand'],
  });
});

it('a pause is answered with ROLLBACK where ECS does not stop the deployment', async () => {
  const paused = { refused: ['StopServiceDeploymentCommand'], pausedBy: 'ecs-pause-1' };
  expect(await begin('IN_PROGRESS', aDeployment(), paused)).toEqual({
    started: { kind: 'by-ecs', serviceDeploymentArn: 'sd/200', asked: true, left: [] },
    sent: ['StopServiceDeploymentCommand', 'ContinueServiceDeploymentCommand'],
  });
});

describe('in a cancelled run, a rollback is requested within two seconds though nothing answers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['serviceDeploymentsSince', 'UpdateServiceCommand'],
    ['serviceDeployment', 'StopServiceDeploymentCommand'],
    ['service', 'StopServiceDeploymentCommand'],
  ] as const)('%s', async (unanswered, request) => {
    const asked: AbortSignal[] = [];
    const sent: string[] = [];
    const readsUntil = (over: AbortSignal): Reader => {
      const silent = (): Promise<never> => {
        asked.push(over);
        return new Promise(() => undefined);
      };
      const answering: Partial<Reader> = {
        serviceDeploymentsSince: () =>
          Promise.resolve([
            { arn: 'sd/200', targetServiceRevisionArn: 'service-revision/c/s/200', createdAt },
          ]),
        serviceDeployment: () => Promise.resolve({ status: 'IN_PROGRESS' }),
        service: () => Promise.resolve({ deployments: [aDeployment()] }),
      };
      return { ...answering, [unanswered]: silent } as Reader;
    };
    const ecs = {
      send: (command: object) => {
        sent.push(command.constructor.name);
        return Promise.resolve({ service: { deployments: [aDeployment()] } });
      },
    };
    const starting = startRollback({
      ecs: ecs as unknown as ECSClient,
      reader: { until: readsUntil } as unknown as Reader,
      calling: { clock: systemClock, hurry: AbortSignal.abort(), say: () => undefined },
      deployment,
      rollbackTarget: {
        taskDefinitionArn: 'td/web:1',
        serviceRevisionArn: undefined,
        images: [],
        settings: [],
      },
      rollsBackCompleted: false,
    });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual([request]);
    await starting;
    expect(asked.map(({ aborted }) => aborted)).not.toContain(false);
  });
});
