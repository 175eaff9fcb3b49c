import { whatRuns } from '../../src/rollout/aftermath.ts';
import { endOfUndo } from '../../src/rollout/await-undo.ts';
import { compare } from '../../src/rollout/verify.ts';

const wayBack = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:task-definition/web:1',
  images: [
    { container: 'app', image: 'r/web:v1', digest: 'sha256:a' },
    { container: 'proxy', image: 'r/proxy:1', digest: undefined },
  ],
};
const app = (imageDigest?: string) => ({ containerName: 'app', image: 'r/web:v1', imageDigest });

describe('what runs after a rollback is', () => {
  it.each([
    ['the same', { containerImages: [app('sha256:a')] }, false, { kind: 'same' }],
    [
      'the same, from a copy',
      { taskDefinition: 'x/web:3', containerImages: [app('sha256:a')] },
      true,
      { kind: 'same' },
    ],
    ['not known without digests', { containerImages: [app()] }, false, { kind: 'unknown' }],
    ['not known without images', {}, false, { kind: 'unknown' }],
    [
      'another version',
      { taskDefinition: 'x/web:0', containerImages: [app('sha256:a')] },
      false,
      { kind: 'other-version', says: 'ECS returned to web:0, not to web:1' },
    ],
    [
      'another image',
      { containerImages: [app('sha256:b')] },
      false,
      {
        kind: 'other-image',
        says: 'the container app runs sha256:b, and ran sha256:a before: r/web:v1 was pushed anew since',
      },
    ],
  ])('%s', (_, part, isCopy, expected) => {
    expect(compare(wayBack, { taskDefinition: wayBack.taskDefinitionArn, ...part }, isCopy)).toEqual(
      expected,
    );
  });
});

it('what runs is told deployment by deployment, without those that are gone', () => {
  const deployments = [
    { taskDefinition: 'x/web:1', status: 'PRIMARY', rolloutState: 'FAILED' as const, desiredCount: 0 },
    { taskDefinition: 'x/web:2', status: 'ACTIVE', runningCount: 1, desiredCount: 0 },
    { taskDefinition: 'x/web:0', status: 'ACTIVE', runningCount: 0 },
  ];
  expect(whatRuns({ deployments, desiredCount: 2 })).toEqual([
    'web:1: 0 of 2 tasks running (PRIMARY, FAILED)',
    'web:2: 1 tasks still running (ACTIVE)',
  ]);
  expect(whatRuns(undefined)).toEqual([]);
});

describe('an undo by ECS', () => {
  const rollout = { deploymentId: 'ecs-svc/2', createdAt: new Date(200) };
  const byEcs = { kind: 'by-ecs', serviceDeploymentArn: 'sd/2', asked: true } as const;
  const ours = { id: 'ecs-svc/2', createdAt: new Date(200), runningCount: 2, desiredCount: 2 };
  const old = {
    id: 'ecs-svc/1',
    createdAt: new Date(100),
    taskDefinition: 'x/web:1',
    rolloutState: 'COMPLETED' as const,
    runningCount: 2,
    desiredCount: 2,
  };
  const newer = { ...old, id: 'ecs-svc/3', createdAt: new Date(300) };
  const back = {
    kind: 'back',
    deploymentId: 'ecs-svc/1',
    taskDefinitionArn: 'x/web:1',
    running: 2,
    desired: 2,
    isCompleted: true,
  };

  it.each([
    ['goes on while it is asked for', ours, { status: 'ROLLBACK_REQUESTED' }, undefined],
    ['goes on while it rolls back', old, { status: 'ROLLBACK_IN_PROGRESS' }, undefined],
    ['goes on while its own deployment is not read', old, undefined, undefined],
    ['is back', old, { status: 'ROLLBACK_SUCCESSFUL' }, back],
    ['came too late', ours, { status: 'SUCCESSFUL' }, { kind: 'completed', running: 2, desired: 2 }],
    ['failed', ours, { status: 'ROLLBACK_FAILED', statusReason: 'no.' }, { kind: 'failed', why: 'no.' }],
    [
      'was stopped in place',
      ours,
      { status: 'STOPPED' },
      { kind: 'failed', why: 'the service deployment ended as STOPPED' },
    ],
    ['was superseded', newer, { status: 'STOPPED' }, { kind: 'not-ours', primaryId: 'ecs-svc/3' }],
    [
      'ended on an old version that fails too',
      { ...old, rolloutState: 'FAILED' as const, rolloutStateReason: 'crash' },
      { status: 'ROLLBACK_SUCCESSFUL' },
      { kind: 'failed', why: 'crash' },
    ],
    ['goes on in a state that nobody knows yet', ours, { status: 'NEW_STATE' }, undefined],
  ])('%s', (_, primary, deployment, expected) => {
    expect(endOfUndo(rollout, byEcs, primary, deployment as never)).toEqual(expected);
  });
});
