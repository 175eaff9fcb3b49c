import { documentOf, flagOf, isGiven, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Readings } from '../model/readings.ts';
import { checkEarlySuccess } from './early-success.ts';
import { checkLifecycleHooks } from './lifecycle-hooks.ts';
import { invalidParameter } from './refusals.ts';
import { checkStrategy } from './strategy.ts';

/** Refuses a `deploymentConfiguration` that ECS refuses (the ranges are documented, the texts ours). */
export function checkDeploymentConfiguration(settings: Document, readings: Readings): void {
  const configuration = documentOf(settings, 'deploymentConfiguration');
  checkStrategy(settings, controllerOf(settings), readings);
  checkLifecycleHooks(configuration);
  const least = numberOf(configuration, 'minimumHealthyPercent') ?? 100;
  const most = numberOf(configuration, 'maximumPercent') ?? 200;
  if (least < 0 || least > 100) throw invalidParameter('minimumHealthyPercent must be between 0 and 100.');
  if (most < 100) throw invalidParameter('maximumPercent must be at least 100.');
  checkThreshold(documentOf(configuration, 'deploymentCircuitBreaker'));
  checkEarlySuccess(configuration);
}

/** The deployment controller of a service. */
export function controllerOf(settings: Document): string {
  return textOf(documentOf(settings, 'deploymentController'), 'type') ?? 'ECS';
}

/**
 * Refuses what UpdateService leaves to CodeDeploy or to task sets (documented; the text about task definitions is
 * widely quoted, the others are after its pattern). A service that the same call hands over to the controller ECS may be updated (documented).
 */
export function checkController(before: Document, input: Document): void {
  const controller = controllerOf(isGiven(input, 'deploymentController') ? input : before);
  if (controller === 'ECS') return;
  const asked =
    flagOf(input, 'forceNewDeployment') === true
      ? 'force a new deployment'
      : leftToOthers.find(([member]) => isGiven(input, member))?.[1];
  if (asked === undefined) return;
  const how =
    controller === 'CODE_DEPLOY'
      ? 'Use AWS CodeDeploy to trigger a new deployment.'
      : 'Use task sets to deploy.';
  throw invalidParameter(`Unable to ${asked} on services with a ${controller} deployment controller. ${how}`);
}

const leftToOthers = [
  ['taskDefinition', 'update task definition'],
  ['networkConfiguration', 'update network parameters'],
  ['platformVersion', 'update platform version'],
  ['loadBalancers', 'update load balancers'],
] as const;

function checkThreshold(breaker: Document | undefined): void {
  const threshold = documentOf(breaker, 'thresholdConfiguration');
  if (threshold === undefined) return;
  const value = numberOf(threshold, 'value') ?? 0;
  const type = textOf(threshold, 'type') ?? '';
  const isKnown = ['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'].includes(type);
  if (!isKnown || value < 1 || (type !== 'COUNT' && value > 100)) {
    throw invalidParameter('The threshold of the deployment circuit breaker is out of range.');
  }
}
