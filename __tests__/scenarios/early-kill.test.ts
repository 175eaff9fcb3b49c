import { join } from 'node:path';
import { runPost } from '../../scripts/runner.ts';
import { startWorld, type World } from './world.ts';

/** Real milliseconds after the start of the step's process: Node.js itself, the bundle, the first calls. */
const moments = [0, 20, 50, 100, 150, 200, 250, 300];
const kills = (
  [
    { operation: 'deploy', signal: 'SIGKILL' },
    { operation: 'deploy', signal: 'SIGINT' },
    { operation: 'rollback', signal: 'SIGKILL' },
    { operation: 'plan', signal: 'SIGKILL' },
  ] as const
).flatMap((kill) => moments.map((moment) => ({ ...kill, moment })));
/** Comes up too slowly to be complete before its step is over. */
const slow = { v2: { pullSeconds: 600 } };

const inputsOf = (operation: string) => ({ operation, ...(operation === 'rollback' ? {} : { image: 'v2' }) });

/** The calls that change anything, in their order. */
function changes({ fargate }: World): readonly string[] {
  return fargate.calls
    .all()
    .map(({ operation }) => operation)
    .filter((operation) => !/^(Describe|List|BatchGet|Get|Simulate)/.test(operation));
}

describe('a step that ends before it has saved anything', () => {
  it.concurrent.each(kills)('$operation, $signal after $moment ms: post only finishes', async (kill) => {
    const { operation, signal, moment } = kill;
    await using world = await startWorld({ behaviours: slow });
    world.fargate.calls.clear();
    const step = world.start(inputsOf(operation));
    setTimeout(() => step.send(signal), moment);
    const run = await step.finished;
    const begun = changes(world);
    world.fargate.calls.clear();
    const post = await world.post(inputsOf(operation), run);
    // Once the service was updated, post takes that back; it never registers anything.
    const allowed = begun.includes('UpdateService') ? ['UpdateService', 'StopServiceDeployment'] : [];
    const beyond = changes(world).filter((name) => !allowed.includes(name));
    const isQuiet = allowed.length > 0 || /^(|web: the update to web:\d+ was never made.*)$/.test(post.log);
    expect({ main: run.log, post: post.log, exitCode: post.exitCode, beyond, isQuiet }).toEqual({
      main: run.log,
      post: post.log,
      exitCode: 0,
      beyond: [],
      isQuiet: true,
    });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent.each(['.', 'rollback', 'plan'])(
    'the post of %s/action.yml neither calls nor prints anything',
    async (folder) => {
      await using world = await startWorld();
      world.fargate.calls.clear();
      const step = {
        action: join(import.meta.dirname, '../..', folder),
        inputs: { cluster: 'staging', service: 'web', ...(folder === 'rollback' ? {} : { image: 'v2' }) },
        environment: world.fargate.environment,
        workspace: world.workspace,
      };
      const post = await runPost(step, { state: {} });
      expect({ exitCode: post.exitCode, printed: post.printed, calls: world.fargate.calls.all() }).toEqual({
        exitCode: 0,
        printed: '',
        calls: [],
      });
    },
  );
});

describe('a post whose saved state cannot be read', () => {
  const open = {
    work: { kind: 'docker-command', mark: 'm' },
    progress: { isRollingBack: false, rollsBackCompleted: false },
  };
  const whole = JSON.stringify(open);
  const update = { kind: 'update', update: { cluster: 'c', serviceArn: 's', taskDefinitionArn: 't' } };
  it.each<[string, Record<string, string>, RegExp]>([
    ['cut off', { 'journal-1': whole.slice(0, -9) }, /STATE_journal-1: .*JSON/],
    ['no work', { 'journal-1': '{}' }, /STATE_journal-1: it is no work/],
    ['the second of two', { 'journal-1': whole, 'journal-2': 'null' }, /STATE_journal-2: it is no work/],
    ['of an earlier version', { journal: JSON.stringify([update]) }, /STATE_journal: it is no work/],
    ['an update without a service', { 'journal-1': `{"work":{"kind":"service-update"}}` }, /it is no work/],
  ])('%s: says so, changes nothing and ends red', async (_what, state, why) => {
    await using world = await startWorld();
    world.fargate.calls.clear();
    const post = await world.post({ image: 'v2' }, { state });
    expect({ exitCode: post.exitCode, calls: world.fargate.calls.all() }).toEqual({ exitCode: 1, calls: [] });
    expect(post.annotations).toEqual([
      {
        level: 'error',
        title: 'fargate-deploy: not finished',
        message: expect.stringMatching(
          /the state that it saved for this post step cannot be read, so nothing was done here/,
        ),
      },
    ]);
    expect(post.log).toMatch(why);
  });

  it('the sign-in cut off: the same', async () => {
    await using world = await startWorld();
    const state = { 'journal-1': whole, 'sign-in': '{"roleArn":"ar' };
    const post = await world.post({ image: 'v2' }, { state });
    expect(post).toMatchObject({ exitCode: 1, annotations: [{ level: 'error' }] });
    expect(post.log).toMatch(/nothing was done here/);
  });
});
