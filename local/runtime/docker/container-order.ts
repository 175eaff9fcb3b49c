import type { Container, Dependency } from '../container.ts';

/** What is known of a container that others may wait for. */
export type ContainerState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' }
  | { readonly kind: 'exited'; readonly exitCode: number };

export interface Startable {
  /** Containers whose every condition is met and that still wait. */
  readonly start: readonly string[];
  /** The first container that can never start, and the dependency to blame. */
  readonly blocked: { readonly container: string; readonly dependency: Dependency } | undefined;
}

/**
 * Which containers can start now, by `dependsOn` [documented]: START needs the other one to have started, COMPLETE to
 * have exited, SUCCESS to have exited with 0, HEALTHY to have passed its health check.
 */
export function startable(
  containers: readonly Container[],
  states: Readonly<Record<string, ContainerState>>,
): Startable {
  const start: string[] = [];
  let blocked: Startable['blocked'];
  for (const { name, dependsOn } of containers) {
    if (states[name]?.kind !== 'waiting') continue;
    const verdicts = dependsOn.map((dependency) => verdict(dependency, states[dependency.container]));
    const never = dependsOn[verdicts.indexOf('never')];
    if (never !== undefined) blocked ??= { container: name, dependency: never };
    else if (verdicts.every((one) => one === 'met')) start.push(name);
  }
  return { start, blocked };
}

function verdict({ condition }: Dependency, state: ContainerState | undefined): 'met' | 'not-yet' | 'never' {
  if (state === undefined) return 'never';
  if (state.kind === 'waiting') return 'not-yet';
  if (state.kind === 'exited') {
    const hasFailed = condition === 'HEALTHY' || (condition === 'SUCCESS' && state.exitCode !== 0);
    return hasFailed ? 'never' : 'met';
  }
  if (condition === 'START') return 'met';
  if (condition !== 'HEALTHY' || state.health === 'UNKNOWN') return 'not-yet';
  return state.health === 'HEALTHY' ? 'met' : 'never';
}

/**
 * The order in which containers are stopped, in groups that stop together: those that depend on others first, the
 * reverse of the start [documented].
 */
export function stopOrder(containers: readonly Container[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let left = containers;
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ dependsOn }) => dependsOn.map(({ container }) => container)));
    const free = left.filter(({ name }) => !needed.has(name));
    // Registering refuses a circle; should there be one, all of it stops together.
    const group = free.length > 0 ? free : left;
    groups.push(group.map(({ name }) => name));
    left = left.filter((container) => !group.includes(container));
  }
  return groups;
}
