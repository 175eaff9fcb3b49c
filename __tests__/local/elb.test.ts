import { createServer, type RequestListener } from 'node:http';
import * as fc from 'fast-check';
import { manualClock } from '../../local/base/clock.ts';
import { createElb, type Elb } from '../../local/elb/elb.ts';
import {
  type Finding,
  healthAfterCheck,
  registeredHealth,
  type TrackedHealth,
} from '../../local/elb/health.ts';
import { type Endpoint, listen } from '../../local/elb/listener.ts';
import { codeMatches } from '../../local/elb/matcher.ts';
import type { TargetHealthCheck } from '../../local/elb/target-group.ts';
import type { TargetHealth } from '../../local/elb/target-groups.ts';
import { createTurns } from '../../local/elb/weighted-turns.ts';
import type { Address } from '../../local/runtime/runtime.ts';
import type { Document } from '../../local/server/operation.ts';
import { portOf } from '../../local/server/server.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };
const check: TargetHealthCheck = {
  isEnabled: true,
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  matcher: '200-299,301',
};
const pass: Finding = { kind: 'status', status: 200 };
const fail: Finding = { kind: 'status', status: 500 };

describe('a matcher', () => {
  it.each([
    ['200', 200, true],
    ['200', 201, false],
    ['200,202', 202, true],
    ['200-299', 299, true],
    ['200-299', 300, false],
    ['200-299,301', 301, true],
    ['200-299,301', 302, false],
  ])('%s with status %i: %s', (matcher, status, expected) => {
    expect(codeMatches(matcher, status)).toBe(expected);
  });
});

