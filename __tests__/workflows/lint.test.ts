import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const files = globSync(['.github/workflows/*.yml', 'examples/workflows/*.yml'], { cwd: root });

function run(
  variable: string,
  args: readonly string[],
): { readonly exitCode: number; readonly text: string } {
  const program = process.env[variable];
  if (program === undefined) throw new Error(`${variable} names no program; .ci/run installs one`);
  try {
    return { exitCode: 0, text: execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { exitCode: status, text: stdout + stderr };
  }
}

/** A workflow with mistakes that both tools have to find: a check has to be able to fail. */
function withMistakes<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-lint-'));
  const file = join(folder, 'bad.yml');
  writeFileSync(
    file,
    'on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n      - run: echo ${{ steps.none.outputs.x }}\n',
  );
  try {
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('there are workflows to check', () => {
  expect(files.length).toBeGreaterThanOrEqual(6);
});

it('actionlint finds nothing in our workflows, and something in a bad one', () => {
  expect(run('FARGATE_TEST_ACTIONLINT', ['-no-color', ...files])).toEqual({ exitCode: 0, text: '' });
  const bad = withMistakes((file) => run('FARGATE_TEST_ACTIONLINT', ['-no-color', file]));
  expect(bad.text).toContain('property "none" is not defined');
});

it('zizmor finds nothing in our workflows and actions, and something in a bad one', () => {
  const args = ['--offline', '--no-progress', '--color=never', '--config=.github/zizmor.yml'];
  const others = [
    'action.yml',
    'rollback/action.yml',
    'continue/action.yml',
    'plan/action.yml',
    '.github/dependabot.yml',
  ];
  const ours = run('FARGATE_TEST_ZIZMOR', [...args, ...files, ...others]);
  expect({
    exitCode: ours.exitCode,
    found: ours.text.match(/^(error|warning|help|info)\[.*$/gm) ?? [],
  }).toEqual({
    exitCode: 0,
    found: [],
  });
  const bad = withMistakes((file) => run('FARGATE_TEST_ZIZMOR', [...args, file]));
  expect(bad.exitCode).not.toBe(0);
  expect(bad.text).toContain('template-injection');
});
