import { documentOf, documentsOf, isGiven, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Readings } from '../model/readings.ts';
import { shiftsTraffic } from '../model/strategy.ts';
import { invalidParameter } from './refusals.ts';

/** Refuses a strategy and its members that ECS refuses (the ranges are documented, the texts ours). */
export function checkStrategy(
  settings: Document,
  controller: string,
  { headlessGradual }: Pick<Readings, 'headlessGradual'>,
): void {
  const configuration = documentOf(settings, 'deploymentConfiguration') ?? {};
  const strategy = textOf(configuration, 'strategy') ?? 'ROLLING';
  if (!['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'].includes(strategy)) {
    throw invalidParameter(`Invalid deployment strategy '${strategy}'.`);
  }
  if (shiftsTraffic(configuration) && controller !== 'ECS') {
    throw invalidParameter(`The strategy ${strategy} needs the deployment controller ECS.`);
  }
  checkMembers(configuration, strategy);
  const isGradual = strategy === 'LINEAR' || strategy === 'CANARY';
  if (isGradual && headlessGradual === 'refused' && !hasTraffic(settings)) {
    throw invalidParameter(`The strategy ${strategy} needs a load balancer or Service Connect.`);
  }
}

function checkMembers(configuration: Document, strategy: string): void {
  if (strategy === 'BLUE_GREEN' && !isGiven(configuration, 'bakeTimeInMinutes')) {
    throw invalidParameter('bakeTimeInMinutes is required for the strategy BLUE_GREEN.');
  }
  checkMinutes(configuration, 'bakeTimeInMinutes');
  for (const [member, owner] of [
    ['linearConfiguration', 'LINEAR'],
    ['canaryConfiguration', 'CANARY'],
  ] as const) {
    if (isGiven(configuration, member) && strategy !== owner) {
      throw invalidParameter(`${member} is only valid for the strategy ${owner}.`);
    }
  }
  const linear = documentOf(configuration, 'linearConfiguration');
  checkPercent(linear, 'stepPercent', 3);
  checkMinutes(linear, 'stepBakeTimeInMinutes');
  const canary = documentOf(configuration, 'canaryConfiguration');
  checkPercent(canary, 'canaryPercent', 0.1);
  checkMinutes(canary, 'canaryBakeTimeInMinutes');
}

/** Documented: up to 100.0 in steps of 0.1. */
function checkPercent(document: Document | undefined, member: string, least: number): void {
  const percent = numberOf(document, member) ?? 100;
  const isTenth = Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-6;
  if (percent < least || percent > 100 || !isTenth) {
    throw invalidParameter(`${member} must be between ${least} and 100 in increments of 0.1.`);
  }
}

function checkMinutes(document: Document | undefined, member: string): void {
  const minutes = numberOf(document, member) ?? 0;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > 1440) {
    throw invalidParameter(`${member} must be between 0 and 1440.`);
  }
}

function hasTraffic(settings: Document): boolean {
  return (
    documentsOf(settings, 'loadBalancers').length > 0 ||
    documentsOf(settings, 'vpcLatticeConfigurations').length > 0 ||
    isGiven(settings, 'serviceConnectConfiguration')
  );
}
