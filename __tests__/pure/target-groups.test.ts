import {
  configuredGroups,
  groupsOfRevision,
  isAmbiguous,
  type TargetGroups,
} from '../../src/service/target-groups.ts';

const pair = {
  targetGroupArn: 'blue',
  advancedConfiguration: {
    alternateTargetGroupArn: 'green',
    productionListenerRule: 'rule',
    roleArn: 'role',
  },
};

describe('the target groups of a service', () => {
  it.each<[string, Parameters<typeof configuredGroups>[0], TargetGroups]>([
    ['without load balancers', undefined, []],
    ['of a Classic Load Balancer', [{ loadBalancerName: 'old' }], []],
    ['of a rolling update', [{ targetGroupArn: 'web' }], [['web']]],
    ['that ECS shifts traffic between', [pair, { targetGroupArn: 'web' }], [['blue', 'green'], ['web']]],
  ])('%s', (_, loadBalancers, groups) => {
    expect(configuredGroups(loadBalancers)).toEqual(groups);
    expect(isAmbiguous(groups)).toBe(groups.some((one) => one.length === 2));
  });
});

describe('the target group of a revision', () => {
  const resolved = (...arns: string[]) => ({
    resolvedConfiguration: { loadBalancers: arns.map((targetGroupArn) => ({ targetGroupArn })) },
  });

  it.each<[string, Parameters<typeof groupsOfRevision>[1], TargetGroups]>([
    ['is the configured one', resolved('blue'), [['blue'], ['web']]],
    ['is the alternate one', resolved('green'), [['green'], ['web']]],
    ['is unknown where the revision can not be read', undefined, [['blue', 'green'], ['web']]],
    ['is unknown where the revision does not say', {}, [['blue', 'green'], ['web']]],
    ['is unknown where the revision names another', resolved('red'), [['blue', 'green'], ['web']]],
    ['is unknown where the revision names both', resolved('blue', 'green'), [['blue', 'green'], ['web']]],
  ])('%s', (_, revision, groups) => {
    expect(groupsOfRevision([['blue', 'green'], ['web']], revision)).toEqual(groups);
  });
});
