import { countFailures } from '../../src/deployment/failure-count.ts';
import type { TaskView } from '../../src/service/task.ts';
import { aService, aSnapshotOf } from './a-deployment.ts';
import { aTask, aTaskNotStarted } from './a-task.ts';

/** Failed one after the other, from 1000 on. */
function failed(...tasks: readonly TaskView[]) {
  return { tasks, failureSeen: new Map(tasks.map(({ arn }, index) => [arn, 1000 + index])) };
}
const exited = (id: string) => aTask({ id });
const unpulled = (id: string) => aTaskNotStarted('CannotPullContainerError: x', { id });
const idsOf = (counted: ReturnType<typeof countFailures>['counted']) => counted.map(({ task }) => task.id);

const noBreaker = { circuitBreaker: false };

it.each([
  ['half of many tasks', 40, 20],
  ['half of an odd number, rounded up', 9, 5],
  ['at least three', 2, 3],
  ['at most two hundred', 1000, 200],
])('%s are enough when the tasks fail in different ways', (_, desiredCount, threshold) => {
  const differing = ['a', 'b', 'c', 'd'].map((id) =>
    aTask({ id, stoppedReason: 'x'.repeat(id.charCodeAt(0)) }),
  );
  const snapshot = aSnapshotOf({ ...failed(...differing), service: aService([], { desiredCount }) });
  expect(countFailures(snapshot, noBreaker).threshold).toBe(threshold);
});

it.each([
  ['three alike', [exited('a'), exited('b'), exited('c')], false, 3],
  ['three alike among others', [unpulled('d'), exited('a'), exited('b'), exited('c')], false, 3],
  ['two alike', [exited('a'), exited('b'), unpulled('c')], false, 20],
  ['three alike after one was healthy', [exited('a'), exited('b'), exited('c')], true, 20],
])('%s of forty tasks', (_, tasks, wasHealthy, threshold) => {
  const service = aService([], { desiredCount: 40 });
  expect(countFailures(aSnapshotOf({ ...failed(...tasks), wasHealthy, service }), noBreaker).threshold).toBe(
    threshold,
  );
});

it('a task that is healthy still forgives the failures before it, and not those seen with it or later', () => {
  const seen = aSnapshotOf(failed(exited('a'), exited('b'), exited('c')));
  const healthy = new Map([
    ['early', 500],
    ['good', 1001],
  ]);
  expect(idsOf(countFailures(seen, noBreaker).counted)).toEqual(['a', 'b', 'c']);
  expect(idsOf(countFailures({ ...seen, healthy }, noBreaker).counted)).toEqual(['b', 'c']);
});

it('a failure of an unknown time counts until a task is healthy', () => {
  const seen = aSnapshotOf({ tasks: [exited('a')] });
  expect(idsOf(countFailures(seen, noBreaker).counted)).toEqual(['a']);
  expect(countFailures({ ...seen, healthy: new Map([['good', 1]]) }, noBreaker).counted).toEqual([]);
});

it('a breaker counts all but tasks that exited by themselves: those alone are left to us', () => {
  const seen = aSnapshotOf(failed(exited('a'), unpulled('b'), aTask({ id: 'c', stopCode: 'UserInitiated' })));
  expect(idsOf(countFailures(seen, { circuitBreaker: true }).counted)).toEqual(['a']);
  expect(idsOf(countFailures(seen, noBreaker).counted)).toEqual(['a', 'b']);
});
