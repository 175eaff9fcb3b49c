import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import type { RunningStep } from '../../scripts/runner.ts';
import { readable } from '../pure/rendered-summary.ts';
import { endOfLog, repeatedSentences } from '../repeated-sentences.ts';
import { steady } from './steady-log.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** A red run whose log is kept, so that a change of its words is seen in review. */
interface Red {
  readonly name: string;
  readonly world?: WorldOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly meanwhile?: (world: World, step: RunningStep) => Promise<void>;
}

const crash: Behaviour = {
  exit: {
    afterSeconds: 5,
    exitCode: 1,
    lastLines: [
      'listening on 8080',
      'Error: connect ECONNREFUSED 10.0.3.7:5432',
      '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
    ],
  },
};
const slow: Behaviour = { pullSeconds: 1200 };
const breaker = (rollback: boolean): NonNullable<WorldOptions['service']> => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});
const pull =
  'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:2: not found';
let isBroken = false;

const reds: readonly Red[] = [
  { name: 'a crash at the start', world: { behaviours: { v2: crash } } },
  {
    name: 'an image that cannot be pulled, rolled back by the circuit breaker',
    world: {
      behaviours: { v2: { neverStarts: { kind: 'cannot-be-pulled', stoppedReason: pull } } },
      service: breaker(true),
    },
  },
  {
    name: 'out of memory',
    world: {
      behaviours: {
        v2: {
          exit: {
            afterSeconds: 5,
            exitCode: 137,
            reason: 'OutOfMemoryError: Container killed due to memory usage',
          },
        },
      },
    },
  },
  {
    name: 'a check of the load balancer that is answered with 500',
    world: { behaviours: { v2: { answers: [{ fromSeconds: 0, status: 500 }] } }, loadBalancer: true },
  },
  {
    name: 'a check of the container that fails',
    world: { behaviours: { v2: { health: { status: 'UNHEALTHY' } } }, containerHealthCheck: true },
  },
  {
    name: 'no place for the tasks until the time limit',
    world: {
      behaviours: {
        v2: {
          neverStarts: {
            kind: 'not-placed',
            reason:
              'Capacity is unavailable at this time. Please try again later or in a different availability zone.',
          },
        },
      },
    },
    inputs: { 'wait-for-minutes': '0.1' },
  },
  {
    name: 'a rollback that fails too',
    world: {
      behave: (tag) => (tag === 'v2' || isBroken ? crash : {}),
      service: { deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 } },
    },
    inputs: { 'rollback-wait-minutes': '0.3' },
    meanwhile: async (_, step) => {
      await step.printed(/has begun/);
      isBroken = true;
    },
  },
  {
    name: 'a person who has it rolled back',
    world: { behaviours: { v2: slow } },
    meanwhile: async (world, step) => {
      await step.printed(/new tasks running/);
      const [serviceDeploymentArn] = await world.serviceDeployments(2);
      await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    },
  },
  {
    name: 'another deployment that takes its place',
    world: { behaviours: { v2: slow } },
    meanwhile: async (world, step) => {
      await step.printed(/new tasks running/);
      await world.deploy({ image: 'v3', 'wait-for-service-stability': 'false' });
    },
  },
  {
    name: 'a cancel',
    world: { behaviours: { v2: slow } },
    meanwhile: async (_, step) => {
      await step.printed(/new tasks running/);
      step.send('SIGINT');
    },
  },
  {
    name: 'credentials that end',
    world: { behaviours: { v2: slow } },
    meanwhile: async (world, step) => {
      await step.printed(/new tasks running/);
      world.fargate.faults.add({ service: 'ecs', fault: { kind: 'expired' }, times: 'always' });
    },
  },
];

const logs = new Map<
  string,
  { readonly log: string; readonly lines: number; readonly raw: string; readonly summary: string }
>();

beforeAll(async () => {
  await Promise.all(
    reds.map(async ({ name, world: options, inputs, meanwhile }) => {
      await using world = await startWorld(options);
      const step = world.start({ image: 'v2', ...inputs });
      await meanwhile?.(world, step);
      const run = await step.finished;
      const log = steady(run.log);
      logs.set(name, { log, lines: log.split('\n').length, raw: run.log, summary: readable(run.summary) });
    }),
  );
}, 300_000);

describe('the log of a red run', () => {
  it.each(reds)('$name', ({ name }) => {
    expect(logs.get(name)?.log).toMatchSnapshot();
  });

  it.each(reds)('is on one screen: $name', ({ name }) => {
    expect(logs.get(name)?.lines).toBeLessThan(60);
  });

  it.each(reds)('says nothing twice in one view: $name', ({ name }) => {
    const { raw = '', summary = '' } = logs.get(name) ?? {};
    expect({
      log: repeatedSentences(endOfLog(raw)),
      summary: repeatedSentences(summary),
      isTold: summary !== '',
    }).toEqual({ log: [], summary: [], isTold: true });
  });
});
