import type { Readings } from '../../local/ecs/model/readings.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { startWorld, type WorldOptions } from './world.ts';

const unpulled: Behaviour = {
  neverStarts: { kind: 'cannot-be-pulled', stoppedReason: 'CannotPullContainerError: ref v2: not found' },
};
const breaker: WorldOptions['service'] = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};

/** The other reading of each semantic that AWS does not document: what the action says must not rest on it. */
const others: readonly Partial<Readings>[] = [
  { deploymentConfigurationOnUpdate: 'reset' },
  { currentServiceDeploymentInReply: 'present' },
  { serviceDeploymentVisibleAfterSeconds: 0 },
  { serviceDeploymentVisibleAfterSeconds: 60 },
  { taskDefinitionAfterRollback: 'when-complete' },
  { withoutRollbackCandidate: 'STOPPED' },
  { oldTasksStop: 'only-for-room' },
  { breakerCountsExitsAfterRunning: true },
  { activatingSeconds: 0 },
  { transitionSeconds: 20 },
  { schedulerDelaySeconds: 10 },
  { deprovisionSeconds: 60 },
  { alarmBakeMinutes: 0 },
  { abort: 'stops' },
];

async function ends(readings: Partial<Readings>, options: WorldOptions): Promise<string> {
  await using world = await startWorld({ readings, ...options });
  const run = await world.deploy({ image: 'v2' });
  return `${run.outputs.result} (${run.outputs.reason}), runs ${await world.settled()}`;
}

const broken = { behaviours: { v2: unpulled } };

it.concurrent.each(others)('a bad version is rolled back by the other reading %j', async (readings) => {
  expect(await ends(readings, broken)).toBe('rolled-back (tasks-failed), runs v1');
});

describe('by all other readings together', () => {
  // Where two exclude each other, the one that asks more is taken.
  const all = Object.assign({}, ...others) as Partial<Readings>;

  it.concurrent.each<[string, WorldOptions, string]>([
    ['a good version is deployed', {}, 'deployed (completed), runs v2'],
    ['a bad version is rolled back', broken, 'rolled-back (tasks-failed), runs v1'],
    [
      'the circuit breaker rolls a bad version back',
      { ...broken, ...(breaker && { service: breaker }) },
      'rolled-back (circuit-breaker), runs v1',
    ],
  ])('%s', async (_, options, end) => {
    expect(await ends(all, options)).toBe(end);
  });
});
