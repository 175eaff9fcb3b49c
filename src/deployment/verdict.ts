import type { FailureCount } from './failure-count.ts';
import type { End } from './observe/end.ts';
import type { Pause } from './observe/stage.ts';
import type { TaskFailure } from './observe/task-failure.ts';

/** What a snapshot means: wait, say that it is paused, an end that ECS decided, or an end that we decide. */
export type Verdict =
  | { readonly kind: 'waiting'; readonly phase: Phase; readonly failures: FailureCount }
  | ({ readonly kind: 'paused' } & Pause)
  /** ECS calls it completed, but tasks have failed: whether more do is waited for. */
  | { readonly kind: 'watching'; readonly failures: number; readonly seconds: number }
  /** ECS called it successful by its early success criteria, and not all tasks run yet. */
  | {
      readonly kind: 'completing';
      readonly running: number;
      readonly desired: number;
      /** The old tasks that still run, in words; empty: none. */
      readonly draining: string;
    }
  | { readonly kind: 'ended'; readonly end: End }
  | { readonly kind: 'giveUp'; readonly why: GiveUp };

export type Phase =
  | 'starting' // new tasks are not all up
  | 'finishing' // all are; old ones drain, or a bake time runs
  | 'ecs-rolling-back'
  | 'ecs-stopping'
  | 'unknown-state';

/** Why we end a rollout that ECS still pursues. */
export type GiveUp =
  | { readonly kind: 'tasks-failed'; readonly failures: readonly TaskFailure[]; readonly threshold: number }
  /** ECS has completed the deployment, and tasks fail as they did before. */
  | {
      readonly kind: 'keeps-failing';
      readonly failures: readonly TaskFailure[];
      /** How many of them since the completion. */
      readonly later: number;
      readonly watchedSeconds: number;
    }
  /** The new version did not answer test-url as wanted while it was paused. */
  | {
      readonly kind: 'test-url';
      readonly stage: string;
      readonly url: string;
      readonly attempts: number;
      readonly said: string;
    }
  | { readonly kind: 'no-progress'; readonly idleSeconds: number }
  | { readonly kind: 'time-limit'; readonly elapsedSeconds: number };
