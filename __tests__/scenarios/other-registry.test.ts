import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scriptedDocker } from './scripted-docker.ts';
import { startWorld, type World } from './world.ts';

const digest = `sha256:${'1'.repeat(64)}`;

async function build(world: World, inputs: Readonly<Record<string, string>>) {
  writeFileSync(join(world.workspace, 'Dockerfile'), 'FROM scratch\n');
  const folder = scriptedDocker(digest, { build: 'echo pushed' });
  try {
    return await world.deploy(inputs, { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function denyToken(world: World): void {
  const operation = 'GetAuthorizationToken';
  world.fargate.faults.add({ operation, fault: { kind: 'denied' }, times: 'always' });
}

it.each([
  [{}, 'create-repository has no effect: ghcr.io/team/web is not in ECR.'],
  [
    { 'lifecycle-policy': 'standard' },
    'create-repository and lifecycle-policy have no effect: ghcr.io/team/web is not in ECR.',
  ],
])('log and summary say that a repository outside ECR is not created, with %j', async (inputs, note) => {
  await using world = await startWorld();
  const run = await build(world, {
    repository: 'ghcr.io/team/web',
    'create-repository': 'true',
    ...inputs,
  });
  expect(run.outputs['image']).toBe(`ghcr.io/team/web@${digest}`);
  expect(run.log.split(note)).toHaveLength(2);
  expect(run.log).toContain(`Notice: ${note}`);
  expect(run.summary.split(note)).toHaveLength(2);
});

it.each([
  ['its own token', false, 'is not in ECR'],
  ['no token', true, 'may not be in ECR (this job lacks ecr:GetAuthorizationToken)'],
])(
  'a registry of any address counts as another one, as far as ECR says, with %s',
  async (_, isDenied, clause) => {
    await using world = await startWorld();
    if (isDenied) denyToken(world);
    const run = await world.deploy({ image: 'registry.example.com/team/web:1' });
    expect(run.log).toContain(
      `Notice: registry.example.com/team/web ${clause}, so its tag 1 is deployed as a tag, and ECS resolves it when the first task starts.`,
    );
  },
);

it.each([
  ['ghcr.io', 'ghcr.io/team/web is not in ECR'],
  [
    'registry.example.com',
    'registry.example.com/team/web may not be in ECR (this job lacks ecr:GetAuthorizationToken)',
  ],
])('an image of %s has no scan to check', async (host, clause) => {
  await using world = await startWorld();
  denyToken(world);
  const run = await world.deploy({ image: `${host}/team/web:1`, 'fail-on-severity': 'high' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'scan-unknown' });
  expect(run.log).toContain(`fail-on-severity is high, and ${clause}, so there is no scan to check.`);
});
