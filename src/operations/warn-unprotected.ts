import type { ServiceChange } from '../plan/decide/service.ts';
import type { Run } from '../run/run.ts';
import type { ServiceState } from '../service/describe.ts';
import { breakerRollsBack } from '../service/settings.ts';

/** Longer names would make the notice longer than a line. */
const longestName = 30;

/**
 * Says in one line which of the services that are about to be deployed have nothing that rolls them back when the runner
 * is lost. Strategies that shift traffic have circuit breakers too: AWS's guide speaks of rolling updates alone, but real
 * blue/green deployments end by them (observed).
 */
export function warnUnprotected(
  { log }: Pick<Run, 'log'>,
  services: readonly { readonly seen: ServiceState; readonly update: ServiceChange }[],
): void {
  const unprotected = services.filter(
    ({ seen, update }) =>
      update.kind === 'update' && update.deploys && !breakerRollsBack(seen.document, update.settings),
  );
  const [first, ...others] = unprotected;
  if (first === undefined) return;
  const { name } = first.seen;
  const one = name.length > longestName ? 'the service' : name;
  const who = others.length === 0 ? one : `${unprotected.length} services`;
  log.notice(
    `No circuit breaker rolls ${who} back if the runner is lost: docs/security.md#the-circuit-breaker`,
  );
}
