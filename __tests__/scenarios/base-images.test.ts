import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { scriptedDocker } from './scripted-docker.ts';
import { startWorld, type World } from './world.ts';

const theirs = '444455556666.dkr.ecr.eu-west-1.amazonaws.com';

/** What the build reads of its options and of the configuration that it gets. */
const printsFileAndLogins = `for option; do
      case "$option" in --file=*) echo "the file is \${option#--file=}" ;; esac
    done
    grep -A1 -E '"[^"]*": [{]' "$DOCKER_CONFIG/config.json" | sed 's/^ */login: /'`;

/** Deploys with a docker command that prints for which registries it has a login. */
async function build(world: World, own: object = {}, dockerfile = 'Dockerfile') {
  const digest = world.fargate.images.put('web', { tags: ['built'] });
  const folder = scriptedDocker(digest, { build: printsFileAndLogins });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(own));
  writeFileSync(join(world.workspace, dockerfile), `ARG REGISTRY=${theirs}\nFROM $REGISTRY/base:1\n`);
  const environment = { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, DOCKER_CONFIG: folder };
  const run = await world.deploy({}, environment);
  rmSync(folder, { recursive: true });
  return run;
}

describe('a base image in ECR of another account', () => {
  it.concurrent('is signed in for, beside the repository', async () => {
    await using world = await startWorld();
    const run = await build(world);
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.log).toContain(`login: "${theirs}": {`);
    expect(run.log).toContain(`login: "${world.fargate.registryHost}": {`);
  });

  it.concurrent('keeps the login that somebody has made', async () => {
    await using world = await startWorld();
    const run = await build(world, { auths: { [theirs]: { auth: 'bWluZQ==' } } });
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.log).toContain('"auth": "bWluZQ=="');
  });

  it.concurrent('is told when this job may not sign in there, and the build goes on', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({
      operation: 'GetAuthorizationToken',
      fault: { kind: 'denied' },
      after: 1,
      times: 'always',
    });
    const run = await build(world);
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.printed).toMatch(
      /^::notice::The build reads images from ECR in account 444455556666, eu-west-1, and this job can't sign in there: /m,
    );
    expect(run.log).not.toContain(`login: "${theirs}": {`);
  });
});

it.concurrent('a dockerfile in small letters is found', async () => {
  await using world = await startWorld();
  const run = await build(world, {}, 'dockerfile');
  expect(run.outputs).toMatchObject({ result: 'deployed' });
  expect(run.log).not.toContain('the file is');
});
