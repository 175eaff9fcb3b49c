import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { manualClock } from '../../local/base/clock.ts';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { behaviourFromVariable } from '../../local/runtime/simulated/variable.ts';

/** How a command of another client ended. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it paused, in seconds of the local Fargate. */
  readonly pausedSeconds: number;
}

/**
 * A local Fargate for clients in Python that nobody here wrote, as they are published. Only their pauses are ours: each
 * moves the clock by so many seconds. The service `web` runs two tasks of `web:1` and is steady.
 */
export interface ClientWorld extends AsyncDisposable {
  readonly fargate: Fargate;
  readonly ecs: ECSClient;
  /** Registers the next revision of `web`, whose tasks follow a SIMULATE script. */
  register(script: string): Promise<string>;
  /** A command of the AWS CLI. */
  aws(...args: readonly string[]): Promise<Ran>;
  /** What a command of the AWS CLI prints, as JSON. */
  ask(...args: readonly string[]): Promise<unknown>;
  /** A command of ecs-deploy (github.com/fabfuel/ecs-deploy). */
  ecsDeploy(...args: readonly string[]): Promise<Ran>;
  /** One of boto3's waiters for ECS. */
  boto3Wait(waiter: string, args: Readonly<Record<string, unknown>>): Promise<Ran>;
  pass(seconds: number): Promise<void>;
}

// .ci/run installs all of them into one environment.
const programs = dirname(process.env['FARGATE_LOCAL_AWS_CLI'] ?? '/nonexistent/aws');
const python = join(programs, 'python');

/** Why the clients can't be played; empty where they can. */
export const skipped =
  spawnSync(python, ['-c', 'import awscli, boto3, ecs_deploy']).status === 0
    ? ''
    : ' (skipped: FARGATE_LOCAL_AWS_CLI names no aws beside a python that has awscli, boto3 and ecs-deploy)';

export async function startClientWorld(): Promise<ClientWorld> {
  // The clients compare the times of events with that of the machine.
  const clock = manualClock(Date.now());
  const fargate = await startFargate({ runtime: 'simulated', clock, behave: behaviourFromVariable });
  const pass = async (seconds: number): Promise<void> => {
    for (let left = seconds; left > 0; left--) {
      clock.advance(Math.min(1, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let paused = 0;
  const clockServer = createServer((request, response) => {
    void text(request).then(async (seconds) => {
      paused += Number(seconds);
      await pass(Number(seconds));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(clockServer, 'listening');
  const { port } = clockServer.address() as AddressInfo;

  const run = async (program: string, args: readonly string[]): Promise<Ran> => {
    paused = 0;
    const child = spawn(python, [join(import.meta.dirname, 'on-test-clock.py'), program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...fargate.environment,
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        AWS_PAGER: '',
        AWS_CONFIG_FILE: '/dev/null',
        TEST_CLOCK: `http://127.0.0.1:${port}/`,
        TEST_CLOCK_AHEAD: String((clock.now() - Date.now()) / 1000),
      },
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { exitCode: Number(exitCode), stdout, stderr, pausedSeconds: paused };
  };
  const aws: ClientWorld['aws'] = (...args) => run(join(programs, 'aws'), [...args, '--output', 'json']);

  const ecs = new ECSClient({
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const role = `arn:aws:iam::${fargate.account.accountId}:role/app`;
  const register: ClientWorld['register'] = async (script) => {
    const environment = [{ name: 'SIMULATE', value: script }];
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        cpu: '256',
        memory: '512',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        // ecs-deploy sends an empty role for a missing one, and ECS refuses that (fabfuel/ecs-deploy#231).
        taskRoleArn: role,
        executionRoleArn: role,
        containerDefinitions: [{ name: 'app', image: 'example.com/app:1', environment }],
      }),
    );
    return `web:${taskDefinition?.revision}`;
  };
  await ecs.send(new CreateClusterCommand({ clusterName: 'staging' }));
  await register('start 1s');
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'staging',
      serviceName: 'web',
      taskDefinition: 'web:1',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
  await pass(180);
  return {
    fargate,
    ecs,
    register,
    aws,
    ask: async (...args) => {
      const ran = await aws(...args);
      if (ran.exitCode !== 0) throw new Error(ran.stderr);
      return JSON.parse(ran.stdout) as unknown;
    },
    ecsDeploy: (...args) => run(join(programs, 'ecs'), args),
    boto3Wait: (waiter, args) =>
      run(join(import.meta.dirname, 'boto3-wait.py'), [waiter, JSON.stringify(args)]),
    pass,
    [Symbol.asyncDispose]: async () => {
      clockServer.closeAllConnections();
      clockServer.close();
      await fargate.close();
    },
  };
}
