import { mustBe } from './rollout.ts';
import { type Measured, startStage } from './stage.ts';

export interface Fifty {
  readonly measured: Measured;
  /** From SUCCESSFUL of the last service to the exit of the step, in real milliseconds. */
  readonly untilExit: number;
}

/**
 * One step that deploys to 50 services, against the rates that ECS publishes, in real time. All tasks take the same
 * time, so everything changes for all services at once: as bad as it gets.
 */
export async function measureFifty(): Promise<Fifty> {
  const names = Array.from({ length: 50 }, (_, index) => `web-${index + 1}`);
  const services = Object.fromEntries(names.map((name) => [name, { pullSeconds: 20 }]));
  await using stage = await startStage({ services, speed: 1, rates: 'published' });
  const measured = await stage.run(names, { image: 'v2' });
  mustBe('deployed', measured);
  return { measured, untilExit: measured.endedAt - (await stage.deploymentEnded('web-50')) };
}
