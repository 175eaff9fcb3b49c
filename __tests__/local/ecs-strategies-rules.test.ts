import type { Document, Json } from '../../local/server/operation.ts';
import {
  alternateGroupArn,
  createWorld,
  productionRuleArn,
  targetGroupArn,
  testRuleArn,
} from './ecs-world.ts';

const role = 'arn:aws:iam::123456789012:role/infrastructure';
const balancer = { targetGroupArn, containerName: 'app', containerPort: 8080 };
const advancedConfiguration = {
  alternateTargetGroupArn: alternateGroupArn,
  productionListenerRule: productionRuleArn,
  testListenerRule: testRuleArn,
  roleArn: role,
};
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const unknownRule = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/1/2/3';

describe('a service that shifts traffic', () => {
  it.each<[string, Document, Json[]?]>([
    ['blue/green', blueGreen],
    ['blue/green without bake time', { ...blueGreen, bakeTimeInMinutes: 0 }],
    ['linear with the defaults', { strategy: 'LINEAR' }],
    [
      'linear',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 1440 } },
    ],
    [
      'canary',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 0 } },
    ],
    ['headless blue/green', blueGreen, []],
    ['headless canary', { strategy: 'CANARY' }, []],
    [
      'a rule that does not exist',
      blueGreen,
      [
        {
          ...balancer,
          advancedConfiguration: { ...advancedConfiguration, productionListenerRule: unknownRule },
        },
      ],
    ],
    ['rolling with the groups of blue/green', { strategy: 'ROLLING' }],
    [
      'hooks',
      {
        ...blueGreen,
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'],
          },
          {
            hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:check',
            roleArn: role,
            lifecycleStages: ['TEST_TRAFFIC_SHIFT'],
          },
        ],
      },
    ],
  ])(
    'is accepted: %s',
    async (_name, deploymentConfiguration, loadBalancers = [{ ...balancer, advancedConfiguration }]) => {
      const world = await createWorld();
      const created = await world.create(await world.register(''), {
        deploymentConfiguration,
        loadBalancers,
      });
      expect(created['deploymentConfiguration']).toMatchObject(deploymentConfiguration);
    },
  );

  it.each<[string, Document]>([
    ['bakeTimeInMinutes is required for the strategy BLUE_GREEN.', { strategy: 'BLUE_GREEN' }],
    ['bakeTimeInMinutes must be between 0 and 1440.', { ...blueGreen, bakeTimeInMinutes: 1441 }],
    ['linearConfiguration is only valid for the strategy LINEAR.', { ...blueGreen, linearConfiguration: {} }],
    [
      'canaryConfiguration is only valid for the strategy CANARY.',
      { strategy: 'LINEAR', canaryConfiguration: {} },
    ],
    [
      'stepPercent must be between 3 and 100 in increments of 0.1.',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2.9 } },
    ],
    [
      'stepPercent must be between 3 and 100 in increments of 0.1.',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 3.05 } },
    ],
    [
      'canaryPercent must be between 0.1 and 100 in increments of 0.1.',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100.1 } },
    ],
    [
      'canaryBakeTimeInMinutes must be between 0 and 1440.',
      { strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 1.5 } },
    ],
    [
      'Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE',
      { ...blueGreen, lifecycleHooks: [{ targetType: 'SNS', lifecycleStages: ['PRE_SCALE_UP'] }] },
    ],
    [
      'Invalid lifecycle stage provided for Pause Hook',
      {
        ...blueGreen,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
      },
    ],
    [
      "Invalid lifecycle stage 'BAKE_TIME'.",
      { ...blueGreen, lifecycleHooks: [{ hookTargetArn: 'arn', lifecycleStages: ['BAKE_TIME'] }] },
    ],
    ['lifecycleStages cannot be empty.', { ...blueGreen, lifecycleHooks: [{ targetType: 'PAUSE' }] }],
    [
      'hookTargetArn is required for a lifecycle hook of the type AWS_LAMBDA.',
      { ...blueGreen, lifecycleHooks: [{ lifecycleStages: ['PRE_SCALE_UP'] }] },
    ],
    [
      'timeoutInMinutes must be between 1 and 20160.',
      {
        ...blueGreen,
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRE_SCALE_UP'],
            timeoutConfiguration: { timeoutInMinutes: 0 },
          },
        ],
      },
    ],
    [
      'action should be one of [CONTINUE,ROLLBACK]',
      {
        ...blueGreen,
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRE_SCALE_UP'],
            timeoutConfiguration: { action: 'WAIT' },
          },
        ],
      },
    ],
    [
      'A service can have at most 10 lifecycle hooks of the type PAUSE.',
      {
        ...blueGreen,
        lifecycleHooks: Array.from({ length: 11 }, () => ({
          targetType: 'PAUSE',
          lifecycleStages: ['PRE_SCALE_UP'],
        })),
      },
    ],
  ])('is refused: %s', async (message, deploymentConfiguration) => {
    const world = await createWorld();
    const loadBalancers = [{ ...balancer, advancedConfiguration }];
    await expect(
      world.create(await world.register(''), { deploymentConfiguration, loadBalancers }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException', message });
  });

  const { testListenerRule: _none, ...withoutTest } = advancedConfiguration;
  const { roleArn: _role, ...withoutRole } = advancedConfiguration;
  it.each<[string, Json[]]>([
    [
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
      [balancer],
    ],
    [
      'Either all or none of the provided loadBalancers must have advancedConfiguration defined',
      [{ ...balancer, advancedConfiguration }, balancer],
    ],
    [
      'productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: rule',
      [{ ...balancer, advancedConfiguration: { ...advancedConfiguration, productionListenerRule: 'rule' } }],
    ],
    [
      `The following rules cannot be used as both production and test listener rules: ${productionRuleArn}`,
      [
        {
          ...balancer,
          advancedConfiguration: { ...advancedConfiguration, testListenerRule: productionRuleArn },
        },
      ],
    ],
    [
      'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup',
      [{ ...balancer, advancedConfiguration: withoutTest }],
    ],
    [
      `Duplicate targetGroupArn found: ${targetGroupArn}`,
      [
        {
          ...balancer,
          advancedConfiguration: { ...advancedConfiguration, alternateTargetGroupArn: targetGroupArn },
        },
      ],
    ],
    [
      'The target group with targetGroupArn none does not exist.',
      [{ ...balancer, advancedConfiguration: { ...advancedConfiguration, alternateTargetGroupArn: 'none' } }],
    ],
    ['roleArn cannot be empty.', [{ ...balancer, advancedConfiguration: withoutRole }]],
  ])('is refused for its load balancers: %s', async (message, loadBalancers) => {
    const world = await createWorld();
    await expect(
      world.create(await world.register(''), { deploymentConfiguration: blueGreen, loadBalancers }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException', message });
  });

  it('is refused without traffic to shift, where that is the reading', async () => {
    const world = await createWorld({ headlessGradual: 'refused' });
    const definition = await world.register('');
    await expect(
      world.create(definition, { deploymentConfiguration: { strategy: 'CANARY' } }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await world.create(definition, { deploymentConfiguration: blueGreen });
  });
});
