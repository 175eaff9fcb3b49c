import { explain, explainShortly } from '../../src/report/explain.ts';
import { aCause, anOutcome } from './an-outcome.ts';

describe('the explanation', () => {
  it('is for the log, most telling first', () => {
    expect(explain(anOutcome({ cause: aCause, recovery: ['aws ecs update-service'] }))).toEqual([
      '',
      'Likely cause: The program is not there.',
      'What to do:   Put it there.',
      '',
      'Failed tasks:',
      '  2 x EssentialContainerExited: Essential container in task exited (e.g. task aaa1)',
      '      web: exit code 127',
      '      proxy: exit code 143',
      '  1 x TaskFailedToStart: no capacity (e.g. task bbb2)',
      '',
      'Load balancer:',
      '  target group web: 10.0.0.1:80 is unhealthy',
      '',
      'ECS says:',
      '  (service web) is unable to consistently start tasks successfully.',
      '',
      'Last log lines of web (task aaa1):',
      '  | starting',
      '  | sh: app: not found',
      '',
      'To see what runs, and to put it right:',
      '  aws ecs update-service',
    ]);
  });

  it('says why there are no log lines', () => {
    const logs = { container: 'web', taskId: 'aaa1', lines: [], note: 'It has logged nothing.', sameIn: 1 };
    expect(
      explain(anOutcome({ cause: { likely: undefined, groups: [], targets: [], events: [], logs } })),
    ).toEqual(['', 'Last log lines of web (task aaa1):', '  It has logged nothing.']);
  });

  it('is nothing where there is nothing to explain', () => {
    expect(explain(anOutcome())).toEqual([]);
    const nothing = { likely: undefined, groups: [], targets: [], events: [], logs: undefined };
    expect(explain(anOutcome({ cause: nothing }))).toEqual([]);
  });

  it('is short for the annotation: the main group and the last three log lines', () => {
    const logs = {
      container: 'web',
      taskId: 'aaa1',
      lines: ['one', 'two', 'three', 'four'],
      note: undefined,
      sameIn: 1,
    };
    const outcome = anOutcome({
      message: 'It failed.',
      cause: { ...aCause, logs },
      recovery: ['aws ecs update-service'],
    });
    expect(explainShortly(outcome)).toBe(`It failed.
Likely cause: The program is not there. Put it there.
2 x Essential container in task exited
web: exit code 127
proxy: exit code 143
| two
| three
| four

To see what runs, and to put it right:
  aws ecs update-service`);
    expect(explainShortly(anOutcome({ message: 'It failed.' }))).toBe('It failed.');
  });
});
