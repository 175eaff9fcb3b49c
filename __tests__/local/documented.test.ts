import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

it('the code that docs/local-fargate.md shows runs in the root of a clone, and ends', async () => {
  const document = readFileSync(join(root, 'docs/local-fargate.md'), 'utf8');
  const code = /^```ts\n([^]*?)^```/m.exec(document)?.[1] ?? '';
  const args = ['--input-type=module-typescript', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 30_000 });
  expect(stdout).toMatch(/AWS_ENDPOINT_URL: 'http:\/\/127\.0\.0\.1:\d+'/);
});
