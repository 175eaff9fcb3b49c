import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const demo = join(import.meta.dirname, '../../scripts/demo/demo.ts');

describe('the demo', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'stops its step on %s, however often it comes, tidies up and says so',
    async (name, exitCode) => {
      const env = { ...process.env, TMPDIR: folder, DOCKER_HOST: `unix://${folder}/no-engine` };
      const child = spawn(process.execPath, [demo], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let printed = '';
      for await (const text of child.stdout.setEncoding('utf8')) {
        const hadBegun = printed.includes('has begun');
        printed += String(text);
        if (hadBegun || !printed.includes('has begun')) continue;
        child.kill(name);
        child.kill(name);
      }
      if (child.exitCode === null) await once(child, 'exit');
      expect({ printed, exitCode: child.exitCode }).toEqual({ printed, exitCode });
      expect(printed).toMatch(/\nStopping: [^]*SIGINT: the workflow was cancelled[^]*\nStopped\.\n$/);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
