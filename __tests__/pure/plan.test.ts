import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../../src/plan/decide/change.ts';
import type { Check } from '../../src/plan/preflight/check.ts';
import { type Plan, planOf } from '../../src/plan/show/plan.ts';
import type { ServiceState } from '../../src/service/describe.ts';
import { noSettings } from '../../src/service/settings.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

const arn = 'arn:aws:ecs:eu-west-1:111122223333';
const app: JsonObject = { name: 'app', image: 'web:1' };
const task = (...containerDefinitions: readonly JsonObject[]): JsonObject => ({
  family: 'web',
  cpu: '256',
  memory: '512',
  containerDefinitions,
});

function seen(taskDefinition: JsonObject, runningCount: number): ServiceState {
  return {
    name: 'web',
    arn: `${arn}:service/main/web`,
    clusterArn: `${arn}:cluster/main`,
    service: { desiredCount: 2 },
    document: { desiredCount: 2 },
    primary: { id: 'ecs-svc/1', taskDefinition: 'web:1', runningCount },
    taskDefinitionArn: `${arn}:task-definition/web:1`,
    taskDefinition,
    isInactive: false,
    history: { kind: 'known', deployments: [] },
    inFlight: undefined,
    rollbackTarget: undefined,
  };
}

function planned(
  before: JsonObject,
  after: JsonObject,
  { checks = [], runningCount = 2 }: { checks?: readonly Check[]; runningCount?: number } = {},
): Plan {
  const change: Change = {
    image: { kind: 'kept', why: { kind: 'build-is-false' } },
    services: [
      {
        seen: seen(before, runningCount),
        taskDefinition: { kind: 'register', document: after },
        update: { kind: 'update', desiredCount: 3, settings: noSettings, force: false, deploys: true },
        serviceAfter: { desiredCount: 3 },
        findings: [{ rule: 'platform', severity: 'notice', place: 'x', message: 'It is so.', fix: 'Do.' }],
      },
    ],
  };
  return planOf(change, checks);
}

/** Each change with what it shows. */
function shown(plan: Plan): readonly (readonly [string, string, Json, Json])[] {
  return plan.services.flatMap(({ taskDefinition }) =>
    taskDefinition.changes.map(({ name, kind, hidden, before, after }) => [
      name,
      kind,
      hidden ? 'hidden' : before,
      hidden ? 'hidden' : after,
    ]),
  );
}

const secret = (valueFrom: string): JsonObject => ({ ...app, secrets: [{ name: 'DB', valueFrom }] });
const there: Check = {
  check: 'secrets',
  what: 'secret DB of app',
  name: '/web/new',
  state: 'ok',
  detail: undefined,
  inUse: false,
};
const db = 'containerDefinitions[app].secrets[DB].valueFrom';

describe('a plan', () => {
  it('shows of a new container all but what may be secret', () => {
    const side = { name: 'side', image: 'x:1', environment: [{ name: 'PIN', value: '1234' }] };
    expect(shown(planned(task(app), task(app, side)))).toEqual([
      ['containerDefinitions[side].name', 'added', null, 'side'],
      ['containerDefinitions[side].image', 'added', null, 'x:1'],
      ['containerDefinitions[side].environment[PIN]', 'added', 'hidden', 'hidden'],
    ]);
    expect(shown(planned(task(app, side), task(app))).map(([name, kind]) => [name, kind])).toEqual([
      ['containerDefinitions[side].name', 'removed'],
      ['containerDefinitions[side].image', 'removed'],
      ['containerDefinitions[side].environment[PIN]', 'removed'],
    ]);
    const plain = { name: 'plain', image: 'x:1' };
    expect(shown(planned(task(app), task(app, plain)))).toEqual([
      ['containerDefinitions[plain]', 'added', null, plain],
    ]);
  });

  it.each([
    ['that AWS has, and of one that tasks run with', { checks: [there] }, '/web/old', '/web/new'],
    ['that AWS has not, as far as is known', {}, 'hidden', 'hidden'],
    ['that was never read', { checks: [there], runningCount: 0 }, 'hidden', 'hidden'],
    ['that is missing', { checks: [{ ...there, state: 'missing' } as const] }, 'hidden', 'hidden'],
  ])('shows the name of a parameter %s', (_, options, before, after) => {
    const plan = planned(task(secret('/web/old')), task(secret('/web/new')), options);
    expect(shown(plan)).toEqual([[db, 'changed', before, after]]);
  });

  it('is documented, every member of it', () => {
    const check: Check = { ...there, detail: 'It is.' };
    const { version, ...rest } = planned(task(app), task(secret('/web/new')), { checks: [check] });
    expect(version).toBe(1);
    const text = readFileSync(join(import.meta.dirname, '../../docs/plan.md'), 'utf8');
    const documented = text.split(/^## /m).find((section) => section.startsWith('The JSON\n')) ?? '';
    const undocumented = [...new Set(namesIn(JSON.parse(JSON.stringify(rest))))].filter(
      (name) => !new RegExp(`[\`.]${name}(\\[\\])?[\`.]`).test(documented),
    );
    expect(undocumented).toEqual([]);
  });
});

/** Names of members at every depth, save within values of the user's own documents. */
function namesIn(value: Json): readonly string[] {
  if (isJsonArray(value)) return value.flatMap(namesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...(name === 'before' || name === 'after' ? [] : namesIn(inner ?? null)),
  ]);
}
