import { failedContainer } from '../../src/deployment/observe/failed-container.ts';
import type { ContainerView } from '../../src/service/task.ts';
import { aContainer, aTask } from './a-task.ts';

describe('the container to look at', () => {
  it.each<[string, Partial<ContainerView>[], string | undefined]>([
    ['the only one', [{ name: 'a' }], 'a'],
    [
      'the one with a reason',
      [
        { name: 'a', exitCode: 1 },
        { name: 'b', reason: 'x' },
      ],
      'b',
    ],
    [
      'the unhealthy one',
      [
        { name: 'a', exitCode: 1 },
        { name: 'b', healthStatus: 'UNHEALTHY' },
      ],
      'b',
    ],
    [
      'the one that failed before the one that was stopped after it',
      [
        { name: 'a', exitCode: 143 },
        { name: 'b', exitCode: 137 },
        { name: 'c', exitCode: 1 },
      ],
      'c',
    ],
    [
      'the one that failed before the one that ended well',
      [
        { name: 'a', exitCode: 0 },
        { name: 'b', exitCode: 1 },
      ],
      'b',
    ],
    [
      'the one that was killed before the one that ended well',
      [
        { name: 'a', exitCode: 0 },
        { name: 'b', exitCode: 137 },
      ],
      'b',
    ],
    ['the one that ended before the one that runs', [{ name: 'a' }, { name: 'b', exitCode: 0 }], 'b'],
    [
      'the first of equals',
      [
        { name: 'a', exitCode: 1 },
        { name: 'b', exitCode: 2 },
      ],
      'a',
    ],
    ['none', [], undefined],
  ])('is %s', (_what, containers, expected) => {
    expect(failedContainer(aTask({ containers: containers.map(aContainer) }))?.name).toBe(expected);
  });
});
