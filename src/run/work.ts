import type { RollbackTarget } from '../reference/rollback-target.ts';

/** What each kind of work says of itself, before its first call: all that `post` needs to finish it. */
interface Intents {
  /** One UpdateService. */
  readonly 'service-update': {
    readonly clusterArn: string;
    readonly serviceArn: string;
    /** What UpdateService sets. */
    readonly taskDefinitionArn: string;
    /** Whether it begins a deployment. One that only sets a count or other settings leaves nothing to roll back. */
    readonly deploys: boolean;
    /** PRIMARY's id before it. */
    readonly previousDeploymentId: string | undefined;
    readonly rollbackTarget: RollbackTarget | undefined;
    /** Whether a run that is cut off wants it rolled back: it waits, with `rollback: true` and `on-cancel: rollback`. */
    readonly rollsBackWhenCutOff: boolean;
    /** `health-check-url` is set: until it has answered as wanted, a deployment that ECS completed is rolled back too. */
    readonly awaitsHealthCheck: boolean;
  };
  /** Docker commands that carry this mark in their environment; they ask which engine and builder there are. */
  readonly 'docker-command': { readonly mark: string };
  /** A private folder with a Docker configuration, which may hold a registry's password, and the commands that use it. */
  readonly 'docker-config': { readonly path: string };
}

export type WorkKind = keyof Intents;

/**
 * What a run can begin and leave open. A new kind needs an entry in `Intents`, a name, checks for what is read back
 * (`parse-work.ts`) and a finisher (`operations/finish.ts`).
 */
export type Work<K extends WorkKind = WorkKind> = {
  readonly [P in K]: { readonly kind: P } & Intents[P];
}[K];

/** How far a work has come. */
export interface Progress {
  /** The deployment that the update began, once AWS has answered or it was found by its identity. */
  readonly foundId?: string | undefined;
  /** The rollback was requested, or is about to be. */
  readonly isRollingBack: boolean;
  /** Whether it is rolled back though ECS completes it: its tasks keep failing, or a check of ours does. */
  readonly rollsBackCompleted: boolean;
}

/** A work that was begun and is not done. */
export interface OpenWork {
  readonly work: Work;
  readonly progress: Progress;
}

/** Names a work within its run. */
export function nameOfWork(work: Work): string {
  switch (work.kind) {
    case 'service-update':
      return work.serviceArn;
    case 'docker-command':
      return work.mark;
    case 'docker-config':
      return work.path;
    default:
      return work satisfies never;
  }
}
