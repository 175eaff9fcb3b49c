import type { Result } from '../../src/deployment/outcome.ts';
import { endStateOf } from '../../src/report/open-record.ts';

it.each<[Result[], ReturnType<typeof endStateOf>]>([
  [['deployed'], 'success'],
  [['unchanged', 'deployed'], 'success'],
  [['failed'], 'failure'],
  [['rolled-back'], 'failure'],
  [['rollback-failed'], 'failure'],
  [['timed-out'], 'failure'],
  [['cancelled'], 'error'],
  [['superseded'], 'error'],
  [['started'], undefined],
  [['deployed', 'started'], undefined],
  [['deployed', 'paused'], undefined],
  [['traffic-shifted', 'deployed'], 'success'],
  [['deployed', 'cancelled', 'failed'], 'failure'],
  [['started', 'superseded', 'deployed'], 'error'],
])("the record of services that are %j ends as GitHub's state %s", (results, state) => {
  expect(endStateOf(results.map((result) => ({ result })))).toBe(state);
});
