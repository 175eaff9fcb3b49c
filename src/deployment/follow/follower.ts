import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentInFlight, ServiceState } from '../../service/describe.ts';
import { type FindUpdate, findUpdate } from '../../service/find-update.ts';
import { type IdentifiedDeployment, primaryOf } from '../../service/primary.ts';
import { answerHook } from '../answer-hook.ts';
import { judge } from '../judge.ts';
import { type Narration, type NarrationState, narrate } from '../narrate.ts';
import { createObserver, type Observer, type ObserverOptions } from '../observe/observe.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { RolloutPolicy } from '../policy.ts';
import { type AwaitRollbackOptions, awaitRollback } from '../rollback/await-rollback.ts';
import type { RollbackEnd } from '../rollback/end-of-rollback.ts';
import type { RollbackOptions, RollbackStart } from '../rollback/rollback-start.ts';
import { startRollback } from '../rollback/start-rollback.ts';
import { type VerifyRollback, verifyRollback } from '../rollback/verify.ts';
import type { Verdict } from '../verdict.ts';

/**
 * The port between the story of a rollout and the service that carries deployments out. How a deployment is started is
 * not its business: that belongs to the `Work`.
 */
export interface Follower {
  /** The deployment that a service runs, or is on its way to. */
  current(service: Pick<Service, 'deployments'> | undefined): IdentifiedDeployment | undefined;
  /** The deployment of a service that was not over when the service was read. */
  inFlight(service: ServiceState): DeploymentInFlight | undefined;
  /** Whether a deployment was begun whose request got no answer. */
  readonly find: FindUpdate;
  observe(options: ObserverOptions): Observer;
  /** Pure. */
  judge(snapshot: Snapshot, policy: RolloutPolicy): Verdict;
  /** What is new, as lines for the log. Pure. */
  describe(
    told: NarrationState,
    snapshot: Snapshot,
    verdict: Verdict,
    times: { readonly now: number; readonly since: Date | undefined },
  ): Narration;
  /** Answers a hook at which a deployment is paused. */
  readonly answer: typeof answerHook;
  /** Begins a rollback. Never throws. */
  rollBack(options: RollbackOptions): Promise<RollbackStart>;
  awaitRollback(options: AwaitRollbackOptions): Promise<RollbackEnd>;
  /** Whether what runs after a rollback is what ran before. */
  readonly verify: VerifyRollback;
}

/**
 * ECS's own service deployments. Rolling, blue/green, linear and canary share one API (documented), in which stages,
 * weights and hooks are there or not: what the record shows is followed, never the name of the strategy.
 */
export const serviceDeployments: Follower = {
  current: primaryOf,
  inFlight: ({ inFlight }) => inFlight,
  find: findUpdate,
  observe: createObserver,
  judge,
  describe: narrate,
  answer: answerHook,
  rollBack: startRollback,
  awaitRollback,
  verify: verifyRollback,
};

/** Services of other controllers are refused when they are read (`service/unsupported.ts`). */
export function followerOf(_service: ServiceState): Follower {
  return serviceDeployments;
}
