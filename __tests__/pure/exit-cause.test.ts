import { exitCause } from '../../src/deployment/diagnose/exit-cause.ts';
import { aContainer, aTask } from './a-task.ts';

describe('the likely cause of an exit code', () => {
  it.each([
    [0, 'The container ended by itself, without an error, while a service has to keep running.'],
    [1, 'The container web ended with exit code 1: the program reported an error.'],
    [2, 'The container web ended with exit code 2: the program reported an error.'],
    [126, 'The command was found but could not be executed.'],
    [127, 'The command was not found in the image.'],
    [134, 'The process aborted itself (SIGABRT).'],
    [137, 'The process was killed (SIGKILL): for memory, or because it did not stop in time.'],
    [139, 'The process crashed on a memory fault (SIGSEGV).'],
    [143, 'The process was asked to stop (SIGTERM).'],
    [255, 'The process failed with 255, often for an image of another architecture.'],
  ])('%d', (exitCode, says) => {
    expect(exitCause(aTask({ containers: [aContainer({ exitCode })] }))?.says).toBe(says);
  });

  it('is not known without one', () => {
    expect(exitCause(aTask({ containers: [aContainer()] }))).toBeUndefined();
    expect(exitCause(aTask({ containers: [] }))).toBeUndefined();
  });

  it('is told with what to do about it', () => {
    const codes = [0, 1, 126, 127, 134, 137, 139, 143, 255];
    const told = codes.map((exitCode) => exitCause(aTask({ containers: [aContainer({ exitCode })] })));
    expect(told.map((cause) => `${cause?.says} ${cause?.advice}`).join('\n')).toMatchSnapshot();
  });
});
