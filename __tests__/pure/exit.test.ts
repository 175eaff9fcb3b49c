import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

it('the end of a long output is not lost to a reader that is slower than the process', async () => {
  const exit = pathToFileURL(`${import.meta.dirname}/../../src/process/exit.ts`).href;
  const script = `import { exitWith } from '${exit}'; process.stdout.write('x'.repeat(1_000_000)); await exitWith(3);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  const exited = once(child, 'exit');
  await once(child.stdout, 'readable');
  expect(await text(child.stdout)).toHaveLength(1_000_000);
  expect(await exited).toEqual([3, null]);
});
