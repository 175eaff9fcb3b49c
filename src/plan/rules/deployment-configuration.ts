import { UpdateServiceRequest$ } from '@aws-sdk/client-ecs';
import { shapeOf } from '../../task-definition/document-shape.ts';
import { isJsonObject, type JsonObject, numberIn, objectIn, textIn } from '../../text/json.ts';
import { checkEnum } from './enum-values.ts';
import { unknownWithin } from './misspelt.ts';
import { checkRanges, type Rule, type ServiceOfTask, type Violation, violation } from './rule.ts';
import { misfits } from './value-type.ts';

const place = 'service.deploymentConfiguration';

/** The shape of what the input `deployment-configuration` sets, as the SDK has it. */
const shape = shapeOf(UpdateServiceRequest$);
const configurationShape =
  shape.kind === 'structure' ? shape.members.get('deploymentConfiguration')?.() : undefined;

/**
 * Members of the input that ECS would pass over, or that are newer than the SDK in this bundle. What the service has
 * already is ECS's own word.
 */
export const configurationKeyRule: Rule<ServiceOfTask> = {
  name: 'configuration-key',
  check: ({ configuration }) =>
    configurationShape === undefined
      ? []
      : unknownWithin(configuration, configurationShape, 'deployment-configuration').map((unknown) => ({
          ...unknown,
          severity: 'warning',
        })),
};

/** Values of the input of another type than ECS takes, which it refuses without a word about the place. */
export const configurationTypeRule: Rule<ServiceOfTask> = {
  name: 'configuration-type',
  check: ({ configuration }) =>
    configurationShape === undefined
      ? []
      : misfits(configuration, configurationShape, 'deployment-configuration'),
};

/** Members that belong together, and their bounds (API reference). */
export const configurationRule: Rule<ServiceOfTask> = {
  name: 'deployment-configuration',
  check: ({ service }) => {
    const configuration = objectIn(service.deploymentConfiguration);
    const breaker = objectIn(configuration.deploymentCircuitBreaker);
    const threshold = `${place}.deploymentCircuitBreaker.thresholdConfiguration`;
    return [
      ...checkRanges(place, configuration, [['minimumHealthyPercent', 0, 100]]),
      ...checkComplete(configuration, 'deploymentCircuitBreaker', ['enable', 'rollback'], place),
      ...checkComplete(configuration, 'alarms', ['alarmNames', 'enable', 'rollback'], place),
      ...checkComplete(
        breaker,
        'thresholdConfiguration',
        ['type', 'value'],
        `${place}.deploymentCircuitBreaker`,
      ),
      ...checkEnum(objectIn(breaker.thresholdConfiguration), threshold, 'type', thresholdTypes),
      ...checkEarlySuccess(configuration),
    ];
  },
};

const thresholdTypes = ['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT'];

/** Members that the API marks as required. */
function checkComplete(
  of: JsonObject,
  member: string,
  required: readonly string[],
  at: string,
): readonly Violation[] {
  const value = of[member];
  if (!isJsonObject(value)) return [];
  const missing = required.filter((name) => value[name] === undefined);
  if (missing.length === 0) return [];
  const message = `${member} has no ${missing.join(' and no ')}, which ECS requires.`;
  return violation(at, member, message, `Add ${missing.join(' and ')}.`);
}

/**
 * "You must also specify healthyPercent and sourceServiceRevisionCleanup"; the percentage is "greater than or equal to the
 * minimumHealthyPercent" (API reference). It is for rolling deployments; what ECS says with another strategy isn't documented.
 */
function checkEarlySuccess(configuration: JsonObject): readonly Violation[] {
  const criteria = objectIn(configuration.earlySuccessCriteria);
  if (criteria.enable !== true) return [];
  const at = `${place}.earlySuccessCriteria`;
  const least = numberIn(configuration.minimumHealthyPercent) ?? 100;
  const strategy = textIn(configuration.strategy) ?? 'ROLLING';
  return [
    ...checkComplete(
      configuration,
      'earlySuccessCriteria',
      ['healthyPercent', 'sourceServiceRevisionCleanup'],
      place,
    ),
    ...checkRanges(at, criteria, [['healthyPercent', least, 100]]),
    ...checkEnum(criteria, at, 'sourceServiceRevisionCleanup', ['BLOCKING', 'DEFERRED']),
    ...(strategy === 'ROLLING'
      ? []
      : violation(
          at,
          'enable',
          `earlySuccessCriteria are for ROLLING, and the strategy is ${strategy}.`,
          'Set earlySuccessCriteria to {enable: false} in deployment-configuration.',
          { severity: 'warning' },
        )),
  ];
}
