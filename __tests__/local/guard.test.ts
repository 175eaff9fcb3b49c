import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('../../local/ecr/guard.ts', import.meta.url));

/** A guarded program of the given text that tells its process id, and then waits for its end. */
async function guarded(script: string): Promise<{ guarding: ChildProcess; pid: number }> {
  const program = `${script}; console.log(process.pid); setInterval(() => {}, 1000);`;
  const guarding = spawn(process.execPath, [guard, process.execPath, '-e', program]);
  const [said] = await once(guarding.stdout, 'data');
  return { guarding, pid: Number(String(said)) };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a guarded program', () => {
  it.each([
    ['', 1],
    ["process.on('SIGTERM', () => process.exit(7))", 7],
    ["process.on('SIGTERM', () => {})", 1],
  ])('ends with the process that holds its pipe: %s', async (script, exitCode) => {
    const { guarding, pid } = await guarded(script);
    expect(isAlive(pid)).toBe(true);
    const ended = once(guarding, 'exit');
    guarding.stdin?.destroy();
    expect((await ended)[0]).toBe(exitCode);
    expect(isAlive(pid)).toBe(false);
  });

  it('that ends by itself ends its guard, with the same exit code', async () => {
    const guarding = spawn(process.execPath, [guard, process.execPath, '-e', 'process.exit(3)']);
    expect((await once(guarding, 'exit'))[0]).toBe(3);
  });

  it('that can not be started is told of', async () => {
    const guarding = spawn(process.execPath, [guard, '/no/such/program']);
    const [[said], [exitCode]] = await Promise.all([once(guarding.stderr, 'data'), once(guarding, 'exit')]);
    expect([String(said).trim(), exitCode]).toEqual(['spawn /no/such/program ENOENT', 1]);
  });
});
