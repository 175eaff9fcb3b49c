import { documentOf, flagOf, numberOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { shiftsTraffic } from '../model/strategy.ts';
import { invalidParameter } from './refusals.ts';

/** Refuses `earlySuccessCriteria` that ECS refuses (the limits are documented, the texts ours). */
export function checkEarlySuccess(configuration: Document | undefined): void {
  const criteria = documentOf(configuration, 'earlySuccessCriteria');
  if (flagOf(criteria, 'enable') !== true) return;
  const percent = numberOf(criteria, 'healthyPercent');
  const cleanup = textOf(criteria, 'sourceServiceRevisionCleanup');
  if (percent === undefined || cleanup === undefined) {
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup are required when earlySuccessCriteria are enabled.',
    );
  }
  if (cleanup !== 'BLOCKING' && cleanup !== 'DEFERRED') {
    throw invalidParameter('sourceServiceRevisionCleanup should be one of [BLOCKING,DEFERRED]');
  }
  const least = numberOf(configuration, 'minimumHealthyPercent') ?? 100;
  if (!Number.isInteger(percent) || percent > 100 || percent < least) {
    throw invalidParameter('healthyPercent must be between minimumHealthyPercent and 100.');
  }
  if (shiftsTraffic(configuration)) {
    throw invalidParameter('earlySuccessCriteria are only valid for the strategy ROLLING.');
  }
}
