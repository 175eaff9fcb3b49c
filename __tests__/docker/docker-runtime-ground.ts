import { randomBytes } from 'node:crypto';
import { runningClock } from '../../local/base/clock.ts';
import { baseImage } from '../../local/docker/base-image.ts';
import { type Engine, findEngine } from '../../local/docker/engine.ts';
import type { LogStore } from '../../local/logs/log-store.ts';
import { dockerRuntime } from '../../local/runtime/docker/runtime.ts';
import type { Address, Happening, RunningTask, Runtime } from '../../local/runtime/runtime.ts';
import type { Document } from '../../local/server/operation.ts';
import { startRegistry } from './build-push-ground.ts';

/** A registry with one image in it, a runtime that pulls from there, and what the containers printed. */
export interface Ground {
  readonly engine: Engine;
  readonly runtime: Runtime;
  /** `HOST/app:1`, a busybox. */
  readonly image: string;
  /** Printed lines by log stream. */
  readonly lines: Map<string, string[]>;
  /** Starts a task of these containers and follows it. */
  run(containers: readonly Document[], more?: Document): FollowedTask;
  close(): Promise<void>;
}

export interface FollowedTask extends RunningTask {
  readonly id: string;
  /** Resolves with the first happening of the kind (to that container); rejects when the task ends without. */
  until<Kind extends Happening['kind']>(
    kind: Kind,
    container?: string,
  ): Promise<Happening & { readonly kind: Kind }>;
  /** Everything that happened, once the task has stopped. */
  readonly story: Promise<readonly Happening[]>;
}

export const secret = 'arn:aws:ssm:eu-west-1:123456789012:parameter/password';

export async function prepare(): Promise<Ground> {
  const engine = await findEngine();
  const base = await baseImage(process.env);
  if (engine === undefined || base === undefined)
    throw new Error('These tests need Docker and a base image.');
  const registry = await startRegistry();
  const { host, username, password } = registry;
  const image = `${host}/app:1`;
  engine.login(host, username, password);
  for (const args of [
    ['tag', base.name, image],
    ['push', '--quiet', image],
    ['rmi', image],
  ]) {
    const done = await engine.run(args);
    if (done.exitCode !== 0) throw new Error(done.stderr);
  }

  const lines = new Map<string, string[]>();
  const logs: LogStore = {
    hasGroup: (group) => group === 'app',
    createGroup: () => undefined,
    append: (_group, stream, message) => lines.set(stream, [...(lines.get(stream) ?? []), message]),
  };
  const runtime = await dockerRuntime({
    clock: runningClock(10),
    logs,
    registryLogin: { host, username, password: () => password },
    secretValues: { [secret]: 'open sesame' },
  });
  return {
    engine,
    runtime,
    image,
    lines,
    run: (containers, more) => follow(runtime, containers, more),
    close: async () => {
      await runtime.close();
      // By name: the base image is the same image.
      await engine.run(['image', 'rm', image, `${host}/app@${await digestOf(engine, image)}`]);
      engine.close();
      await registry.close();
    },
  };
}

async function digestOf(engine: Engine, image: string): Promise<string> {
  const { stdout } = await engine.run(['image', 'ls', '--digests', '--format', '{{.Digest}}', image]);
  return stdout.trim();
}

function follow(runtime: Runtime, containers: readonly Document[], more: Document = {}): FollowedTask {
  const id = randomBytes(16).toString('hex');
  const happened: Happening[] = [];
  const listeners = new Set<() => void>();
  const task = runtime.start(
    {
      taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/default/${id}`,
      taskId: id,
      taskDefinition: { cpu: '256', memory: '512', containerDefinitions: [...containers], ...more },
      serviceName: 'app',
      startedBy: 'ecs-svc/1',
      overrides: undefined,
      imageDigests: {},
    },
    (one) => {
      happened.push(one);
      for (const listener of listeners) listener();
    },
  );
  const until = <Kind extends Happening['kind']>(kind: Kind, container?: string) =>
    new Promise<Happening & { readonly kind: Kind }>((resolve, reject) => {
      const look = (): void => {
        const found = happened.find(
          (one): one is Happening & { readonly kind: Kind } =>
            one.kind === kind &&
            (container === undefined || ('container' in one && one.container === container)),
        );
        if (found !== undefined) resolve(found);
        else if (happened.at(-1)?.kind === 'stopped') reject(new Error(JSON.stringify(happened)));
      };
      listeners.add(look);
      look();
    });
  return { id, stop: () => task.stop(), until, story: until('stopped').then(() => happened) };
}

/** Asks until the answer is this status: a program that has started may not listen yet. */
export async function answers(address: Address, port: number, status: number): Promise<void> {
  for (;;) {
    const answer = await address.get(port, '/', 10).catch(() => undefined);
    if (answer?.status === status) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
