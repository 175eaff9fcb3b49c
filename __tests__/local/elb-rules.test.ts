import { createServer } from 'node:http';
import * as fc from 'fast-check';
import { manualClock } from '../../local/base/clock.ts';
import { createElb, type Elb } from '../../local/elb/elb.ts';
import type { Forward } from '../../local/elb/forward.ts';
import { type Condition, meets } from '../../local/elb/rule-condition.ts';
import { createWeightedTurns } from '../../local/elb/weighted-turns.ts';
import type { Document } from '../../local/server/operation.ts';
import { portOf } from '../../local/server/server.ts';
import { items, text } from './ecs-world.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };

describe('weighted target groups', () => {
  const chosen = (forward: Forward, requests: number): Record<string, number> => {
    const turns = createWeightedTurns();
    const counts: Record<string, number> = {};
    for (let request = 0; request < requests; request++) {
      const group = turns.next(forward) ?? 'none';
      counts[group] = (counts[group] ?? 0) + 1;
    }
    return counts;
  };

  it('get exactly their shares of as many requests as their weights sum up to', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, (all) => {
        const sum = all.reduce((total, weight) => total + weight, 0);
        fc.pre(sum > 0);
        const forward = all.map((weight, index) => ({ targetGroupArn: `group-${index}`, weight }));
        const expected = forward.flatMap(({ targetGroupArn, weight }) =>
          weight > 0 ? [[targetGroupArn, weight]] : [],
        );
        expect(chosen(forward, sum)).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it('get nothing while all weigh 0', () => {
    expect(chosen([{ targetGroupArn: 'blue', weight: 0 }], 2)).toEqual({ none: 2 });
  });
});

describe('a condition', () => {
  const header = (name: string, ...values: string[]): Condition => ({ kind: 'http-header', name, values });
  const path = (...values: string[]): Condition => ({ kind: 'path-pattern', values });
  const host = (...values: string[]): Condition => ({ kind: 'host-header', values });
  it.each<[Condition, string, Record<string, string>, boolean]>([
    [path('/api/*'), '/api/orders?page=2', {}, true],
    [path('/api/*'), '/API/orders', {}, false],
    [path('/a.c'), '/abc', {}, false],
    [path('/a?c'), '/abc', {}, true],
    [path('/x', '/y'), '/y', {}, true],
    [host('*.example.com'), '/', { host: 'WWW.example.com:8080' }, true],
    [host('*.example.com'), '/', {}, false],
    [header('X-Test', 'green'), '/', { 'x-test': 'GREEN' }, true],
    [header('X-Test', 'green'), '/', { 'x-test': 'blue' }, false],
    [header('X-Test', 'green'), '/', {}, false],
  ])('%j and %s %j: %s', (condition, url, headers, expected) => {
    expect(meets({ url, headers }, condition)).toBe(expected);
  });
});

describe('the rules of a listener', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  async function call({ operations }: Elb, operation: string, input: Document): Promise<Document> {
    return (await operations[operation]?.(input, { region: 'eu-west-1', accessKeyId: 'local' })) ?? {};
  }

  async function start() {
    const elb = createElb({ account, clock: manualClock() });
    stops.push(() => elb.close());
    const group = async (name: string): Promise<string> => {
      const made = await call(elb, 'CreateTargetGroup', { Name: name, HealthCheckEnabled: false });
      const arn = text(items(made, 'TargetGroups')[0] ?? {}, 'TargetGroupArn');
      const server = createServer((_request, response) => response.end(name));
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      stops.push(() => {
        server.close();
        server.closeAllConnections();
      });
      const port = portOf(server.address());
      const reach = () => ({ host: '127.0.0.1', port });
      const get = () => Promise.resolve({ status: 200 });
      const address = { privateIp: '10.0.0.7', get, reach };
      elb.targetGroups.register({ targetGroupArn: arn, taskArn: name, containerPort: 80, address });
      return arn;
    };
    const [blue, green] = [await group('blue'), await group('green')];
    const balancer = await call(elb, 'CreateLoadBalancer', { Name: 'web' });
    const LoadBalancerArn = text(items(balancer, 'LoadBalancers')[0] ?? {}, 'LoadBalancerArn');
    const made = await call(elb, 'CreateListener', {
      LoadBalancerArn,
      Port: 0,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
    });
    const [listener = {}] = items(made, 'Listeners');
    const ListenerArn = text(listener, 'ListenerArn');
    const url = `http://127.0.0.1:${text(listener, 'Port')}`;
    const rules = async () => items(await call(elb, 'DescribeRules', { ListenerArn }), 'Rules');
    const get = async (headers: Record<string, string> = {}) => (await fetch(url, { headers })).text();
    return { elb, blue, green, ListenerArn, rules, get };
  }

  it('are the default rule at first, then those of lower priority numbers before it', async () => {
    const { elb, green, ListenerArn, rules, get } = await start();
    expect((await rules()).map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
      ['default', true],
    ]);
    const created = await call(elb, 'CreateRule', {
      ListenerArn,
      Priority: 5,
      Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-test', Values: ['*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: green }],
    });
    expect((await rules()).map(({ Priority }) => Priority)).toEqual(['5', 'default']);
    expect([await get(), await get({ 'x-test': 'yes' })]).toEqual(['blue', 'green']);
    await call(elb, 'DeleteRule', { RuleArn: text(items(created, 'Rules')[0] ?? {}, 'RuleArn') });
    expect(await get({ 'x-test': 'yes' })).toBe('blue');
  });

  it('of a network load balancer are its default alone, by the ARN of the listener, and split connections', async () => {
    const { elb, blue, green } = await start();
    const balancer = await call(elb, 'CreateLoadBalancer', { Name: 'net', Type: 'network' });
    const [{ LoadBalancerArn = '', Type } = {}] = items(balancer, 'LoadBalancers');
    expect(Type).toBe('network');
    const made = await call(elb, 'CreateListener', {
      LoadBalancerArn,
      Protocol: 'TCP',
      Port: 0,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
    });
    const [listener = {}] = items(made, 'Listeners');
    const arn = text(listener, 'ListenerArn');
    expect(arn).toContain(':listener/net/net/');
    const url = `http://127.0.0.1:${text(listener, 'Port')}`;
    const page = async (): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();
    expect(await page()).toBe('blue');
    elb.listenerRules.forward(
      arn,
      new Map([
        [blue, 75],
        [green, 25],
      ]),
    );
    expect([...(elb.listenerRules.weightsOf(arn) ?? [])]).toEqual([
      [blue, 75],
      [green, 25],
    ]);
    const pages = [await page(), await page(), await page(), await page()];
    expect(pages.toSorted()).toEqual(['blue', 'blue', 'blue', 'green']);
    await expect(
      call(elb, 'CreateListener', {
        LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 0,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
      }),
    ).rejects.toThrow('TCP');
  });

  it('split requests by weight, and follow new weights at once', async () => {
    const { elb, blue, green, rules, get } = await start();
    const RuleArn = text((await rules())[0] ?? {}, 'RuleArn');
    const count = async (): Promise<number> => {
      let greens = 0;
      for (let request = 0; request < 20; request++) if ((await get()) === 'green') greens++;
      return greens;
    };
    for (const [weight, expected] of [
      [25, 5],
      [100, 20],
      [0, 0],
    ] as const) {
      elb.listenerRules.forward(
        RuleArn,
        new Map([
          [blue, 100 - weight],
          [green, weight],
        ]),
      );
      expect(await count()).toBe(expected);
    }
    expect(elb.listenerRules.weightsOf(RuleArn)).toEqual(
      new Map([
        [blue, 100],
        [green, 0],
      ]),
    );
    expect(elb.listenerRules.weightsOf('arn:none')).toBeUndefined();
  });

  it('lose no request while the weights change', async () => {
    const { elb, blue, green, rules, get } = await start();
    const RuleArn = text((await rules())[0] ?? {}, 'RuleArn');
    const answers = Array.from({ length: 200 }, async (_none, index) => {
      if (index % 10 === 0) {
        elb.listenerRules.forward(
          RuleArn,
          new Map([
            [blue, 200 - index],
            [green, index],
          ]),
        );
      }
      return get();
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['blue', 'green']));
  });

  it.each<[string, Document, string]>([
    ['a taken priority', { Priority: 5 }, 'PriorityInUseException'],
    ['a priority of 0', { Priority: 0 }, 'ValidationError'],
    ['no condition', { Conditions: [] }, 'ValidationError'],
    ['a condition that is not supported', { Conditions: [{ Field: 'source-ip' }] }, 'ValidationError'],
    [
      'an unknown group',
      { Actions: [{ Type: 'forward', TargetGroupArn: 'none' }] },
      'TargetGroupNotFoundException',
    ],
    ['a redirect', { Actions: [{ Type: 'redirect' }] }, 'ValidationError'],
    ['an unknown listener', { ListenerArn: 'none' }, 'ListenerNotFoundException'],
    [
      'a weight over 999',
      {
        Actions: [
          { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'none', Weight: 1000 }] } },
        ],
      },
      'ValidationError',
    ],
  ])('refuse %s', async (_name, changes, code) => {
    const { elb, green, ListenerArn } = await start();
    const rule = {
      ListenerArn,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: green }],
    };
    await call(elb, 'CreateRule', rule);
    await expect(call(elb, 'CreateRule', { ...rule, Priority: 6, ...changes })).rejects.toMatchObject({
      code,
    });
  });

  it('keep a rule that is modified in part, and its default', async () => {
    const { elb, blue, green, rules } = await start();
    const RuleArn = text((await rules())[0] ?? {}, 'RuleArn');
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: 1 },
      { TargetGroupArn: green, Weight: 3 },
    ];
    const Actions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
    await call(elb, 'ModifyRule', { RuleArn, Actions });
    expect((await rules())[0]).toMatchObject({
      IsDefault: true,
      Actions: [{ ForwardConfig: { TargetGroups } }],
    });
    await expect(call(elb, 'DeleteRule', { RuleArn })).rejects.toMatchObject({
      code: 'OperationNotPermittedException',
    });
    const health = await call(elb, 'DescribeTargetGroups', { TargetGroupArns: [green] });
    expect(items(health, 'TargetGroups')[0]?.['LoadBalancerArns']).toHaveLength(1);
  });
});
