import { ContinueServiceDeploymentCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Fargate } from '../../local/fargate.ts';
import { others, type Watch } from './service.ts';
import { pauseAnswer, type StrategyCase } from './strategy-case.ts';

/** Long enough that the run describes the deployment while it is paused. */
const answerSeconds = 20;

/** Has others answer the pauses of the service's deployments, as the case says. */
export function answerPauses(
  strategy: StrategyCase,
  fargate: Fargate,
  watch: Watch,
): { readonly isActing: () => boolean; readonly stop: () => void } {
  const known = new Set<string>();
  let open = 0;
  const answer = async (
    serviceDeploymentArn: string,
    hookId: string,
    action: 'CONTINUE' | 'ROLLBACK',
  ): Promise<void> => {
    const ecs = new ECSClient({
      endpoint: fargate.endpoint,
      region: fargate.account.region,
      credentials: others,
      maxAttempts: 1,
    });
    open++;
    try {
      await ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
    } catch {
      // It ended meanwhile.
    } finally {
      open--;
      ecs.destroy();
    }
  };
  const stop = fargate.ecs.onChange(() => {
    const { arn, stage, pauses = [] } = watch.inFlight() ?? {};
    const action = pauseAnswer(strategy, stage);
    if (arn === undefined || action === undefined) return;
    for (const hookId of pauses.filter((id) => !known.has(id))) {
      known.add(hookId);
      fargate.clock.after(answerSeconds, () => void answer(arn, hookId, action));
    }
  });
  return { isActing: () => open > 0, stop };
}
