import { type JsonObject, listIn, numberIn, objectIn, wordIn } from '../../text/json.ts';
import { checkEnum, severityOf } from './enum-values.ts';
import { checkRanges, type Rule, type ServiceOfTask, type Violation, violation } from './rule.ts';

/** What ECS demands of lifecycle hooks (API reference, DeploymentLifecycleHook). */
export const lifecycleHooksRule: Rule<ServiceOfTask> = {
  name: 'lifecycle-hooks',
  check: ({ service }) => {
    const hooks = listIn(objectIn(service.deploymentConfiguration).lifecycleHooks).map(objectIn);
    return [
      ...hooks.flatMap((hook, index) => checkHook(hook, `${place}[${index}]`)),
      ...['AWS_LAMBDA', 'PAUSE'].flatMap((type) => checkCount(hooks, type)),
    ];
  },
};

const place = 'service.deploymentConfiguration.lifecycleHooks';

/** A service has up to ten hooks of each type (documented). */
function checkCount(hooks: readonly JsonObject[], type: string): readonly Violation[] {
  const count = hooks.filter((hook) => typeOf(hook) === type).length;
  if (count <= most) return [];
  return [
    {
      place,
      message: `There are ${count} hooks of the type ${type}; ECS takes ${most}.`,
      fix: 'Remove some.',
    },
  ];
}

const most = 10;

function checkHook(hook: JsonObject, at: string): readonly Violation[] {
  const type = typeOf(hook);
  // ECS says: "Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE" (documented).
  const unknown = checkEnum(hook, at, 'targetType', types);
  if (unknown.length > 0) return unknown;
  return [
    ...checkStages(hook, type, at),
    ...(type === 'AWS_LAMBDA' ? checkTarget(hook, at) : []),
    ...checkTimeout(objectIn(hook.timeoutConfiguration), type, `${at}.timeoutConfiguration`),
  ];
}

const types = ['AWS_LAMBDA', 'PAUSE'];

function checkStages({ lifecycleStages }: JsonObject, type: string, at: string): readonly Violation[] {
  const stages = listIn(lifecycleStages);
  if (stages.length === 0) {
    return violation(at, 'lifecycleStages', 'The hook has no stage.', `Name one of ${known.join(', ')}.`);
  }
  return stages.flatMap((stage): readonly Violation[] => {
    const severity = severityOf(stage, known);
    if (severity !== undefined) {
      const message = `${JSON.stringify(stage)} is no stage for a hook; ECS has ${known.join(', ')}.`;
      return violation(at, 'lifecycleStages', message, 'Use one of these.', { severity });
    }
    // ECS says: "Invalid lifecycle stage provided for Pause Hook" (documented).
    if (type !== 'PAUSE' || !shifts.has(wordIn(stage))) return [];
    return violation(
      at,
      'lifecycleStages',
      `A pause can't be at ${wordIn(stage)}, while traffic shifts.`,
      `Use PRE_PRODUCTION_TRAFFIC_SHIFT${stage === 'TEST_TRAFFIC_SHIFT' ? ' or POST_TEST_TRAFFIC_SHIFT' : ''}.`,
    );
  });
}

const known = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];
const shifts: ReadonlySet<string> = new Set(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

/** "You must provide this parameter when configuring an AWS_LAMBDA lifecycle hook" (API reference). */
function checkTarget({ hookTargetArn, roleArn }: JsonObject, at: string): readonly Violation[] {
  const target = wordIn(hookTargetArn);
  if (target === '') {
    const message = 'The hook names no function to call.';
    return violation(at, 'hookTargetArn', message, "Write the Lambda function's ARN, or targetType: PAUSE.");
  }
  if (!/^arn:[\w-]+:lambda:/.test(target)) {
    const message = `${target} doesn't look like the ARN of a Lambda function.`;
    return violation(at, 'hookTargetArn', message, "Write the function's ARN.", { severity: 'warning' });
  }
  if (wordIn(roleArn) !== '') return [];
  const message = 'The hook has no role with which ECS may call the function.';
  return violation(at, 'roleArn', message, 'Write the ARN of a role that may invoke it.', {
    severity: 'warning',
  });
}

/** The SDK's model takes up to 20160 minutes; the guide says 1440 for functions. */
function checkTimeout(timeout: JsonObject, type: string, at: string): readonly Violation[] {
  const isLong = type === 'AWS_LAMBDA' && (numberIn(timeout.timeoutInMinutes) ?? 0) <= longest;
  return [
    ...checkEnum(timeout, at, 'action', actions),
    ...checkRanges(at, timeout, [['timeoutInMinutes', 1, longest]]),
    ...(isLong ? checkRanges(at, timeout, [['timeoutInMinutes', 0, 1440]], { severity: 'warning' }) : []),
  ];
}

const actions = ['CONTINUE', 'ROLLBACK'];
const longest = 20_160;

const typeOf = ({ targetType }: JsonObject): string => wordIn(targetType) || 'AWS_LAMBDA';
