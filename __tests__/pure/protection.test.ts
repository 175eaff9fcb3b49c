import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { judge } from '../../src/deployment/judge.ts';
import { narrate, nothingNarrated } from '../../src/deployment/narrate.ts';
import { createObserver } from '../../src/deployment/observe/observe.ts';
import { heldBy, oldTasksStay, protectionOf } from '../../src/deployment/observe/protection.ts';
import type { Snapshot } from '../../src/deployment/observe/snapshot.ts';
import type { RolloutPolicy } from '../../src/deployment/policy.ts';
import type { Reader } from '../../src/service/reader.ts';
import { aDeployment, olderDeployment } from './a-deployment.ts';

const until = new Date('2026-11-01T12:00:00.500Z');
const policy: RolloutPolicy = {
  failFast: true,
  circuitBreaker: false,
  limitSeconds: 600,
  rollbackSeconds: 0,
  noProgressSeconds: undefined,
  followsUntil: 'completed',
};

it.each([
  ['none', [{ protectionEnabled: false }], undefined],
  ['nothing', [], undefined],
  [
    'the last one’s end',
    [
      { protectionEnabled: true, expirationDate: new Date(5) },
      { protectionEnabled: true, expirationDate: until },
    ],
    { count: 2, until },
  ],
  ['no time', [{ protectionEnabled: true }], { count: 1, until: undefined }],
])('of the protected tasks counts: %s', (_, tasks, protection) => {
  expect(protectionOf(tasks)).toEqual(protection);
});

it('says what ends it', () => {
  expect(heldBy({ count: 2, until })).toBe(
    '2 old tasks are protected from scale-in until their programs end that, at 2026-11-01 12:00:00 UTC at the latest (unless it is renewed)',
  );
});

/** Looks every ten seconds for as long, while new tasks are up and an old one stays. */
async function observe(seconds: number, denied = false) {
  let now = 0;
  let asked = 0;
  const lines: string[] = [];
  const service: Service = {
    status: 'ACTIVE',
    desiredCount: 2,
    deployments: [aDeployment({ runningCount: 2 }), olderDeployment({ runningCount: 1 })],
  };
  const deployment: ServiceDeployment = {
    status: 'IN_PROGRESS',
    targetServiceRevision: { runningTaskCount: 2 },
    sourceServiceRevisions: [{ runningTaskCount: 1 }],
  };
  const reader: Partial<Reader> = {
    service: () => Promise.resolve(service),
    serviceDeployment: () => Promise.resolve(deployment),
    serviceDeploymentsSince: () =>
      Promise.resolve([
        { arn: 'sd', targetServiceRevisionArn: 'service-revision/c/s/200', createdAt: undefined },
      ]),
    taskArns: (_cluster, _service, desired) => Promise.resolve(desired === 'RUNNING' ? ['new', 'old'] : []),
    tasks: () => Promise.resolve({ own: [], foreign: ['old'] }),
    protection: (_cluster, arns) => {
      asked++;
      expect(arns).toEqual(['old']);
      return denied
        ? Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
        : Promise.resolve([{ taskArn: 'old', protectionEnabled: true, expirationDate: until }]);
    },
  };
  const observer = createObserver({
    deployment: { service: { name: 'web', arn: 's', clusterArn: 'c' }, id: 'ecs-svc/200', target: 'web:2' },
    desiredCount: 2,
    healthSources: { targetGroups: [], hasHealthCheck: false },
    reader: reader as Reader,
    targetHealth: { healthyAddresses: () => Promise.resolve(undefined) },
    clock: { date: () => new Date(0), now: () => now, random: () => 0, sleep: () => Promise.resolve() },
    say: (line) => void lines.push(line),
    notice: () => undefined,
  });
  let snapshot: Snapshot | undefined;
  for (; now <= seconds * 1000; now += 10_000) snapshot = await observer.observe();
  return { snapshot, asked, lines };
}

describe('old tasks that stay', () => {
  it('are not asked for while something moves', async () => {
    expect(await observe(50)).toMatchObject({ asked: 0, snapshot: { protection: undefined } });
  });

  it('are told as protected, with what ends the wait', async () => {
    const { snapshot, asked } = await observe(100);
    if (snapshot === undefined) throw new Error('nothing was looked at');
    expect([asked, snapshot.protection]).toEqual([1, { count: 1, until }]);
    const held = {
      ...snapshot,
      healthy: new Map([
        ['a', 0],
        ['b', 0],
      ] as const),
    };
    const { lines } = narrate(nothingNarrated, held, judge(held, policy), { now: 0, since: undefined });
    expect(lines).toEqual([
      expect.stringMatching(/^2 of 2 new tasks running; 1 old task is protected from scale-in until/),
    ]);
    expect(judge({ ...held, elapsedSeconds: 600 }, policy)).toMatchObject({
      end: { kind: 'out-of-time', remaining: expect.stringMatching(/^1 old task is protected/) },
    });
  });

  it('are not asked for again where that is denied', async () => {
    const { asked, lines } = await observe(400, true);
    expect(asked).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/permit ecs:GetTaskProtection/)]);
  });
});

describe('old tasks stay beside the new ones', () => {
  const service = (ours: number, theirs: number, desiredCount = 2) => ({
    desiredCount,
    deployments: [
      { id: 'ecs-svc/2', runningCount: ours },
      { id: 'ecs-svc/1', runningCount: theirs },
    ],
  });
  const counts = (target: number, source: number) => ({
    targetServiceRevision: { runningTaskCount: target },
    sourceServiceRevisions: [{ runningTaskCount: source }],
  });

  it.each([
    ['all new ones run, and an old one does', service(2, 1), undefined, true],
    ['a new one is missing', service(1, 1), undefined, false],
    ['no old one runs', service(2, 0), undefined, false],
    ['no task is wanted', service(0, 1, 0), undefined, false],
    ["the service deployment's counts are newer: an old one runs", service(1, 0), counts(2, 1), true],
    ["the service deployment's counts are newer: none runs", service(2, 1), counts(2, 0), false],
    ['the service is not read yet', undefined, counts(3, 1), true],
    ['the service is not read yet, and too few run', undefined, counts(2, 1), false],
    ['nothing is read yet', undefined, undefined, false],
  ])('%s', (_, read, serviceDeployment, expected) => {
    expect(
      oldTasksStay({ deploymentId: 'ecs-svc/2', desiredCount: 3, service: read, serviceDeployment }),
    ).toBe(expected);
  });
});
