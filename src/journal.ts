import type { WayBack } from './service/way-back.ts';

/**
 * What this run has begun. Each entry is saved before the call that it announces, so that `post`, which runs even
 * when the step was killed, knows of work that was cut off in the middle.
 */
export interface Journal {
  readonly entries: readonly Entry[];
  /** Saves the entry, then returns. */
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
  /** The way back was taken, or is about to be. */
  | { readonly kind: 'undo'; readonly serviceArn: string }
  /** Nothing is left to do for this service, whatever its deployment's end. */
  | { readonly kind: 'settled'; readonly serviceArn: string };

/** All that is needed to find the deployment of an UpdateService again and to undo it. */
export interface Update {
  readonly region: string | undefined;
  readonly cluster: string;
  readonly serviceArn: string;
  /** What UpdateService sets. */
  readonly taskDefinitionArn: string;
  /** PRIMARY's id before it. */
  readonly previousDeploymentId: string | undefined;
  readonly wayBack: WayBack | undefined;
  /** `rollback: true`, `on-cancel: rollback` and a run that waits: what a cut off run wants done. */
  readonly undoWhenCutOff: boolean;
}

/** @param save writes the whole journal, synchronously, where `post` finds it */
export function openJournal(save: (text: string) => void, text = ''): Journal {
  const entries: Entry[] = text === '' ? [] : (JSON.parse(text) as Entry[]);
  return {
    entries,
    note: (entry) => {
      entries.push(entry);
      save(JSON.stringify(entries));
    },
  };
}

/** What a journal says is unfinished. */
export interface Unfinished {
  readonly dockerLooks: readonly string[];
  readonly dockerConfigs: readonly string[];
  readonly rollouts: readonly {
    readonly update: Update;
    readonly deploymentId: string | undefined;
    readonly undoBegun: boolean;
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
      const of = (kind: 'deployment' | 'undo') =>
        entries.find((other) => other.kind === kind && other.serviceArn === entry.update.serviceArn);
      const deployment = of('deployment');
      return {
        update: entry.update,
        deploymentId: deployment?.kind === 'deployment' ? deployment.deploymentId : undefined,
        undoBegun: of('undo') !== undefined,
      };
    }),
  };
}
