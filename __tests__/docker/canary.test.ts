import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Act, plays } from '../../scripts/demo/acts.ts';
import { checkOut, type DemoBackend, openBackend } from '../../scripts/demo/backend.ts';
import { runAct } from '../../scripts/demo/deploy.ts';
import { type Stage, setUpStage } from '../../scripts/demo/stage.ts';
import { ask, sendVisitors, total } from '../../scripts/demo/visitors.ts';

const root = join(import.meta.dirname, '..', '..');
const { signal } = new AbortController();
const { strategy, acts } = plays.canary;

let backend: DemoBackend;
let stage: Stage;
let workspace: string;

beforeAll(async () => {
  backend = await openBackend(process.env, signal);
  stage = await setUpStage(backend.fargate, strategy);
  workspace = checkOut(join(root, 'examples', 'web'));
}, 60_000);

afterAll(async () => {
  await backend.close();
  rmSync(workspace, { recursive: true, force: true });
}, 60_000);

async function run(act: Act | undefined) {
  if (act === undefined) throw new Error('The play has no such act.');
  const { main, post } = await runAct(act, { action: root, backend, stage, workspace, signal });
  const { result, reason } = main.outputs;
  return { result, reason, exitCode: main.exitCode, post: post.exitCode, log: main.log };
}

it('splits the traffic by weights, stops at each gate, goes on when told to, and goes back when a smoke test fails', async () => {
  const [first, canary, split, rest, bad] = acts;
  const page = (version: number) => ({ status: 200, text: `web, version ${version}` });

  expect(await run(first)).toMatchObject({ result: 'deployed', exitCode: 0, post: 0 });
  const visitors = sendVisitors(stage.url);

  expect(await run(canary)).toMatchObject({ result: 'paused', exitCode: 0, post: 0 });
  expect(await ask(stage.testUrl ?? '')).toEqual(page(2));
  expect([...visitors.visits.answered.keys()]).toEqual([page(1).text]);

  expect(await run(split)).toMatchObject({ result: 'paused', exitCode: 0, post: 0 });
  const texts: string[] = [];
  for (let request = 0; request < 50; request++) texts.push((await ask(stage.url)).text);
  const share = texts.filter((text) => text === page(2).text).length;
  // The visitors take turns at the same listener, so that its turns do not fall evenly on these requests.
  expect(share).toBeGreaterThan(2);
  expect(share).toBeLessThan(25);

  expect(await run(rest)).toMatchObject({ result: 'deployed', reason: 'completed', exitCode: 0, post: 0 });
  expect(await ask(stage.url)).toEqual(page(2));
  const good = await stage.describe();

  const failed = await run(bad);
  expect(failed).toMatchObject({ result: 'rolled-back', reason: 'test-url', exitCode: 1, post: 0 });
  expect(failed.log).toContain('404');
  expect(await stage.describe()).toEqual(good);
  expect(await ask(stage.url)).toEqual(page(2));

  const { answered, lost } = await visitors.leave();
  expect(Object.fromEntries(lost)).toEqual({});
  expect([...answered.keys()].toSorted()).toEqual([page(1).text, page(2).text]);
  expect(total(answered)).toBeGreaterThan(200);
}, 300_000);
