import { type DeploymentConfiguration, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { cluster, startWorld, type WorldOptions } from './world.ts';

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

  it('is deployed in one run with services of other strategies, and each ends by itself', async () => {
    await using world = await startWorld({
      services: ['worker', 'gradual'],
      behave: (tag, name) =>
        tag === 'v2' && name === 'worker'
          ? { exit: { afterSeconds: 1, exitCode: 1, lastLines: ['no queue'] } }
          : {},
    });
    for (const [service, deploymentConfiguration] of Object.entries<DeploymentConfiguration>({
      worker: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
      gradual: {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
      },
    })) {
      await world.ecs.send(new UpdateServiceCommand({ cluster, service, deploymentConfiguration }));
    }
    const { outputs, exitCode } = await world.deploy({ service: 'web\nworker\ngradual', image: 'v2' });
    expect({ exitCode, result: outputs['result'] }).toEqual({ exitCode: 1, result: 'rolled-back' });
    expect(JSON.parse(outputs['services'] ?? '')).toMatchObject([
      { service: 'web', result: 'deployed' },
      { service: 'worker', result: 'rolled-back', reason: 'tasks-failed' },
      { service: 'gradual', result: 'deployed' },
    ]);
    expect(await Promise.all(['web', 'worker', 'gradual'].map((name) => world.settled(name)))).toEqual([
      'v2',
      'v1',
      'v2',
    ]);
  });

  it('takes the health of new tasks from their own target group, also when the two have swapped', async () => {
    let isHeld = false;
    const check = (): { hookStatus: string } => ({ hookStatus: isHeld ? 'IN_PROGRESS' : 'SUCCEEDED' });
    const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:check';
    const roleArn = 'arn:aws:iam::123456789012:role/hooks';
    await using world = await startWorld(
      shifting(
        {
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: 0,
          lifecycleHooks: [
            { hookTargetArn: functionArn, roleArn, lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] },
          ],
        },
        { functions: { [functionArn]: check } },
      ),
    );
    // The first deployment of v2 takes the group that the service names second; v3 then has the first one.
    for (const image of ['v2', 'v3']) {
      isHeld = true;
      const step = world.start({ image, 'wait-for-minutes': '0.3' });
      await step.printed(/POST_TEST_TRAFFIC_SHIFT.*waiting for the Lambda hook check/);
      const { outputs } = await step.finished;
      // All tasks are healthy, so the limit takes nothing away.
      expect(outputs).toMatchObject({ result: 'timed-out', reason: 'traffic-shifting' });
      isHeld = false;
      expect(await world.settled()).toBe(image);
    }
  });
});
