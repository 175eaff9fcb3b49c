import type { ProtectedTask, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { inUtc } from '../../text/time.ts';

/** Old tasks that ECS does not stop, because they have asked for it (scale-in protection, documented). */
export interface Protection {
  readonly count: number;
  /** When the last of them loses it unless it is renewed; undefined where ECS does not tell. */
  readonly until: Date | undefined;
}

/** Undefined where no task is protected. Pure. */
export function protectionOf(tasks: readonly ProtectedTask[]): Protection | undefined {
  const held = tasks.filter(({ protectionEnabled }) => protectionEnabled === true);
  if (held.length === 0) return undefined;
  const times = held.flatMap(({ expirationDate }) => expirationDate?.getTime() ?? []);
  return { count: held.length, until: times.length === 0 ? undefined : new Date(Math.max(...times)) };
}

/** What holds a deployment up, and what ends it. */
export function heldBy({ count, until }: Protection): string {
  const tasks = count === 1 ? '1 old task is' : `${count} old tasks are`;
  const their = count === 1 ? 'its program ends' : 'their programs end';
  const end = until === undefined ? '' : `, at ${inUtc(until)} at the latest`;
  return `${tasks} protected from scale-in until ${their} that${end} (unless it is renewed)`;
}

/** Whether the new tasks are up while old ones still run. Pure. */
export function oldTasksStay({
  deploymentId,
  desiredCount,
  service,
  serviceDeployment,
}: {
  readonly deploymentId: string;
  /** Counts for as long as no reading of the service shows it. */
  readonly desiredCount: number;
  readonly service: Service | undefined;
  readonly serviceDeployment: ServiceDeployment | undefined;
}): boolean {
  const own = service?.deployments?.find(({ id }) => id === deploymentId);
  const wanted = service?.desiredCount ?? desiredCount;
  const running = serviceDeployment?.targetServiceRevision?.runningTaskCount ?? own?.runningCount ?? 0;
  const old = serviceDeployment?.sourceServiceRevisions?.map(({ runningTaskCount = 0 }) => runningTaskCount);
  const others = service?.deployments
    ?.filter(({ id }) => id !== deploymentId)
    .map(({ runningCount = 0 }) => runningCount);
  return wanted > 0 && running >= wanted && (old ?? others ?? []).some((count) => count > 0);
}
