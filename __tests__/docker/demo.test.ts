import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { brokenVersion, checkOut, type DemoBackend, openBackend } from '../../scripts/demo/backend.ts';
import { runAct } from '../../scripts/demo/deploy.ts';
import { type Stage, setUpStage } from '../../scripts/demo/stage.ts';
import { ask, sendVisitors, total } from '../../scripts/demo/visitors.ts';

const root = join(import.meta.dirname, '..', '..');

let backend: DemoBackend;
let stage: Stage;
let workspace: string;

beforeAll(async () => {
  backend = await openBackend(process.env, signal);
  stage = await setUpStage(backend.fargate);
  workspace = checkOut(join(root, 'examples', 'web'));
}, 60_000);

afterAll(async () => {
  await backend.close();
  rmSync(workspace, { recursive: true, force: true });
}, 60_000);

const { signal } = new AbortController();
const deploy = (version: number) =>
  runAct({ version, inputs: () => ({}) }, { action: root, backend, stage, workspace, signal });

it('deploys two good versions, rolls a broken one back, says why, and loses no request', async () => {
  expect(backend.answersHttp).toBe(true);

  const first = await deploy(1);
  expect(ended(first)).toEqual({ exitCode: 0, result: 'deployed', reason: 'completed', post: 0 });
  expect(await ask(stage.url)).toEqual({ status: 200, text: 'web, version 1' });

  const visitors = sendVisitors(stage.url);
  const second = await deploy(2);
  expect(ended(second)).toEqual({ exitCode: 0, result: 'deployed', reason: 'completed', post: 0 });
  expect(await ask(stage.url)).toEqual({ status: 200, text: 'web, version 2' });
  const good = await stage.describe();

  const third = await deploy(brokenVersion);
  expect(ended(third)).toEqual({ exitCode: 1, result: 'rolled-back', reason: 'tasks-failed', post: 0 });
  expect(third.main.log).toContain('config: DATABASE_URL is not set');
  expect(third.main.summary).toContain('config: DATABASE_URL is not set');
  expect(third.main.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);

  expect(await stage.describe()).toEqual(good);
  expect(good.image).toBe(second.main.outputs['image']);
  expect(await ask(stage.url)).toEqual({ status: 200, text: 'web, version 2' });
  const { answered, lost } = await visitors.leave();
  expect(Object.fromEntries(lost)).toEqual({});
  expect([...answered.keys()].toSorted()).toEqual(['web, version 1', 'web, version 2']);
  expect(total(answered)).toBeGreaterThan(100);
}, 180_000);

function ended({ main, post }: Awaited<ReturnType<typeof deploy>>) {
  const { result, reason } = main.outputs;
  return { exitCode: main.exitCode, result, reason, post: post.exitCode };
}
