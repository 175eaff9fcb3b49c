import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scriptedDocker } from './scripted-docker.ts';
import { startWorld, type World } from './world.ts';

async function build(world: World, script: string, inputs: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
  const digest = world.fargate.images.put('web', { tags: ['built'] });
  const folder = scriptedDocker(digest, { build: script });
  try {
    const run = await world.deploy(inputs, { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` });
    return { run, digest };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a build that prints what it likes', () => {
  it.concurrent('takes no memory by a line that does not end', async () => {
    await using world = await startWorld();
    const { run, digest } = await build(world, "head -c 200000000 /dev/zero | tr '\\0' '#'; echo; echo done");
    expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
    expect(run.log.length).toBeLessThan(100_000);
    expect(run.log).toContain('  | done');
  });

  it.concurrent('does not stop the step by a line that is slow to read', async () => {
    await using world = await startWorld();
    const line = "printf '#1 [' && head -c 3990 /dev/zero | tr '\\0' '0' && echo";
    const { run, digest } = await build(world, `for i in $(seq 1 300); do ${line}; done`);
    expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
  });

  it.concurrent('does not keep the step by what it leaves in the background', async () => {
    await using world = await startWorld();
    const pid = join(world.workspace, '..', `pid-${process.pid}`);
    const { run, digest } = await build(world, `sleep 3600 & echo $! > ${pid}`);
    process.kill(Number(readFileSync(pid, 'utf8')));
    rmSync(pid);
    expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
  });

  it.concurrent('has a secret of one letter that hides nothing else, which is told', async () => {
    await using world = await startWorld();
    const inputs = { 'build-secrets': 'short=a\nlong=hunter2hunter2' };
    const script = 'echo a banana, $FARGATE_DEPLOY_BUILD_SECRET_2';
    const { run, digest } = await build(world, script, inputs);
    expect(run.outputs).toMatchObject({ result: 'deployed', 'image-digest': digest });
    expect(run.printed).toMatch('  | a banana, ***');
    expect(run.printed).toMatch(/^::notice::Too short to hide in the log: the build secret short\./m);
    expect(run.printed).not.toMatch('::add-mask::a\n');
    expect(run.log + run.summary).not.toContain('hunter2');
  });

  it.concurrent('is covered in the message and the detail of its failure', async () => {
    await using world = await startWorld();
    const inputs = { 'build-secrets': 'long=hunter2hunter2' };
    const script = 'echo "ERROR: failed to solve: $FARGATE_DEPLOY_BUILD_SECRET_1 is wrong"; exit 1';
    const { run } = await build(world, script, inputs);
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'build-failed' });
    expect(run.outputs['message']).toContain('*** is wrong');
    expect(run.log + run.summary + JSON.stringify(run.outputs)).not.toContain('hunter2');
  });
});
