import type { SourceView, TaskView, View } from './view.ts';

export type Step =
  | { readonly kind: 'stop'; readonly taskId: string; readonly because: 'scaling' | 'unhealthy' }
  /** `replacing`: how many of them stand in for unhealthy tasks. */
  | {
      readonly kind: 'start';
      readonly deploymentId: string;
      readonly count: number;
      readonly replacing: number;
    }
  /** An older deployment's desired count goes down. */
  | { readonly kind: 'hold'; readonly deploymentId: string; readonly desiredCount: number }
  | { readonly kind: 'bake' }
  | { readonly kind: 'complete' }
  /** Neither percent lets anything move. */
  | { readonly kind: 'stuck' };

export interface Plan {
  /** In the order in which they are to be done. */
  readonly steps: readonly Step[];
  /** When to plan again although nothing happened. */
  readonly wakeAt: number | undefined;
}

/** The tasks as they are after the steps so far, and these steps. Kept while one plan is made. */
export type Tally = ReturnType<typeof tallyOf>;

export function tallyOf(view: View) {
  const { lower, upper } = bounds(view);
  const alive = new Set(view.tasks.filter((task) => task.state === 'alive'));
  const starting = new Map<string, { count: number; replacing: number }>();
  const stops: Step[] = [];
  const holds = new Map<string, number>();
  const wakes: number[] = [];
  const started = (id: string): number => starting.get(id)?.count ?? 0;
  const healthy = (): number => [...alive].filter((task) => task.health === 'healthy').length;
  const total = (): number => [...starting.values()].reduce((sum, one) => sum + one.count, alive.size);
  const of = (id: string): TaskView[] => [...alive].filter((task) => task.deploymentId === id);

  return {
    good: (id: string) => of(id).filter((task) => task.health !== 'unhealthy'),
    bad: (id: string) => of(id).filter((task) => task.health === 'unhealthy'),
    healthy: (id: string) => of(id).filter((task) => task.health === 'healthy'),
    total,
    started,
    room: () => Math.max(0, upper - total()),
    isShort: () => healthy() < lower,
    spare: () => healthy() - lower,
    upper,
    /** Stops a task unless it is healthy and needed, or protected; says whether it did. */
    stop: (task: TaskView, because: 'scaling' | 'unhealthy'): boolean => {
      if (task.health === 'healthy' && healthy() - 1 < lower) return false;
      const { protectedUntil = 0 } = task;
      if (because === 'scaling' && protectedUntil > view.now) {
        wakes.push(protectedUntil);
        return false;
      }
      alive.delete(task);
      stops.push({ kind: 'stop', taskId: task.id, because });
      return true;
    },
    start: (id: string, count: number, replacing: number) => {
      if (count > 0) starting.set(id, { count: started(id) + count, replacing });
    },
    hold: (source: SourceView, count: number) => {
      if (count < source.desiredCount) holds.set(source.id, count);
    },
    held: (source: SourceView) => holds.get(source.id) ?? source.desiredCount,
    wake: (at: number) => wakes.push(at),
    wakeAt: () => (wakes.length === 0 ? undefined : Math.min(...wakes)),
    steps: (): Step[] => [
      ...stops,
      ...[...holds].map(
        ([deploymentId, desiredCount]): Step => ({ kind: 'hold', deploymentId, desiredCount }),
      ),
      ...[...starting].map(([deploymentId, one]): Step => ({ kind: 'start', deploymentId, ...one })),
    ],
  };
}

/** How many healthy tasks must remain and how many may run or start (documented, with the rounding). */
export function bounds(view: Pick<View, 'desiredCount' | 'minimumHealthyPercent' | 'maximumPercent'>): {
  readonly lower: number;
  readonly upper: number;
} {
  return {
    lower: Math.ceil((view.desiredCount * view.minimumHealthyPercent) / 100),
    upper: Math.floor((view.desiredCount * view.maximumPercent) / 100),
  };
}
