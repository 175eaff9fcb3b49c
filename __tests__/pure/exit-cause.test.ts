import type { ContainerLog } from '../../src/deployment/diagnose/container-log.ts';
import { exitCause } from '../../src/deployment/diagnose/exit-cause.ts';
import { aContainer, aTask } from './a-task.ts';

const exited = (exitCode: number) => aTask({ containers: [aContainer({ exitCode })] });
const logOf = (part: Partial<ContainerLog>): ContainerLog => ({
  container: 'web',
  taskId: 'a',
  lines: [],
  note: undefined,
  sameIn: 1,
  ...part,
});

describe('the likely cause of an exit code', () => {
  it('says what the code means, and what to do', () => {
    const codes = [0, 1, 2, 126, 127, 134, 137, 139, 143, 255];
    const causes = codes.map((code) => exitCause(exited(code), undefined));
    expect(causes.map((cause) => `${cause?.says} ${cause?.advice}`).join('\n')).toMatchSnapshot();
  });

  it('is unknown without one', () => {
    expect(exitCause(aTask({ containers: [aContainer()] }), undefined)).toBeUndefined();
    expect(exitCause(aTask({ containers: [] }), undefined)).toBeUndefined();
  });

  it('quotes the log, and sends to it', () => {
    expect(exitCause(exited(1), logOf({ lines: ['starting', 'Error: no database'] }))).toEqual({
      says: 'The container web exited with code 1. Its log says: “Error: no database”.',
      advice: 'Fix the error that its last log lines show.',
    });
  });

  it.each([
    [undefined, 'Run the image locally with the same command and environment variables to see the error.'],
    ['Look there.', 'Look there.'],
  ])('without log lines says how to find the error (%j)', (advice, told) => {
    expect(exitCause(exited(1), logOf(advice === undefined ? {} : { advice }))?.advice).toBe(told);
  });
});
