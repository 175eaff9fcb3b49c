import { describeDeployments } from '../../src/deployment/rollback/current-state.ts';
import { compare } from '../../src/deployment/rollback/verify.ts';

const rollbackTarget = {
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
      { kind: 'other-version', says: 'ECS went back to web:0, not to web:1' },
    ],
    [
      'another image',
      { containerImages: [app('sha256:b')] },
      false,
      {
        kind: 'other-image',
        says: 'the container app runs sha256:b, and ran sha256:a before: r/web:v1 was pushed again since',
      },
    ],
  ])('%s', (_, part, isCopy, expected) => {
    expect(
      compare(rollbackTarget, { taskDefinition: rollbackTarget.taskDefinitionArn, ...part }, isCopy),
    ).toEqual(expected);
  });
});

it('what runs is told deployment by deployment, without those that are gone', () => {
  const deployments = [
    { taskDefinition: 'x/web:1', status: 'PRIMARY', rolloutState: 'FAILED' as const, desiredCount: 0 },
    { taskDefinition: 'x/web:2', status: 'ACTIVE', runningCount: 1, desiredCount: 0 },
    { taskDefinition: 'x/web:0', status: 'ACTIVE', runningCount: 0 },
  ];
  expect(describeDeployments({ deployments, desiredCount: 2 })).toEqual([
    'web:1: 0 of 2 tasks running (PRIMARY, FAILED)',
    'web:2: 1 tasks still running (ACTIVE)',
  ]);
  expect(describeDeployments(undefined)).toEqual([]);
});
