import { startWorld } from './world.ts';

/** What a container can write, in the hope that a runner, a terminal or a page obeys it. */
const lines = [
  '::error::obeyed',
  ' ::add-mask::web',
  '##[error]obeyed',
  '::set-output name=result::deployed',
  '::stop-commands::x',
  '\u001B[31mred\u001B[0m \u001B]0;title\u0007',
  'user\u202Egnp.exe',
  'carriage\rreturn',
  `giant ${'x'.repeat(100_000)}`,
  '</code><img src=x onerror=alert(1)> ```` | [link](javascript:alert(1)) @everyone',
];

/** But for line feeds. */
const controlOrBidi = /(?!\n)\p{Cc}|\p{Bidi_Control}/u;

it('nothing that a container writes is obeyed', async () => {
  await using world = await startWorld({
    behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1, lastLines: lines } } },
  });
  const run = await world.deploy({ image: 'v2' });
  expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  // Nothing of it stands where a line begins, or where the runner looks for its old kind of commands.
  expect(
    run.printed.split('\n').filter((line) => /^\s*::(?!notice|error title=|warning|debug)/.test(line)),
  ).toEqual([]);
  expect(run.printed.replaceAll(/^::.*$/gm, '')).not.toMatch(/##\[/);
  expect(run.printed + run.summary).not.toMatch(controlOrBidi);
  expect(Math.max(...run.printed.split('\n').map((line) => line.length))).toBeLessThan(4000);
  const unfenced = run.summary.replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, '');
  expect(unfenced).not.toBe(run.summary);
  expect(unfenced).not.toMatch(/<img|\]\(javascript/);
});
