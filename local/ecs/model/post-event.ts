import { withEvent } from './events.ts';
import type { Service } from './service.ts';
import type { State } from './state.ts';

/** Posts an event of a service; one of a lasting state only once (see `withEvent`). */
export function post(state: State, service: Service, text: string, isLasting = false): void {
  const message = `(service ${service.name}) ${text}`;
  service.events = withEvent(service.events, { at: state.clock.now(), message, isLasting });
}
