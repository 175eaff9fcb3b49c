import { documentOf, documentsOf, numberOf, textOf, textsOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { invalidParameter } from './refusals.ts';

const hookStages = new Set([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);

/** Stages in which traffic moves: Lambda functions only (documented). */
const shiftStages = new Set(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

const mostOfAType = 10;
const longestTimeoutMinutes = 20_160;

/** Refuses lifecycle hooks that ECS refuses (the texts on target type and pause stage are documented, the others ours). */
export function checkLifecycleHooks(configuration: Document | undefined): void {
  const hooks = documentsOf(configuration, 'lifecycleHooks');
  for (const hook of hooks) checkHook(hook);
  for (const type of ['AWS_LAMBDA', 'PAUSE']) {
    if (hooks.filter((hook) => typeOf(hook) === type).length > mostOfAType) {
      throw invalidParameter(
        `A service can have at most ${mostOfAType} lifecycle hooks of the type ${type}.`,
      );
    }
  }
}

function checkHook(hook: Document): void {
  const type = typeOf(hook);
  if (type !== 'AWS_LAMBDA' && type !== 'PAUSE') {
    throw invalidParameter('Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE');
  }
  const stages = textsOf(hook, 'lifecycleStages');
  if (stages.length === 0) throw invalidParameter('lifecycleStages cannot be empty.');
  if (type === 'PAUSE' && stages.some((stage) => !hookStages.has(stage) || shiftStages.has(stage))) {
    throw invalidParameter('Invalid lifecycle stage provided for Pause Hook');
  }
  const unknown = stages.find((stage) => !hookStages.has(stage));
  if (unknown !== undefined) throw invalidParameter(`Invalid lifecycle stage '${unknown}'.`);
  if (type === 'AWS_LAMBDA' && textOf(hook, 'hookTargetArn') === undefined) {
    throw invalidParameter('hookTargetArn is required for a lifecycle hook of the type AWS_LAMBDA.');
  }
  checkTimeout(documentOf(hook, 'timeoutConfiguration'));
}

/** The model's maximum; the guide says 1440 minutes for Lambda functions. */
function checkTimeout(timeout: Document | undefined): void {
  const minutes = numberOf(timeout, 'timeoutInMinutes') ?? 1440;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > longestTimeoutMinutes) {
    throw invalidParameter(`timeoutInMinutes must be between 1 and ${longestTimeoutMinutes}.`);
  }
  const action = textOf(timeout, 'action') ?? 'ROLLBACK';
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') {
    throw invalidParameter('action should be one of [CONTINUE,ROLLBACK]');
  }
}

const typeOf = (hook: Document): string => textOf(hook, 'targetType') ?? 'AWS_LAMBDA';
