import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStep } from '../../scripts/runner.ts';
import { startWorld, type World } from './world.ts';

const root = join(import.meta.dirname, '../..');
const isNumbered = (file: string): boolean => /^\d+\.index\.js$/.test(file);

let action = '';
beforeEach(() => {
  action = mkdtempSync(join(tmpdir(), 'fargate-deploy-action-'));
  for (const part of ['action.yml', 'dist'])
    cpSync(join(root, part), join(action, part), { recursive: true });
});
afterEach(() => rmSync(action, { recursive: true }));

/** Removes the file of the bundle that a word is in. */
function remove(word: string): void {
  const dist = join(action, 'dist');
  const files = readdirSync(dist).filter(
    (file) => isNumbered(file) && readFileSync(join(dist, file), 'utf8').includes(word),
  );
  expect(files).toHaveLength(1);
  for (const file of files) rmSync(join(dist, file));
}

function deploy({ fargate, workspace }: World, inputs: Readonly<Record<string, string>>) {
  return startStep({
    action,
    inputs: { cluster: 'staging', service: 'web', ...inputs },
    environment: fargate.environment,
    workspace,
  }).finished;
}

describe('a file of the action that is missing when it is needed', () => {
  it('is told as a fault of ours, before anything is touched', async () => {
    await using world = await startWorld();
    world.fargate.calls.clear();
    remove('BatchGetImage');
    const run = await deploy(world, { image: 'v2' });
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'failed', reason: 'unexpected' } });
    const error = run.annotations.find(({ level }) => level === 'error');
    expect(error?.message).toMatch(/^A file of this action is missing: .*index\.js/);
    const changed = world.fargate.calls.all().filter(({ operation }) => /^(Register|Update)/.test(operation));
    expect(changed).toEqual([]);
  });

  it('does not keep a failed deployment from being rolled back', async () => {
    await using world = await startWorld({ behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1 } } } });
    remove('GetLogEvents');
    const run = await deploy(world, { image: 'v2' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'rolled-back' });
    expect(run.log).toMatch(/The log can't be read: Cannot find module/);
    expect(await world.settled()).toBe('v1');
  });
});
