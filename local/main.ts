// `npm run local`: keeps a local Fargate running to try things manually, and shows what happens in it.
import { join } from 'node:path';
import { runningClock } from './base/clock.ts';
import { ownBaseImage } from './docker/base-image.ts';
import { findEngine } from './docker/engine.ts';
import { startFargate } from './fargate.ts';
import { howTo, type TaskSource } from './how-to.ts';
import { hearInterruption } from './interruption.ts';
import { type LocalOptions, readOptions, usage } from './options.ts';
import { makeResources } from './resources.ts';
import { behaviourFromVariable } from './runtime/simulated/variable.ts';
import { showLive } from './view/live.ts';

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

async function started(runtime: 'docker' | 'simulated', { port, speed, functions }: LocalOptions) {
  const clock = runningClock(speed);
  const starting = startFargate({ runtime, port, clock, functions, behave: behaviourFromVariable });
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