describe('the health of a target', () => {
  it.each<[string, Finding[], TargetHealth]>([
    [
      'is initial at first',
      [],
      {
        state: 'initial',
        reason: 'Elb.RegistrationInProgress',
        description: 'Target registration is in progress',
      },
    ],
    [
      'is initial after a first failure',
      [fail],
      {
        state: 'initial',
        reason: 'Elb.InitialHealthChecking',
        description: 'Initial health checks in progress',
      },
    ],
    ['is healthy after the first check passed', [pass], { state: 'healthy' }],
    ['stays healthy after one failure', [pass, fail], { state: 'healthy' }],
    ['stays healthy when failures are not in a row', [pass, fail, pass, fail], { state: 'healthy' }],
    [
      'is unhealthy after failures in a row, with the status seen',
      [pass, fail, { kind: 'status', status: 404 }],
      {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: 'Health checks failed with these codes: [404]',
      },
    ],
    [
      'names a late answer',
      [fail, { kind: 'timeout' }],
      { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
    ],
    [
      'names a missing answer',
      [{ kind: 'no-answer' }, { kind: 'no-answer' }],
      { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' },
    ],
    [
      'is still unhealthy before the healthy threshold',
      [fail, fail, pass, pass],
      {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: 'Health checks failed with these codes: [500]',
      },
    ],
    ['is healthy again at the healthy threshold', [fail, fail, pass, pass, pass], { state: 'healthy' }],
  ])('%s', (_what, findings, expected) => {
    expect(healthAfter(findings).shown).toEqual(expected);
  });

  it('is decided by its last checks alone, when enough of them agree', () => {
    const findings = fc.array(fc.constantFrom(pass, fail), { maxLength: 20 });
    fc.assert(
      fc.property(findings, (before) => {
        expect(healthAfter([...before, pass, pass, pass]).shown.state).toBe('healthy');
        expect(healthAfter([...before, fail, fail]).shown.state).toBe('unhealthy');
      }),
    );
  });
});

describe('target groups', () => {
  const clock = manualClock();

  async function start(input: Document = {}): Promise<{ elb: Elb; group: string }> {
    const elb = createElb({ account, clock });
    const { TargetGroups } = await call(elb, 'CreateTargetGroup', {
      Name: 'web',
      Matcher: { HttpCode: '200' },
      ...input,
    });
    const [made] = Array.isArray(TargetGroups) ? TargetGroups : [];
    const group: unknown = Object(made).TargetGroupArn;
    if (typeof group !== 'string') throw new Error('There is no target group.');
    return { elb, group };
  }

  it('check a target by the clock and tell of every change', async () => {
    const { elb, group } = await start({ HealthCheckIntervalSeconds: 10, HealthCheckPath: '/health' });
    const asked: unknown[] = [];
    const answers = [200, 500, 500, 500];
    const told: string[] = [];
    elb.targetGroups.onChange((_group, task, { state }) => told.push(`${task} ${state}`));
    const address: Address = {
      privateIp: '10.0.0.7',
      get: (...args) => {
        asked.push(args);
        return Promise.resolve({ status: answers.shift() ?? 0 });
      },
      reach: () => undefined,
    };
    elb.targetGroups.register({ targetGroupArn: group, taskArn: 'task', containerPort: 8080, address });
    for (const seconds of [1, 10, 10, 10]) {
      clock.advance(seconds);
      await new Promise(setImmediate);
    }
    expect(asked).toEqual(Array.from({ length: 4 }, () => [8080, '/health', 5]));
    expect(told).toEqual(['task healthy', 'task unhealthy']);
    await elb.close();
  });

  it('drain a target for the whole delay and forget it then', async () => {
    const { elb, group } = await start();
    const get = () => Promise.resolve({ status: 200 });
    const address: Address = { privateIp: '10.0.0.7', get, reach: () => undefined };
    const { targetGroups } = elb;
    targetGroups.register({ targetGroupArn: group, taskArn: 'task', containerPort: 80, address });
    let drained = 0;
    targetGroups.deregister(group, 'task', () => drained++);
    clock.advance(299);
    expect(targetGroups.healthOf(group, 'task')).toEqual({
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      description: 'Target deregistration is in progress',
    });
    expect(drained).toBe(0);
    clock.advance(1);
    expect(drained).toBe(1);
    expect(targetGroups.healthOf(group, 'task')).toBeUndefined();
  });

  it.each<[string, Document]>([
    ['an interval under 5 s', { HealthCheckIntervalSeconds: 4 }],
    ['a timeout that is not under the interval', { HealthCheckTimeoutSeconds: 30 }],
    ['a threshold over 10', { HealthyThresholdCount: 11 }],
    ['a path without slash', { HealthCheckPath: 'health' }],
    ['a matcher that is none', { Matcher: { HttpCode: '2xx' } }],
    ['instances as targets', { TargetType: 'instance' }],
  ])('refuse %s', async (_what, input) => {
    await expect(start(input)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('a listener', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function target(answer: RequestListener): Promise<{ host: string; port: number; stop: () => void }> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const stop = (): void => {
      server.close();
      server.closeAllConnections();
    };
    stops.push(stop);
    return { host: '127.0.0.1', port: portOf(server.address()), stop };
  }

  async function listener(...targets: { host: string; port: number }[]): Promise<string> {
    const inTurn = createTurns<Endpoint>();
    const listening = await listen(0, () => inTurn('group', targets));
    stops.push(() => listening.close());
    return `http://127.0.0.1:${listening.port}`;
  }

  const named =
    (name: string): RequestListener =>
    (_request, response) =>
      response.end(name);
  const read = async (url: string) => {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  };

  it('passes method, path, headers and body to the targets in turn', async () => {
    const echo: RequestListener = (request, response) => {
      response.writeHead(201, {
        'x-was': `${request.method} ${request.url} ${String(request.headers['x-mine'])}`,
      });
      request.pipe(response);
    };
    const url = await listener(await target(echo));
    const body = 'x'.repeat(200_000);
    const response = await fetch(`${url}/a?b=c`, { method: 'POST', headers: { 'x-mine': '1' }, body });
    expect([response.status, response.headers.get('x-was')]).toEqual([201, 'POST /a?b=c 1']);
    expect(await response.text()).toBe(body);

    const both = await listener(await target(named('a')), await target(named('b')));
    expect([await read(both), await read(both), await read(both)]).toEqual(['200 a', '200 b', '200 a']);
  });

  it('answers 503 without a healthy target, 502 when none can be connected to', async () => {
    expect(await read(await listener())).toBe('503 Service Temporarily Unavailable');
    const gone = await target(named('gone'));
    gone.stop();
    expect(await read(await listener(gone))).toBe('502 Bad Gateway');
  });

  it('asks another target when the first refuses the connection, and loses no body by it', async () => {
    const gone = await target(named('gone'));
    gone.stop();
    const url = await listener(gone, await target((request, response) => void request.pipe(response)));
    const response = await fetch(url, { method: 'POST', body: 'kept' });
    expect(`${response.status} ${await response.text()}`).toBe('200 kept');
  });

  it('does not ask another target when the first breaks off: it may have done the work', async () => {
    let asked = 0;
    const broken = await target((request) => {
      asked++;
      request.socket.destroy();
    });
    const other = await target(() => asked++);
    expect(await read(await listener(broken, other))).toBe('502 Bad Gateway');
    expect(asked).toBe(1);
  });

  it('lets a request finish whose target is no longer among the healthy ones', async () => {
    let finish = (): void => undefined;
    let arrived = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const slow = await target((_request, response) => {
      finish = () => response.end('finished');
      arrived();
    });
    const healthy = [slow];
    const listening = await listen(0, () => healthy);
    stops.push(() => listening.close());
    const url = `http://127.0.0.1:${listening.port}`;
    const running = read(url);
    await asked;
    healthy.pop();
    expect(await read(url)).toMatch(/^503/);
    finish();
    expect(await running).toBe('200 finished');
  });
});

function healthAfter(findings: readonly Finding[]): TrackedHealth {
  return findings.reduce((health, finding) => healthAfterCheck(health, finding, check), registeredHealth);
}

async function call({ operations }: Elb, operation: string, input: Document): Promise<Document> {
  return (await operations[operation]?.(input, { region: 'eu-west-1', accessKeyId: 'local' })) ?? {};
}
