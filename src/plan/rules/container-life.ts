import { containerNamed, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, objectIn, wordIn } from '../../text/json.ts';
import { severityOf } from './enum-values.ts';
import {
  type ContainerOfTask,
  checkRanges,
  forEachContainer,
  isEmpty,
  type Rule,
  type Violation,
  violation,
} from './rule.ts';

/** The life of a container: start, health, restart and end (documented unless a comment says otherwise). */
export const containerLifeRules: readonly Rule<TaskDefinitionDocument>[] = [
  forEachContainer('health-check', ({ container, place }) => {
    if (isEmpty(container.healthCheck)) return [];
    const check = objectIn(container.healthCheck);
    const at = `${place}.healthCheck`;
    const command = listIn(check.command);
    return [
      ...(command.length === 0
        ? violation(at, 'command', 'The health check has no command.', 'Write ["CMD-SHELL", "..."].')
        : []),
      ...(command.length > 0 && command[0] !== 'CMD' && command[0] !== 'CMD-SHELL' && command[0] !== 'NONE'
        ? violation(
            at,
            'command',
            // Its first word is often the whole command, which may hold a password.
            'The command begins with something other than CMD or CMD-SHELL.',
            'Put CMD-SHELL before it.',
            // Documented as the two beginnings; that ECS refuses another one was not seen.
            { severity: 'warning', judged: command },
          )
        : []),
      ...checkRanges(at, check, healthCheckRanges),
    ];
  }),
  forEachContainer('timeouts', ({ container, place }) => [
    ...checkRanges(place, container, [['stopTimeout', 0, 120]]),
    // AWS documents no limit; users report this one.
    ...checkRanges(place, container, [['startTimeout', 0, 120]], { severity: 'warning' }),
  ]),
  forEachContainer('restart-policy', ({ container, place }) => {
    const policy = objectIn(container.restartPolicy);
    const at = `${place}.restartPolicy`;
    const codes = listIn(policy.ignoredExitCodes).length;
    return [
      ...(isEmpty(container.restartPolicy) || typeof policy.enabled === 'boolean'
        ? []
        : violation(at, 'enabled', 'The policy does not say whether it is enabled.', 'Set enabled to true.')),
      ...checkRanges(at, policy, [['restartAttemptPeriod', 60, 1800]]),
      ...(codes > 50
        ? violation(
            at,
            'ignoredExitCodes',
            `There are ${codes} exit codes; ECS takes 50.`,
            'Name 50 or fewer.',
          )
        : []),
    ];
  }),
  forEachContainer('depends-on', checkDependencies),
];

const healthCheckRanges = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
] as const;

const conditions = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'];

function checkDependencies({ container, place, document }: ContainerOfTask): readonly Violation[] {
  return listIn(container.dependsOn).flatMap((item) => {
    const { containerName, condition } = objectIn(item);
    const name = wordIn(containerName);
    const at = `dependsOn[${name}]`;
    const other = containerNamed(document, name);
    if (other === undefined || other === container) {
      return violation(
        place,
        at,
        `It depends on ${JSON.stringify(name)}, which is no other container of the task.`,
        'Correct the name.',
      );
    }
    if (condition === 'HEALTHY' && isEmpty(other.healthCheck)) {
      return violation(
        place,
        at,
        `It waits for ${name} to be HEALTHY, which has no healthCheck (one of its Dockerfile does not count).`,
        `Give ${name} a healthCheck, or wait for START.`,
      );
    }
    if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
      return violation(
        place,
        at,
        `It waits for the end of ${name}, which is essential: its end is the end of the task.`,
        `Set essential of ${name} to false.`,
      );
    }
    const severity = isEmpty(condition) ? 'problem' : severityOf(condition, conditions);
    return severity === undefined
      ? []
      : violation(
          place,
          at,
          `The condition is ${JSON.stringify(condition ?? null)}; it is START, COMPLETE, SUCCESS or HEALTHY.`,
          'Correct the condition.',
          { severity },
        );
  });
}
