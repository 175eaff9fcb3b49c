import type { Service } from '@aws-sdk/client-ecs';
import { clusterMissing, serviceMissing, unsupportedService } from '../../src/service/unsupported.ts';

const place = 'account 123456789012, region eu-west-1';
const text = ({ code, fault, message, advice }: ReturnType<typeof clusterMissing>) => ({
  code,
  fault,
  message,
  advice,
});

describe('a service that the action can deploy to', () => {
  it.each<[string, Service]>([
    ['says nothing about controller and strategy', { status: 'ACTIVE' }],
    [
      'names the defaults',
      {
        status: 'ACTIVE',
        deploymentController: { type: 'ECS' },
        deploymentConfiguration: { strategy: 'ROLLING' },
      },
    ],
    [
      'shifts traffic',
      {
        status: 'ACTIVE',
        deploymentController: { type: 'ECS' },
        deploymentConfiguration: { strategy: 'BLUE_GREEN' },
      },
    ],
  ])('%s', (_, service) => {
    expect(unsupportedService('web', service)).toBeUndefined();
  });
});

describe('the refusal of', () => {
  it.each<[string, Service]>([
    ['a deleted service', { status: 'INACTIVE' }],
    ['a service without a status', {}],
    [
      'another controller, whatever its strategy',
      {
        status: 'ACTIVE',
        deploymentController: { type: 'CODE_DEPLOY' },
        deploymentConfiguration: { strategy: 'BLUE_GREEN' },
      },
    ],
    ['another controller', { status: 'ACTIVE', deploymentController: { type: 'EXTERNAL' } }],
  ])('%s', (_, service) => {
    const refusal = unsupportedService('web', service);
    expect(refusal && text(refusal)).toMatchSnapshot();
  });

  it('a missing cluster, with its cause', () => {
    const cause = new Error('ClusterNotFoundException');
    const refusal = clusterMissing('main', { place, near: 'mane' }, cause);
    expect(text(refusal)).toMatchSnapshot();
    expect(refusal.cause).toBe(cause);
  });

  it('a missing service', () => {
    expect(text(serviceMissing('main', 'web', { place, near: undefined }))).toMatchSnapshot();
  });
});
