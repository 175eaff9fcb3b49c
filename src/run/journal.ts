import type { RollbackTarget } from '../reference/rollback-target.ts';

/**
 * What this run has begun. Each entry is saved before the call that it announces, so that `post`, which runs even
 * when the step was killed, knows of work that was cut off in the middle.
 */
export interface Journal {
  readonly entries: readonly Entry[];
  /** Saves the entry, then returns. @throws Failure when it can't, and what the entry announces isn't done yet */
  note(entry: Entry): void;
}

export type Entry =
  /** Docker commands that carry this mark are about to be started, to look what there is to build with. */
  | { readonly kind: 'docker-look'; readonly mark: string }
  | { readonly kind: 'docker-look-ended'; readonly mark: string }
  /** A private Docker configuration is about to be made, which may hold a registry's password. */
  | { readonly kind: 'docker-config'; readonly path: string }
  | { readonly kind: 'docker-config-removed'; readonly path: string }
  /** UpdateService is about to be sent. */
  | { readonly kind: 'update'; readonly update: Update }
  /** It was answered, or found by its identity. */
  | { readonly kind: 'deployment'; readonly serviceArn: string; readonly deploymentId: string }
  /** ECS has completed it, but its tasks had failed: whether more do is being watched, and until then it isn't believed. */
  | { readonly kind: 'watching'; readonly serviceArn: string }
  /** The way back was taken, or is about to be. */
  | {
      readonly kind: 'rollback';
      readonly serviceArn: string;
      /** Whether it is taken back though ECS completes it: its tasks keep failing, or a check of ours does. */
      readonly rollsBackCompleted?: boolean;
    }
  /** Nothing is left to do for this service, whatever its deployment's end. */
  | { readonly kind: 'settled'; readonly serviceArn: string };

/** All that is needed to find the deployment of an UpdateService again and to undo it. */
export interface Update {
  readonly region: string | undefined;
  readonly cluster: string;
  readonly serviceArn: string;
  /** What UpdateService sets. */
  readonly taskDefinitionArn: string;
  /** Whether it begins a deployment. One that only sets a count or other settings leaves nothing to undo. */
  readonly deploys: boolean;
  /** PRIMARY's id before it. */
  readonly previousDeploymentId: string | undefined;
  readonly rollbackTarget: RollbackTarget | undefined;
  /** `rollback: true`, `on-cancel: rollback` and a run that waits: what a cut off run wants done. */
  readonly rollsBackWhenCutOff: boolean;
  /** `health-check-url` is set: until it has answered as wanted, a deployment that ECS completed is undone all the same. */
  readonly awaitsHealthCheck: boolean;
}

export interface JournalOptions {
  /**
   * Keeps the whole journal where `post` finds it, synchronously; an empty text when nothing is open, so that `post`
   * has nothing to do. When it throws, what the entry announces must not be done.
   */
  readonly save: (text: string) => void;
  /** The same for what is done already, or has to be done anyway: never throws. */
  readonly saveIfPossible?: (text: string) => void;
  /** What an earlier phase has noted. */
  readonly before?: readonly Entry[] | undefined;
}

export function openJournal({ save, saveIfPossible = save, before = [] }: JournalOptions): Journal {
  const entries = [...before];
  return {
    entries,
    note: (entry) => {
      entries.push(entry);
      const text = isOpen(entries) ? JSON.stringify(entries) : '';
      if (!begins.has(entry.kind)) return saveIfPossible(text);
      try {
        save(text);
      } catch (error) {
        entries.pop();
        throw error;
      }
    },
  };
}

/** The entries that announce what can still be left undone. A rollback can't. */
const begins: ReadonlySet<Entry['kind']> = new Set(['docker-look', 'docker-config', 'update']);

/** @throws Error about a text that is no journal, or only the beginning of one */
export function parseJournal(text: string): readonly Entry[] {
  if (text === '') return [];
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new Error('it is not a list');
  return entries.map((entry: unknown, index) => {
    if (!isEntry(entry)) throw new Error(`its entry ${index + 1} is not known`);
    return entry;
  });
}

/** The members that are used without a look at them, which are all texts. */
const members: Readonly<Record<Entry['kind'], readonly string[]>> = {
  'docker-look': ['mark'],
  'docker-look-ended': ['mark'],
  'docker-config': ['path'],
  'docker-config-removed': ['path'],
  update: ['update.cluster', 'update.serviceArn', 'update.taskDefinitionArn'],
  deployment: ['serviceArn', 'deploymentId'],
  watching: ['serviceArn'],
  rollback: ['serviceArn'],
  settled: ['serviceArn'],
};

function isEntry(entry: unknown): entry is Entry {
  const kind: unknown = Object(entry).kind;
  if (typeof kind !== 'string' || !Object.hasOwn(members, kind)) return false;
  return members[kind as Entry['kind']].every(
    (path) =>
      typeof path.split('.').reduce((value: unknown, name) => Object(value)[name], entry) === 'string',
  );
}

function isOpen(entries: readonly Entry[]): boolean {
  const { dockerLooks, dockerConfigs, rollouts } = unfinished(entries);
  return dockerLooks.length + dockerConfigs.length + rollouts.length > 0;
}

/** What a journal says is unfinished. */
export interface Unfinished {
  readonly dockerLooks: readonly string[];
  readonly dockerConfigs: readonly string[];
  readonly rollouts: readonly {
    readonly update: Update;
    readonly deploymentId: string | undefined;
    readonly rollbackBegun: boolean;
    readonly rollsBackCompleted: boolean;
  }[];
}

export function unfinished(entries: readonly Entry[]): Unfinished {
  const ended = new Set(entries.flatMap((entry) => (entry.kind === 'docker-look-ended' ? entry.mark : [])));
  const removed = new Set(
    entries.flatMap((entry) => (entry.kind === 'docker-config-removed' ? entry.path : [])),
  );
  const settled = new Set(entries.flatMap((entry) => (entry.kind === 'settled' ? entry.serviceArn : [])));
  return {
    dockerLooks: entries.flatMap((entry) =>
      entry.kind === 'docker-look' && !ended.has(entry.mark) ? entry.mark : [],
    ),
    dockerConfigs: entries.flatMap((entry) =>
      entry.kind === 'docker-config' && !removed.has(entry.path) ? entry.path : [],
    ),
    rollouts: entries.flatMap((entry) => {
      if (entry.kind !== 'update' || settled.has(entry.update.serviceArn)) return [];
      const of = (kind: 'deployment' | 'rollback') =>
        entries.find((other) => other.kind === kind && other.serviceArn === entry.update.serviceArn);
      const deployment = of('deployment');
      return {
        update: entry.update,
        deploymentId: deployment?.kind === 'deployment' ? deployment.deploymentId : undefined,
        rollbackBegun: of('rollback') !== undefined,
        rollsBackCompleted:
          entry.update.awaitsHealthCheck ||
          entries.some(
            (other) =>
              (other.kind === 'watching' ||
                (other.kind === 'rollback' && other.rollsBackCompleted === true)) &&
              other.serviceArn === entry.update.serviceArn,
          ),
      };
    }),
  };
}
