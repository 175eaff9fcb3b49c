import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { startWorld, type WorldOptions } from './world.ts';

const shifting = (
  deploymentConfiguration: DeploymentConfiguration,
  options: WorldOptions = {},
): WorldOptions => ({ loadBalancer: 'shifting', ...options, service: { deploymentConfiguration } });

describe('a service that shifts traffic', () => {
  it('deploys a canary', async () => {
    await using world = await startWorld(
      shifting({
        strategy: 'CANARY',
        bakeTimeInMinutes: 0,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
      }),
    );
    const { outputs } = await world.deploy({ image: 'v2' });
    expect(outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(await world.settled()).toBe('v2');
  });

  it('rolls back', async () => {
    await using world = await startWorld(
      shifting(
        { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
        { behaviours: { v2: { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['no'] } } } },
      ),
    );
    const { outputs } = await world.deploy({ image: 'v2' });
    expect(outputs).toMatchObject({ result: 'rolled-back', reason: 'tasks-failed' });
    expect(await world.settled()).toBe('v1');
  });
});
