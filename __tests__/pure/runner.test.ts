import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runPost, runStep, startStep } from '../../scripts/runner.ts';
import { parseCommandFile } from '../../scripts/runner-files.ts';
import { showLog } from '../../scripts/runner-log.ts';

describe('the command files of a step', () => {
  it.each([
    ['nothing', '', {}],
    ['a line', 'a=1\n', { a: '1' }],
    ['a value with equal signs', 'a=b=c\n', { a: 'b=c' }],
    ['a block of lines', 'a<<END\n1\n\n2=3\nEND\nb=\n', { a: '1\n\n2=3', b: '' }],
    ['an empty block', 'a<<END\nEND\n', { a: '' }],
    ['a value with <<', 'a=b<<c\n', { a: 'b<<c' }],
    ['a name twice', 'a=1\na=2\n', { a: '2' }],
  ])('hold %s', (_, text, values) => {
    expect(parseCommandFile(text)).toEqual(values);
  });

  it.each([['a<<END\n1\n'], ['nonsense\n']])('refuse %j', (text) => {
    expect(() => parseCommandFile(text)).toThrow('Invalid');
  });
});

describe('the log of a step', () => {
  it('shows annotations, hides masked values from their line on and carries no stopped command out', () => {
    const printed = [
      'before hunter2',
      '::add-mask::hunter2',
      'after hunter2',
      '::error title=a%2Cb::one%0Atwo hunter2',
      '::group::Build',
      '::endgroup::',
      '::stop-commands::token',
      '::error::not a command',
      '::token::',
      '::notice::done',
    ].join('\n');
    expect(showLog(`${printed}\n`)).toEqual({
      entries: [
        { kind: 'line', text: 'before hunter2' },
        { kind: 'line', text: 'after ***' },
        { kind: 'error', text: 'Error: one' },
        { kind: 'error', text: 'two ***' },
        { kind: 'group', text: '▼ Build' },
        { kind: 'group-end', text: '' },
        { kind: 'line', text: '::error::not a command' },
        { kind: 'notice', text: 'Notice: done' },
      ],
      annotations: [
        { level: 'error', title: 'a,b', message: 'one\ntwo ***' },
        { level: 'notice', title: '', message: 'done' },
      ],
      masks: ['hunter2'],
    });
  });
});

describe('a step', () => {
  let workspace = '';
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'runner-test-'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const stepOf = (script: string) => {
    writeFileSync(join(workspace, 'step.cjs'), script);
    writeFileSync(join(workspace, 'action.yml'), 'runs: { main: step.cjs, post: step.cjs }');
    return {
      action: workspace,
      workspace,
      inputs: { 'task-definition': 'web.json', 'two words': 'b' },
      environment: {},
    };
  };

  it('gets its inputs, writes its files and hands its state to post', async () => {
    const step = stepOf(`
      const { appendFileSync } = require('node:fs');
      const say = (file, text) => appendFileSync(process.env[file], text);
      if (process.env.STATE_begun) {
        console.log('post after ' + process.env.STATE_begun);
      } else {
        say('GITHUB_STATE', 'begun=yes\\n');
        say('GITHUB_OUTPUT', 'result<<E\\n' + process.env['INPUT_TASK-DEFINITION'] + '\\nE\\n');
        say('GITHUB_STEP_SUMMARY', '# ' + process.env.INPUT_TWO_WORDS);
        process.exitCode = 3;
      }`);
    const main = await runStep(step);
    const { exitCode, outputs, state, summary } = main;
    expect({ exitCode, outputs, state, summary }).toEqual({
      exitCode: 3,
      outputs: { result: 'web.json' },
      state: { begun: 'yes' },
      summary: '# b',
    });
    expect((await runPost(step, main)).log).toBe('post after yes');
  });

  it('can be cancelled and killed in the middle', async () => {
    const step = stepOf(`
      process.on('SIGINT', () => console.log('cancelled'));
      setInterval(() => {}, 1000);
      console.log('working');`);
    const running = startStep(step);
    await running.printed(/working/);
    running.send('SIGINT');
    await running.printed(/cancelled/);
    running.send('SIGKILL');
    expect((await running.finished).exitCode).toBe(137);
  });

  it('leaves no folder behind, even when the runner refuses what it wrote', async () => {
    const step = stepOf(`
      require('node:fs').writeFileSync('temp', process.env.RUNNER_TEMP);
      require('node:fs').writeFileSync(process.env.GITHUB_OUTPUT, 'nonsense');`);
    await expect(runStep(step)).rejects.toThrow("Invalid format 'nonsense'");
    expect(existsSync(dirname(readFileSync(join(workspace, 'temp'), 'utf8')))).toBe(false);
  });
});
