import type { Measured, Stage } from './stage.ts';

/** Where the time goes at the end of a deployment that went well, in real milliseconds. */
export interface GoodEnd {
  readonly measured: Measured;
  /** From SUCCESSFUL on the server to the first read that could show it. */
  readonly untilRead: number;
  /** From there to the exit of the step. */
  readonly fromReadToExit: number;
  readonly untilExit: number;
}

/** Where the time goes when new tasks crash and there is no circuit breaker, in real milliseconds. */
export interface BadEnd {
  readonly measured: Measured;
  /** From the end of the third failed task to the arrival of StopServiceDeployment. */
  readonly untilStop: number;
  /** From there to ROLLBACK_SUCCESSFUL: ECS at work. */
  readonly rollback: number;
  /** From there to the exit of the step. */
  readonly untilExit: number;
}

export async function measureGood(stage: Stage, service: string): Promise<GoodEnd> {
  const measured = await stage.run([service], { image: 'v2' });
  mustBe('deployed', measured);
  const { calls, endedAt } = measured;
  const decided = await stage.deploymentEnded(service);
  const read = calls.find(({ at, operation }) => operation === 'DescribeServiceDeployments' && at >= decided);
  const readAt = read?.at ?? Number.NaN;
  return {
    measured,
    untilRead: readAt - decided,
    fromReadToExit: endedAt - readAt,
    untilExit: endedAt - decided,
  };
}

export async function measureBad(stage: Stage, service: string): Promise<BadEnd> {
  const measured = await stage.run([service], { image: 'v2' });
  mustBe('rolled-back', measured);
  const { calls, endedAt } = measured;
  const [, , third = Number.NaN] = await stage.tasksFailed(service);
  const stop = calls.find(({ operation }) => operation === 'StopServiceDeployment')?.at ?? Number.NaN;
  const rolledBack = await stage.deploymentEnded(service);
  return {
    measured,
    untilStop: stop - third,
    rollback: rolledBack - stop,
    untilExit: endedAt - rolledBack,
  };
}

/** What a workflow's cancel takes, in real milliseconds; GitHub gives the step 7.5 s before it asks again. */
export interface Cancelled {
  /** From SIGINT to the arrival of StopServiceDeployment. */
  readonly untilStop: number;
  /** From SIGINT to the exit of the step. */
  readonly untilExit: number;
}

export async function measureCancel(stage: Stage, service: string): Promise<Cancelled> {
  let sentAt = Number.NaN;
  const measured = await stage.run([service], { image: 'v2' }, async (step) => {
    await step.printed(/new tasks running/);
    sentAt = Date.now();
    step.send('SIGINT');
  });
  mustBe('cancelled', measured);
  const { calls, endedAt } = measured;
  const stop = calls.find(({ operation }) => operation === 'StopServiceDeployment')?.at ?? Number.NaN;
  return { untilStop: stop - sentAt, untilExit: endedAt - sentAt };
}

/** A step that went another way measures another thing. */
export function mustBe(result: string, { step }: Measured): void {
  if (step.outputs['result'] === result) return;
  throw new Error(`the step ended as ${step.outputs['result'] ?? 'nothing'}, not as ${result}:\n${step.log}`);
}
