import * as fc from 'fast-check';
import { mostBodyCharacters } from '../../src/github/sticky-comment.ts';
import type { Plan, PlanOfService } from '../../src/plan/show/plan.ts';
import { plannedStrategy } from '../../src/plan/show/strategy.ts';
import { type PlanTarget, planComment, targetKey } from '../../src/report/plan-comment.ts';
import { hostileText } from './hostile-text.ts';
import { readable } from './rendered-summary.ts';

const target: PlanTarget = {
  place: { account: '123456789012', region: 'eu-west-1' },
  cluster: 'staging',
  services: ['web'],
  environment: undefined,
};
const repositoryUrl = 'https://github.com/octo-org/web';
const source = { headSha: 'a'.repeat(40), runUrl: `${repositoryUrl}/actions/runs/7`, repositoryUrl };

function aService(service: string, value = 'x'): PlanOfService {
  const change = {
    name: 'containerDefinitions[app].image',
    kind: 'changed',
    hidden: false,
    before: value,
    after: value,
  } as const;
  return {
    service,
    serviceArn: service,
    action: 'update',
    deploys: true,
    taskDefinition: {
      action: 'register',
      from: 'a/web:1',
      to: null,
      changes: Array.from({ length: 20 }, () => change),
    },
    strategy: plannedStrategy({}),
    settings: [],
    cost: { region: 'eu-west-1', pricesOf: '2026-03', before: 1, after: 2, hasSpot: false },
    findings: [{ rule: 'tags', severity: 'warning', place: value, message: value, fix: undefined }],
  };
}

function aPlan(services: readonly PlanOfService[]): Plan {
  const image = { from: null, uri: 'a/web:2', digest: 'x', newRepository: null, reason: null };
  return {
    version: 1,
    changes: true,
    problems: false,
    image: { action: 'use', ...image },
    services,
    checks: [],
  };
}

it('says what it is about below the headline', () => {
  const comment = planComment(
    { plan: aPlan([{ ...aService('web'), findings: [] }]) },
    { target: { ...target, environment: 'production' }, source, most: mostBodyCharacters },
  );
  expect(readable(comment).split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
"### 📋 Plan: web would be updated. Nothing was changed.

environment <code>production</code> · <code>web</code> in cluster <code>staging</code> · account 123456789012, region eu-west-1 · commit <a href="https://github.com/octo-org/web/commit/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"><code>aaaaaaa</code></a> · <a href="https://github.com/octo-org/web/actions/runs/7">this run's summary</a>
"
`);
});

it('says why there is no plan, and where the details are', () => {
  const failure = {
    message: 'Service wbe was not found.\nDid you mean web?',
    advice: 'Correct the input service.',
  };
  expect(
    readable(planComment({ failure }, { target, source, most: mostBodyCharacters })),
  ).toMatchInlineSnapshot(`
"### ❌ Plan: failed

<code>web</code> in cluster <code>staging</code> · account 123456789012, region eu-west-1 · commit <a href="https://github.com/octo-org/web/commit/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"><code>aaaaaaa</code></a> · <a href="https://github.com/octo-org/web/actions/runs/7">this run's summary</a>

> Service wbe was not found.
> Did you mean web?

Correct the input service.
"
`);
});

it('names a few services of sixty, and says which changes were left out', () => {
  const services = Array.from({ length: 60 }, (_, index) => `service-${index}`);
  const comment = planComment(
    { plan: aPlan(services.map((service) => aService(service, 'v'.repeat(150)))) },
    { target: { ...target, services }, source, most: mostBodyCharacters },
  );
  expect(comment.length).toBeLessThanOrEqual(mostBodyCharacters);
  const read = readable(comment);
  expect(read).toContain(
    'Plan: service-0, service-1, service-2, service-3, service-4 and 55 more would be updated.',
  );
  expect(read).toMatch(/Left out to stay within the size limit: changes \(\d+\)\./);
  for (const service of services) expect(read).toContain(`${service}: a new deployment`);
});

it('fits into a comment whatever it says', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), fc.nat(200), (texts, repeat) => {
      const long = texts.map((one) => one.repeat(repeat));
      const options = {
        target: { ...target, services: long, cluster: long[0] ?? '', environment: long[0] },
        source,
        most: mostBodyCharacters,
      };
      const plan = aPlan(long.map((one) => aService(one, one)));
      expect(planComment({ plan }, options).length).toBeLessThanOrEqual(mostBodyCharacters);
      const failure = { message: long.join('\n'), advice: long[0] };
      expect(planComment({ failure }, options).length).toBeLessThanOrEqual(mostBodyCharacters);
    }),
    { seed: 7, numRuns: 12 },
  );
});

describe('the key of a comment', () => {
  const key = targetKey(target);

  it.each<[string, Partial<PlanTarget>]>([
    ['the ARN of the service', { services: ['arn:aws:ecs:eu-west-1:123456789012:service/staging/web'] }],
    ['the ARN of the cluster', { cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/staging' }],
    ['an empty environment', { environment: '' }],
  ])('is the same for %s', (_what, other) => {
    expect(targetKey({ ...target, ...other })).toBe(key);
  });

  it('does not depend on the order of the services', () => {
    expect(targetKey({ ...target, services: ['web', 'api'] })).toBe(
      targetKey({ ...target, services: ['api', 'web'] }),
    );
  });

  it.each<[string, Partial<PlanTarget>]>([
    ['account', { place: { account: '210987654321', region: 'eu-west-1' } }],
    ['region', { place: { account: '123456789012', region: 'eu-west-2' } }],
    ['cluster', { cluster: 'production' }],
    ['service', { services: ['api'] }],
    ['service beside it', { services: ['web', 'api'] }],
    ['environment', { environment: 'production' }],
  ])('is another for another %s', (_what, other) => {
    expect(targetKey({ ...target, ...other })).not.toBe(key);
  });
});
