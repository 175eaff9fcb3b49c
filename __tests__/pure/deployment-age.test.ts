import { isNewer, isSurelyNewer } from '../../src/deployment/observe/deployment-age.ts';

const early = new Date(100);
const late = new Date(200);

it.each<[string, Date | undefined, Date | undefined, boolean, boolean]>([
  ['a later one', late, early, true, true],
  ['an earlier one', early, late, false, false],
  ['one of the same moment', late, new Date(200), false, false],
  ['one of an unknown time', undefined, early, true, false],
  ['one compared with an unknown time', late, undefined, true, false],
  ['one of which nothing is known', undefined, undefined, true, false],
])('%s', (_, theirs, ours, newer, surely) => {
  expect([isNewer(theirs, ours), isSurelyNewer(theirs, ours)]).toEqual([newer, surely]);
});
