import { waitGoalProblems } from '../../src/plan/decide/wait-goal.ts';
import type { JsonObject } from '../../src/text/json.ts';

const withTestRule = [{ advancedConfiguration: { testListenerRule: 'rule/2' } }];
const balanced = { loadBalancers: withTestRule };
const pauseAt = (...lifecycleStages: string[]): JsonObject => ({
  lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages }],
});
const shifting = (configuration: JsonObject = {}, service: JsonObject = balanced): JsonObject => ({
  ...service,
  deploymentConfiguration: { strategy: 'BLUE_GREEN', ...configuration },
});
const onPrimary = (members: JsonObject): JsonObject => ({ deployments: [{ status: 'PRIMARY', ...members }] });

describe('wait-until: paused', () => {
  const neverPauses =
    'wait-until: the value is paused, but deployments of web never pause: its deployment configuration has no lifecycle hook of the type PAUSE. Add one, or remove wait-until.';
  it.each<[string, JsonObject, string[]]>([
    ['a pause hook', shifting(pauseAt('PRE_SCALE_UP')), []],
    // AWS's pages differ on whether it pauses.
    ['a pause hook of a rolling deployment', { deploymentConfiguration: pauseAt('PRE_SCALE_UP') }, []],
    ['no hook', shifting(), [neverPauses]],
    ['no configuration', {}, [neverPauses]],
    [
      'only a Lambda hook',
      shifting({ lifecycleHooks: [{ hookTargetArn: 'arn', lifecycleStages: ['PRE_SCALE_UP'] }] }),
      [neverPauses],
    ],
  ])('%s', (_, service, problems) => {
    expect(problemsOf({ until: 'paused' }, service)).toEqual(problems);
  });
});

describe('wait-until: traffic-shifted', () => {
  const noShift = (why: string): string[] => [
    `wait-until: the value is traffic-shifted, but deployments of web shift no traffic: ${why}. Remove wait-until.`,
  ];
  it.each<[string, JsonObject, string[]]>([
    ['a load balancer', shifting(), []],
    ['Service Connect', shifting({}, onPrimary({ serviceConnectConfiguration: { enabled: true } })), []],
    ['VPC Lattice', shifting({}, onPrimary({ vpcLatticeConfigurations: [{ portName: 'http' }] })), []],
    ['a load balancer that ECS keeps to itself', shifting({}, { resourceManagementType: 'ECS' }), []],
    ['an unknown strategy', shifting({ strategy: 'NEW' }), []],
    ['rolling', shifting({ strategy: 'ROLLING' }), noShift('its strategy is ROLLING')],
    ['no strategy', balanced, noShift('its strategy is ROLLING')],
    [
      'no traffic to shift',
      shifting({}, onPrimary({ serviceConnectConfiguration: { enabled: false } })),
      noShift('it has no load balancer, Service Connect or VPC Lattice'),
    ],
  ])('%s', (_, service, problems) => {
    expect(problemsOf({ until: 'traffic-shifted' }, service)).toEqual(problems);
  });
});

describe('test-url', () => {
  const testUrl = 'https://test.example';
  const noTest = (why: string): string[] => [
    `test-url: the URL is requested while a deployment is paused and traffic reaches the new version, which deployments of web never are: ${why}`,
  ];
  const noHook = (stages: string): string[] =>
    noTest(
      `its deployment configuration has no lifecycle hook of the type PAUSE at ${stages}. Add one, or use health-check-url instead.`,
    );
  const withoutTestRule = { loadBalancers: [{ advancedConfiguration: {} }] };
  const all = 'POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT or POST_PRODUCTION_TRAFFIC_SHIFT';
  it.each<[string, JsonObject, string[]]>([
    ['a pause after the test shift', shifting(pauseAt('POST_TEST_TRAFFIC_SHIFT')), []],
    ['a pause before production', shifting(pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT')), []],
    ['a pause after production', shifting(pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT'), withoutTestRule), []],
    [
      'a pause between the steps of a canary',
      shifting({ strategy: 'CANARY', ...pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT') }, withoutTestRule),
      [],
    ],
    [
      'Service Connect, which has a test header',
      shifting(
        pauseAt('POST_TEST_TRAFFIC_SHIFT'),
        onPrimary({ serviceConnectConfiguration: { enabled: true } }),
      ),
      [],
    ],
    ['no pause', shifting(), noHook(all)],
    ['a pause before any traffic', shifting(pauseAt('PRE_SCALE_UP', 'POST_SCALE_UP')), noHook(all)],
    [
      'a pause before production without a test rule',
      shifting(pauseAt('POST_TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'), withoutTestRule),
      noHook('POST_PRODUCTION_TRAFFIC_SHIFT'),
    ],
    [
      'rolling',
      { deploymentConfiguration: pauseAt('POST_TEST_TRAFFIC_SHIFT') },
      noTest('its strategy is ROLLING. Use health-check-url instead.'),
    ],
    [
      'no traffic to shift',
      shifting(pauseAt('POST_TEST_TRAFFIC_SHIFT'), {}),
      noTest('it has no load balancer, Service Connect or VPC Lattice. Use health-check-url instead.'),
    ],
  ])('%s', (_, service, problems) => {
    expect(problemsOf({ testUrl }, service)).toEqual(problems);
  });
});

it('any other goal is reached by every service', () => {
  expect(problemsOf({ until: 'completed' }, {})).toEqual([]);
  expect(problemsOf({ until: 'started' }, {})).toEqual([]);
});

function problemsOf(
  wait: Partial<Parameters<typeof waitGoalProblems>[0]>,
  service: JsonObject,
): readonly string[] {
  return waitGoalProblems({ until: 'completed', testUrl: undefined, ...wait }, 'web', service).map(
    ({ input, text }) => `${input}: ${text}`,
  );
}
