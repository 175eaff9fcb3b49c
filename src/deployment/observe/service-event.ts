import type { ServiceEvent } from '@aws-sdk/client-ecs';
import { plain } from '../../text/sanitize.ts';

/** A warning of ECS about the service, in a text that is fit for printing. */
export interface Warning {
  readonly id: string;
  readonly message: string;
}

/**
 * The events in which ECS warns, in their order (newest first). The others repeat what the counts say, and older ones
 * than `since` speak of other deployments. Events have no kind, so the words decide; names of the account's own stand
 * in parentheses (observed in real logs) and are not read: a service may be called failover.
 */
export function warningsOf(events: readonly ServiceEvent[], since: Date | undefined): readonly Warning[] {
  return events
    .filter(({ createdAt }) => createdAt === undefined || since === undefined || createdAt >= since)
    .map(({ id = '', message = '' }) => ({ id, message: plain(message, 500) }))
    .filter(({ message }) => telling.test(message.replaceAll(names, '')));
}

const names = /\((service|task|taskSet|task set|target-group|deployment|instance|port|cluster) [^()]*\)/gi;
const telling =
  /unable|unhealthy|not healthy|fail|error|throttl|misconfigured|can no longer|could not|rolling back|alarm detected/i;
