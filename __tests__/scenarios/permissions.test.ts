import { services } from '../../local/server/service.ts';
import { type Feature, statements } from '../../scripts/permissions.ts';
import { startWorld, type WorldOptions } from './world.ts';

type Row = readonly [
  what: string,
  options: {
    readonly features: readonly Feature[];
    readonly inputs: Readonly<Record<string, string>>;
    readonly result: string;
    /** What the log has where everything that may be asked was answered. */
    readonly log?: RegExp;
    readonly world?: WorldOptions;
    /** What is deployed before. */
    readonly before?: string;
  },
];

/** The statements that a run of these features may use; those of optional checks are not among them. */
function actionsFor(features: readonly Feature[]): ReadonlySet<string> {
  const chosen = statements.filter((statement) => statement.features.some((name) => features.includes(name)));
  // Everybody may ask whose credentials these are. The local registry has an address of its own, for which an image needs
  // the token, as docs/permissions.md says.
  const always = ['sts:GetCallerIdentity', 'ecr:GetAuthorizationToken'];
  return new Set([...always, ...chosen.flatMap(({ actions }) => actions)]);
}

/**
 * A role with exactly these permissions: every other operation that the code can call is denied. A check before the
 * deployment that is denied only says so; whatever else is denied would change the result.
 */
describe('the policy that is printed for a feature is enough for it', () => {
  it.concurrent.each<Row>([
    ['deploying an image', { features: ['deploy', 'image'], inputs: { image: 'v2' }, result: 'deployed' }],
    [
      'a version that crashes behind a load balancer',
      {
        features: ['deploy', 'image'],
        inputs: { image: 'v2' },
        result: 'rolled-back',
        log: /exit code 1.*Last log lines/s,
        world: { loadBalancer: true, behaviours: { v2: { exit: { afterSeconds: 2, exitCode: 1 } } } },
      },
    ],
    [
      'a rollback',
      { features: ['rollback'], inputs: { operation: 'rollback' }, result: 'deployed', before: 'v2' },
    ],
    ['a plan', { features: ['plan'], inputs: { operation: 'plan', image: 'v2' }, result: 'planned' }],
    [
      'promoting what another service runs',
      {
        features: ['deploy', 'image', 'promote'],
        inputs: { service: 'shop', image: 'service:staging/web' },
        result: 'deployed',
        before: 'v2',
        world: { services: ['shop'] },
      },
    ],
    [
      "waiting for ECR's scan",
      {
        features: ['deploy', 'image', 'scan'],
        inputs: { image: 'v2', 'fail-on-severity': 'high' },
        result: 'deployed',
      },
    ],
  ])('%s', async (_what, { features, inputs, result, log = /./, world: options, before }) => {
    await using world = await startWorld({ speed: 40, ...options });
    if (before !== undefined) await world.deploy({ image: before });
    const permitted = actionsFor(features);
    const all = new Set(statements.flatMap(({ actions }) => actions));
    for (const action of [...all].filter((one) => !permitted.has(one))) {
      const [prefix, operation = ''] = action.split(':');
      const service = services.find(({ actionPrefix }) => actionPrefix === prefix)?.name;
      if (service !== undefined)
        world.fargate.faults.add({ service, operation, fault: { kind: 'denied' }, times: 'always' });
    }
    world.fargate.calls.clear();
    const run = await world.deploy(inputs);
    expect(run.outputs.result).toBe(result);
    const called = world.fargate.calls
      .all()
      .filter(({ fault }) => fault === undefined)
      .map(({ service, operation }) => {
        const prefix = services.find(({ name }) => name === service)?.actionPrefix;
        return `${prefix}:${operation}`;
      });
    expect([...new Set(called)].filter((action) => !permitted.has(action))).toEqual([]);
    expect(run.log).toMatch(log);
  });
});
