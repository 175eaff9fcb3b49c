import { listIn, numberIn, objectIn, textIn } from '../../text/json.ts';
import type { Rule, ServiceOfTask, Violation } from './rule.ts';

/** What a capacity provider strategy may hold (documented); ECS refuses another one when the service is updated. */
export const capacityProvidersRule: Rule<ServiceOfTask> = {
  name: 'capacity-providers',
  check: ({ service }) => {
    const providers = listIn(service.capacityProviderStrategy).map(objectIn);
    const based = providers.filter(({ base }) => (numberIn(base) ?? 0) > 0);
    const hasWeight = providers.some(({ weight }) => (numberIn(weight) ?? 0) > 0);
    return [
      ...(based.length <= 1
        ? []
        : [
            violation(
              `${based.map(({ capacityProvider }) => textIn(capacityProvider)).join(', ')} have a base; one capacity provider may have one.`,
              'Keep one base.',
            ),
          ]),
      ...(providers.length <= 1 || hasWeight
        ? []
        : [
            violation(
              'No capacity provider has a weight above 0, so that no task could be placed beyond the base.',
              'Give one of them weight=1 or more.',
            ),
          ]),
      ...(providers.length <= 20
        ? []
        : [
            violation(
              `There are ${providers.length} capacity providers; a strategy has up to 20.`,
              'Remove some.',
            ),
          ]),
    ];
  },
};

function violation(message: string, fix: string): Violation {
  return { place: 'service.capacityProviderStrategy', message, fix };
}
