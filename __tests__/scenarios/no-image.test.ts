import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld, type World } from './world.ts';

/** A checkout whose Dockerfile is elsewhere. */
function checkOut({ workspace }: World): void {
  mkdirSync(join(workspace, 'app'));
  writeFileSync(join(workspace, 'app', 'Dockerfile'), 'FROM scratch\n');
}

const variable = { 'environment-variables': 'MODE=fast' };

describe('a run that neither builds nor names an image', () => {
  it.concurrent.each<[string, Record<string, string>]>([
    ['a typo in context', { context: 'ap' }],
    ['a typo in file', { file: 'app/Dockerfil' }],
    ['tags for the image', { tags: 'v2' }],
    ['an image for another container', { images: 'app=build' }],
  ])('is refused with %s', async (_what, inputs) => {
    await using world = await startWorld();
    checkOut(world);
    const run = await world.deploy({ ...variable, ...inputs });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'dockerfile-missing' });
    expect(run.log).toMatch(/would be ignored without a build/);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });

  it.concurrent('is refused without a checkout when it changes the task definition', async () => {
    await using world = await startWorld();
    const run = await world.deploy(variable);
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'dockerfile-missing' });
    expect(run.log).toMatch(/the workspace is empty/);
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  });

  it.concurrent('scales without a checkout, and says which image stays', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ 'desired-count': '3' });
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.printed).toMatch(/^::warning::No image is built: .* web keeps \S+\/web@sha256:/m);
  });

  it.concurrent('says in log, plan and summary which image stays, and why', async () => {
    await using world = await startWorld();
    checkOut(world);
    const told =
      /No image is built: there is no Dockerfile at \S+\/Dockerfile, and the input image is empty\. web keeps \S+\/web@sha256:/;
    const plan = await world.deploy({ ...variable, operation: 'plan' });
    expect(JSON.parse(plan.outputs['plan'] ?? '')).toMatchObject({
      image: { action: 'keep', reason: expect.stringMatching(told) as unknown },
    });
    expect(plan.log).toMatch(told);
    expect(plan.summary).toMatch('No image is built');
    const run = await world.deploy(variable);
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.printed).toMatch(/^::warning::No image is built: .* web keeps/m);
    expect(run.summary).toMatch('No image is built');
  });

  it.concurrent('is told where no build is wanted, and refused when that leaves nothing', async () => {
    await using world = await startWorld();
    const empty = await world.deploy({ build: 'false', image: '' });
    expect(empty.outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
    expect(empty.log).toMatch(/build is false and image is empty/);
    const run = await world.deploy({ ...variable, build: 'false', image: '' });
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.log).toMatch(/No image is built: build is false, and the input image is empty\. web keeps/);
    expect(run.summary).toMatch('No image is built');
    expect(run.printed).not.toMatch('::warning::No image');
  });
});
