import {
  DeleteServiceCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { ManualClock } from '../../local/base/clock.ts';
import type { Fargate } from '../../local/fargate.ts';
import type { RolloutCase } from './rollout-case.ts';
import { cluster, others, type Watch } from './service.ts';

/** What autoscaling wants: no count that a case or its inputs have. */
export const scaledCount = 5;

/** What others do while a rollout goes on. */
export interface Disturbance {
  /** Starts its time: called when the deployment begins; later calls do nothing. */
  arm(): void;
  hasBegun(): boolean;
  /** Whether the service was given `scaledCount`. */
  hasScaled(): boolean;
  isActing(): boolean;
  /** Resolves when what has begun is done; never begins anything. */
  ended(): Promise<void>;
}

export function disturb(
  { interference }: RolloutCase,
  {
    fargate,
    clock,
    watch,
    cancel,
  }: {
    readonly fargate: Fargate;
    readonly clock: ManualClock;
    readonly watch: Watch;
    readonly cancel: () => void;
  },
): Disturbance {
  let isArmed = false;
  let isOver = false;
  let isActing = false;
  let hasScaled = false;
  let doing: Promise<void> | undefined;

  const act = async (): Promise<void> => {
    const ecs = new ECSClient({
      endpoint: fargate.endpoint,
      region: fargate.account.region,
      credentials: others,
      maxAttempts: 1,
    });
    const service = { cluster, service: 'web' };
    try {
      if (interference === undefined) return;
      switch (interference.kind) {
        case 'another deployment':
          await ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: 'web:2' }));
          return;
        case 'scale':
          await ecs.send(new UpdateServiceCommand({ ...service, desiredCount: scaledCount }));
          hasScaled = true;
          return;
        case 'delete':
          await ecs.send(new DeleteServiceCommand({ ...service, force: true }));
          return;
        case 'stop with rollback': {
          const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand(service));
          const newest = serviceDeployments.toSorted(
            (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
          )[0];
          await ecs.send(
            new StopServiceDeploymentCommand({
              serviceDeploymentArn: newest?.serviceDeploymentArn,
              stopType: 'ROLLBACK',
            }),
          );
          return;
        }
        case 'alarm':
          return fargate.ecs.interfere.setAlarm('errors', 'ALARM');
        case 'cancel':
          return cancel();
        case 'credentials end':
          fargate.faults.add({ service: 'ecs', fault: { kind: 'expired' }, times: 'always' });
          return;
        case 'spot reclaim': {
          const primary = watch.primary();
          for (const task of fargate.ecs.snapshot().tasks) {
            if (task.startedBy !== primary?.id || task.lastStatus !== 'RUNNING') continue;
            fargate.ecs.interfere.endTask(
              `arn:aws:ecs:${fargate.account.region}:${fargate.account.accountId}:task/${cluster}/${task.taskId}`,
              { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
            );
          }
          return;
        }
        default:
          return interference.kind satisfies never;
      }
    } catch {
      // A fault hit it, or there is nothing to stop: then nobody disturbed.
    } finally {
      ecs.destroy();
    }
  };

  return {
    arm: () => {
      if (isArmed || isOver || interference === undefined) return;
      isArmed = true;
      clock.after(Math.max(0.5, interference.afterSeconds), () => {
        if (isOver) return;
        isActing = true;
        doing = act().finally(() => {
          isActing = false;
        });
      });
    },
    hasBegun: () => doing !== undefined,
    hasScaled: () => hasScaled,
    isActing: () => isActing,
    ended: async () => {
      isOver = true;
      await doing;
    },
  };
}
