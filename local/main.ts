// `npm run local`: keeps a local Fargate running to try things manually, and shows what happens in it.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runningClock } from './base/clock.ts';
import { ownBaseImage } from './docker/base-image.ts';
import { findEngine } from './docker/engine.ts';
import { startFargate } from './fargate.ts';
import { howTo, type TaskSource } from './how-to.ts';
import { hearInterruption } from './interruption.ts';
import { makeResources } from './resources.ts';
import { behaviourFromVariable } from './runtime/simulated/variable.ts';
import { showLive } from './view/live.ts';

const usage = `npm run local -- [--port PORT] [--runtime docker|simulated] [--speed FACTOR]
  --port     where the AWS APIs listen (default 4700; 0 takes any free port)
  --runtime  docker runs real containers, simulated only imitates them (default: docker if an engine answers)
  --speed    how many of its seconds pass in a real one (default 1)
`;

interface Options {
  readonly port: number;
  readonly runtime: 'docker' | 'simulated' | undefined;
  readonly speed: number;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(usage);
    return;
  }
  // Listens before anything is started, so that an early Ctrl-C cleans up, too.
  const { signal } = hearInterruption();
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const runtime = options.runtime ?? (await usualRuntime());
  await using fargate = await started(runtime, options);
  const resources = await makeResources(fargate, { cluster: 'local', name: 'web', containerPort: 8080 });
  if (runtime === 'simulated') fargate.images.put('web', { tags: ['1'] });
  process.stdout.write(`${howTo(fargate, resources, await taskSource(runtime))}\n`);
  const stopView = showLive(fargate.ecs, fargate.clock, process.stdout);
  await interrupted;
  stopView();
  process.stdout.write('Stopping the local Fargate ...\n');
}

async function started(runtime: 'docker' | 'simulated', { port, speed }: Options) {
  const clock = runningClock(speed);
  const starting = startFargate({ runtime, port, clock, behave: behaviourFromVariable });
  const fargate = await starting.catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new Error(`Port ${port} is in use. Choose another one with --port (0 takes any free one).`, {
      cause,
    });
  });
  return { ...fargate, [Symbol.asyncDispose]: () => fargate.close() };
}

async function usualRuntime(): Promise<'docker' | 'simulated'> {
  const engine = await findEngine();
  engine?.close();
  return engine === undefined ? 'simulated' : 'docker';
}

/** Uses a base image only if that needs no network; docker build pulls the other one itself. */
async function taskSource(runtime: 'docker' | 'simulated'): Promise<TaskSource> {
  if (runtime === 'simulated') return { kind: 'simulated' };
  const app = join(import.meta.dirname, '..', 'examples', 'web');
  return { kind: 'docker', app, base: (await ownBaseImage(process.env))?.name };
}

/** Undefined for --help. */
function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4700' },
      runtime: { type: 'string' },
      speed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port from 0 to 65535`);
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 10_000))
    throw new Error(`--speed ${values.speed} is not a number above 0, up to 10000`);
  const { runtime } = values;
  if (runtime !== undefined && runtime !== 'docker' && runtime !== 'simulated')
    throw new Error(`--runtime ${runtime} is neither docker nor simulated`);
  return { port, runtime, speed };
}
