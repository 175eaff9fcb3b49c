import { annotationText, evidenceLines } from '../../src/report/explain.ts';
import { aCause, anOutcome } from './an-outcome.ts';

const failed = anOutcome({
  result: 'rollback-failed',
  message: 'It failed.',
  cause: aCause,
  currentState: { failures: ['1 x no capacity'], runs: ['web:1: 1 of 2 tasks running'] },
  recovery: ['aws ecs update-service'],
});

describe('the explanation of a failure', () => {
  it('has the evidence for the log', () => {
    expect(evidenceLines(failed)).toEqual([
      '',
      'Failed tasks of web:',
      '  2 x EssentialContainerExited: Essential container in task exited (e.g. task aaa1)',
      '      web: exit code 127',
      '      proxy: exit code 143',
      '  1 x TaskFailedToStart: no capacity (e.g. task bbb2)',
      '',
      'Load balancer:',
      '  target group web: 10.0.0.1:80 is unhealthy',
      '',
      'ECS events:',
      '  (service web) is unable to consistently start tasks successfully.',
      '',
      'Last log lines of web (task aaa1):',
      '  | starting',
      '  | sh: app: not found',
      '',
      'Failed tasks of the rollback:',
      '  1 x no capacity',
    ]);
  });

  it('has what happened, why and what to do for the annotation', () => {
    expect(annotationText(failed)).toBe(`It failed.
Likely cause: The program is not there.
What to do: Put it there.

What runs now:
web:1: 1 of 2 tasks running

To check the service and fix it:
aws ecs update-service`);
    expect(annotationText(anOutcome({ message: 'It failed.' }))).toBe('It failed.');
    expect(annotationText(anOutcome({ message: 'It failed.', advice: 'Wait.' }))).toBe(
      'It failed.\nWhat to do: Wait.',
    );
  });

  it('says nothing in both, which stand in one view', () => {
    const annotation = annotationText(failed).split('\n');
    const both = evidenceLines(failed).filter((line) => line !== '' && annotation.includes(line));
    expect(both).toEqual([]);
  });

  it('says why there are no log lines', () => {
    const logs = { container: 'web', taskId: 'aaa1', lines: [], note: 'It wrote no log.', sameIn: 1 };
    expect(
      evidenceLines(anOutcome({ cause: { likely: undefined, groups: [], targets: [], events: [], logs } })),
    ).toEqual(['', 'Last log lines of web (task aaa1):', '  It wrote no log.']);
  });

  it.each([
    [1, ''],
    [2, ', same in 1 other task'],
    [3, ', same in 2 other tasks'],
  ])('counts the tasks with the same end of the log: %d', (sameIn, told) => {
    const logs = { container: 'web', taskId: 'aaa1', lines: ['no'], note: undefined, sameIn };
    const lines = evidenceLines(
      anOutcome({ cause: { likely: undefined, groups: [], targets: [], events: [], logs } }),
    );
    expect(lines[1]).toBe(`Last log lines of web (task aaa1${told}):`);
  });

  it('is nothing where there is nothing to explain', () => {
    expect(evidenceLines(anOutcome())).toEqual([]);
    const nothing = { likely: undefined, groups: [], targets: [], events: [], logs: undefined };
    expect(evidenceLines(anOutcome({ cause: nothing }))).toEqual([]);
  });
});
