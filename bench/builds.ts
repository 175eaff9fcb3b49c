// `npm run bench:builds`: what the action adds to a build. The shipped bundle builds, pushes and begins a deployment; in
// turn with it the same is built and pushed by hand, by a client that is signed in already. It needs Docker, and
// measures what scripts/engines.sh has started, too.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { type DeployWorld, startDeployWorld } from '../__tests__/docker/deploy-world.ts';
import { spreadOf } from './spread.ts';
import { atMost, type Row, render } from './table.ts';

const rounds = 5;
const goals = { addedSeconds: 0.5, rerunSeconds: 1 };
const folder = mkdtempSync(join(tmpdir(), 'fargate-bench-builds-'));

interface Way {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly builder: string | undefined;
  readonly hasBuildx: boolean;
}

try {
  const sections = [];
  for (const way of await ways(process.env)) {
    console.log(`${way.name} ...`);
    sections.push({ title: way.name, rows: await measure(way) });
  }
  console.log(`\n${render(sections)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function ways({
  DOCKER_HOST: own = 'unix:///var/run/docker.sock',
  FARGATE_TEST_ENGINE: current,
  FARGATE_TEST_BUILDKIT: buildkit,
  FARGATE_TEST_BUILDX: buildx,
  FARGATE_TEST_CONTAINER: container,
}: NodeJS.ProcessEnv): Promise<readonly Way[]> {
  const config = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, 'cli-plugins'), { recursive: true });
    if (buildx !== undefined) symlinkSync(buildx, join(path, 'cli-plugins', 'docker-buildx'));
    return path;
  };
  const way = async (name: string, host: string, builder?: string): Promise<Way> => {
    const env = { DOCKER_HOST: host, DOCKER_CONFIG: config(name) };
    const version = await docker(env, ['buildx', 'version']).catch(() => '');
    return { name, env, builder, hasBuildx: /buildx\s+\S/.test(version) };
  };
  const all = [await way('the engine', own)];
  if (current !== undefined) all.push(await way('a current engine', current));
  if (buildkit !== undefined && buildx !== undefined) {
    const remote = await way('a remote BuildKit daemon', own, 'remote');
    await docker(remote.env, ['buildx', 'create', '--name', 'remote', '--driver', 'remote', buildkit]);
    all.push(remote);
  }
  if (current !== undefined && container !== undefined) {
    const copy = join(folder, 'container');
    cpSync(container, copy, { recursive: true, verbatimSymlinks: true });
    const env = { DOCKER_HOST: current, DOCKER_CONFIG: copy };
    all.push({ name: 'a builder in a container', env, builder: undefined, hasBuildx: true });
  }
  return all;
}

async function measure(way: Way): Promise<readonly Row[]> {
  const times: { kind: string; byHand: number; byAction: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    await using world = await startDeployWorld({ builder: { ...way, hasImageStore: false } });
    await signIn(way, world);
    const hand = join(folder, `hand-${way.name}-${round}`);
    for (const kind of ['first build', 'rebuild without a change', 'after a change of the source']) {
      if (kind !== 'rebuild without a change') change(world, hand, kind === 'first build');
      const byHand = await seconds(() => build(way, world, hand));
      const byAction = await seconds(async () => {
        // The cache costs what it costs by hand as well.
        const run = await world.deploy({ cache: 'false', 'wait-for-service-stability': 'false' });
        if (run.exitCode !== 0) throw new Error(run.log);
      });
      // The first round brings the files into the system's cache.
      if (round > 0) times.push({ kind, byHand, byAction });
    }
  }
  return [...Map.groupBy(times, ({ kind }) => kind)].flatMap(([kind, all]) => {
    const median = (of: (one: (typeof all)[number]) => number): number => spreadOf(all.map(of)).median;
    const added = median(({ byHand, byAction }) => byAction - byHand);
    const isRerun = kind === 'rebuild without a change';
    return [
      { what: `${kind}, by hand`, figure: say(median(({ byHand }) => byHand)) },
      isRerun
        ? atMost(
            `${kind}, the whole step`,
            median(({ byAction }) => byAction),
            goals.rerunSeconds,
            say,
          )
        : { what: `${kind}, the whole step`, figure: say(median(({ byAction }) => byAction)) },
      isRerun
        ? { what: '  the difference', figure: say(added) }
        : atMost('  added', added, goals.addedSeconds, say),
    ];
  });
}

/** Writes files of their own for both, so that none finds the other's layers. */
function change(world: DeployWorld, hand: string, isFirst: boolean): void {
  const files = (side: string): Readonly<Record<string, string>> => ({
    'app.txt': `${side} ${process.hrtime.bigint()}\n`,
    ...(isFirst
      ? {
          Dockerfile: `FROM scratch\nCOPY base.txt /\nCOPY . /app/\n`,
          'base.txt': `${side} ${process.hrtime.bigint()}\n`,
        }
      : {}),
  });
  world.write(files('action'));
  world.commit();
  mkdirSync(hand, { recursive: true });
  for (const [name, content] of Object.entries(files('hand'))) writeFileSync(join(hand, name), content);
}

async function signIn({ env }: Way, { fargate }: DeployWorld): Promise<void> {
  const ecr = new ECRClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const reply = await ecr.send(new GetAuthorizationTokenCommand({}));
  const auth = reply.authorizationData?.[0]?.authorizationToken ?? '';
  const config = { auths: { [fargate.registryHost]: { auth } } };
  writeFileSync(join(env['DOCKER_CONFIG'] ?? folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

async function build(
  { env, builder, hasBuildx }: Way,
  { fargate }: DeployWorld,
  hand: string,
): Promise<void> {
  const tag = `${fargate.registryHost}/web:hand`;
  const named = builder === undefined ? [] : [`--builder=${builder}`];
  if (hasBuildx) {
    await docker(env, ['buildx', 'build', ...named, '--provenance=false', '--push', `--tag=${tag}`, hand]);
    return;
  }
  await docker({ ...env, DOCKER_BUILDKIT: '0' }, ['build', `--tag=${tag}`, hand]);
  await docker(env, ['push', tag]);
}

/** Not synchronous: the registry's gateway lives in this process. */
async function docker(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', [...args], { env: { ...process.env, ...env } });
  return stdout;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function say(value: number): string {
  return `${value.toFixed(2)} s`;
}
