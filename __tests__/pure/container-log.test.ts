import { logOf, tellingLine } from '../../src/deployment/diagnose/container-log.ts';

const telling = { container: 'app', taskIds: ['aaa1', 'bbb2', 'ccc3'] };

describe('the log of a container that failed', () => {
  it('has a repeated line once, with its count, whatever numbers it holds', () => {
    const lines = [
      'starting',
      'try 1 failed after 12ms',
      'try 2 failed after 9ms',
      'try 3 failed after 11ms',
      'bye',
    ];
    expect(logOf(telling, [lines], undefined)).toEqual({
      container: 'app',
      taskId: 'aaa1',
      lines: ['starting', 'try 1 failed after 12ms (3 times)', 'bye'],
      note: undefined,
      sameIn: 1,
    });
  });

  it('has the last 15 lines', () => {
    const letters = Array.from({ length: 20 }, (_, index) => `line ${String.fromCodePoint(97 + index)}`);
    expect(logOf(telling, [letters], undefined).lines).toEqual(letters.slice(5));
  });

  it.each([
    [
      'all',
      [
        ['a', 'no 1'],
        ['b', 'no 2'],
        ['b', 'no 3'],
      ],
      1,
    ],
    ['the same in two others', [['no 12'], ['no 9'], ['no 77']], 3],
    [
      'the same in one other',
      [
        ['x', 'no 12'],
        ['x', 'no 9'],
        ['y', 'no 77'],
      ],
      2,
    ],
    ['the same nowhere, as there is nothing', [[], [], []], 1],
  ])('is compared with the others: %s', (_, logs, sameIn) => {
    expect(logOf(telling, logs, undefined).sameIn).toBe(sameIn);
  });
});

describe('the line that tells most', () => {
  it.each([
    [
      'the last with an error',
      ['Error: no database', '    at connect (db.js:3:1)', 'bye'],
      'Error: no database',
    ],
    ['the last one, without any', ['starting', 'bye', '---'], 'bye'],
    [
      'not a frame of a stack',
      ['KeyError: DATABASE_URL', '  File "app.py", line 3, in open_error'],
      'KeyError: DATABASE_URL',
    ],
    ['none', [], undefined],
  ])('is %s', (_, lines, expected) => {
    expect(tellingLine(lines)).toBe(expected);
  });
});
