import { deploymentRefOf, isNewer, isSurelyNewer, primaryOf } from '../../src/service/primary.ts';

const early = new Date(100);
const late = new Date(200);

it.each<[string, Date | undefined, Date | undefined, boolean, boolean]>([
  ['a later one', late, early, true, true],
  ['an earlier one', early, late, false, false],
  ['one of the same moment', late, new Date(200), false, false],
  ['one of an unknown time', undefined, early, true, false],
  ['one compared with an unknown time', late, undefined, true, false],
  ['two of unknown times', undefined, undefined, true, false],
])('compares %s', (_, theirs, ours, newer, surely) => {
  expect([isNewer(theirs, ours), isSurelyNewer(theirs, ours)]).toEqual([newer, surely]);
});

it('finds the PRIMARY deployment, and only with id and task definition', () => {
  const old = { id: 'ecs-svc/1', status: 'ACTIVE', taskDefinition: 'web:1' };
  const primary = { id: 'ecs-svc/2', status: 'PRIMARY', taskDefinition: 'web:2' };
  expect(primaryOf({ deployments: [old, primary] })).toBe(primary);
  expect(primaryOf({ deployments: [old] })).toBeUndefined();
  expect(primaryOf({ deployments: [{ status: 'PRIMARY', taskDefinition: 'web:2' }] })).toBeUndefined();
  expect(primaryOf({ deployments: [{ status: 'PRIMARY', id: 'ecs-svc/2' }] })).toBeUndefined();
  expect(primaryOf({})).toBeUndefined();
  expect(primaryOf(undefined)).toBeUndefined();
});

it('refers to a deployment by its service, id, time and target, and nothing else', () => {
  const service = { name: 'web', arn: 'arn:web', clusterArn: 'arn:cluster', extra: 1 };
  const deployment = { id: 'ecs-svc/2', taskDefinition: 'web:1', createdAt: late, runningCount: 3 };
  expect(deploymentRefOf(service, deployment, 'arn:web:2')).toEqual({
    service: { name: 'web', arn: 'arn:web', clusterArn: 'arn:cluster' },
    id: 'ecs-svc/2',
    createdAt: late,
    target: 'arn:web:2',
  });
});
