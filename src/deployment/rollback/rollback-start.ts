import { type ECSClient } from '@aws-sdk/client-ecs';
import type { Calling } from '../../aws/call.ts';
import type { DeploymentRef } from '../../reference/deployment.ts';
import type { RollbackTarget } from '../../reference/rollback-target.ts';
import type { Reader } from '../../service/reader.ts';

/** The deployment that an update back has begun. */
export interface RollbackUpdate {
  readonly kind: 'by-update';
  readonly deploymentId: string;
  readonly taskDefinitionArn: string;
  /** Settings that stay, because others have changed them since. */
  readonly left: readonly string[];
}

/** How a rollback of a deployment was started; `await-rollback.ts` follows it to its end. */
export type RollbackStart =
  /** ECS rolls the deployment back, by itself or because it was asked to. */
  | {
      readonly kind: 'by-ecs';
      readonly serviceDeploymentArn: string | undefined;
      readonly asked: boolean;
      /** Settings that stay, because others have changed them since. */
      readonly left: readonly string[];
    }
  /** A new deployment of the rollback target was started. */
  | RollbackUpdate
  /** It completed before it could be rolled back, and it stays. */
  | { readonly kind: 'completed'; readonly running: number; readonly desired: number }
  /** The service runs another deployment by now (undefined: none at all), so there is nothing of ours to roll back. */
  | { readonly kind: 'not-ours'; readonly primaryId: string | undefined }
  | { readonly kind: 'no-way-back' }
  | { readonly kind: 'failed'; readonly why: string };

export interface RollbackOptions {
  readonly ecs: ECSClient;
  readonly reader: Reader;
  readonly calling: Calling;
  /** The deployment to roll back. */
  readonly deployment: DeploymentRef;
  readonly rollbackTarget: RollbackTarget | undefined;
  /** Whether a deployment that completed meanwhile is rolled back too. */
  readonly rollsBackCompleted: boolean;
}
