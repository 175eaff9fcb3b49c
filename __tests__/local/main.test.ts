import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const main = join(import.meta.dirname, '../../local/main.ts');

describe('npm run local', () => {
  it('keeps a local Fargate up until a signal comes', async () => {
    const child = spawn(process.execPath, [main, '--runtime', 'simulated', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      printed += String(text);
      if (!String(text).includes('Ctrl-C stops')) continue;
      const endpoint = /listens on (\S+);/.exec(printed)?.[1] ?? '';
      expect((await fetch(endpoint)).status).toBeGreaterThanOrEqual(400);
      child.kill('SIGINT');
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect({ printed, exitCode: child.exitCode }).toEqual({ printed, exitCode: 0 });
    expect(printed).toMatch(/\nStopping the local Fargate \.\.\.\n$/);
  });

  it('says in one sentence that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const args = [main, '--runtime', 'simulated', '--port', String(port)];
      await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
        code: 1,
        stderr: `Port ${port} is in use. Choose another one with --port (0 takes any free one).\n`,
      });
    } finally {
      other.close();
    }
  });
});
