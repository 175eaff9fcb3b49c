import type { JsonObject } from '../aws/json.ts';
import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { containerRules } from './container.ts';
import { executionRoleRule } from './execution-role.ts';
import type { Finding } from './finding.ts';
import { loggingRules } from './logging.ts';
import { misspeltRule } from './misspelt.ts';
import { findingsOf, type Rule } from './rule.ts';
import { isOnFargate, serviceRules } from './service.ts';
import { sizeRules } from './size.ts';
import { taskRules } from './task.ts';

/** Every rule about a task definition on Fargate. */
export const fargateRules: readonly Rule<TaskDefinitionDocument>[] = [
  ...taskRules,
  ...sizeRules,
  executionRoleRule,
  ...containerRules,
  ...loggingRules,
];

/** Those of Fargate's that only a task definition for another launch type breaks. */
const ofOtherLaunchTypes = ['network-mode', 'requires-compatibilities'];

/**
 * Everything that AWS would refuse, or that could not work, of a service with that task definition. Pure.
 * @param service as it will be, in the words of DescribeServices
 * @param running the task definition that runs: what is the same there can't be refused, since ECS has taken it
 */
export function checkRules(
  service: JsonObject,
  document: TaskDefinitionDocument,
  running: TaskDefinitionDocument,
): readonly Finding[] {
  const misspelt = findingsOf([misspeltRule], document);
  if (!isOnFargate(service)) return [...misspelt, notOnFargate];
  const taken = new Set(findingsOf(fargateRules, running).map(keyOf));
  const ofTask = findingsOf(fargateRules, document).map(
    (finding): Finding =>
      finding.severity === 'problem' && taken.has(keyOf(finding))
        ? { ...finding, severity: 'warning' }
        : finding,
  );
  const ofService = findingsOf(serviceRules, { service, document });
  const isForEc2 = ofTask.some(({ rule }) => ofOtherLaunchTypes.includes(rule));
  return [...(isForEc2 ? [writtenForEc2] : []), ...ofTask, ...ofService, ...misspelt];
}

function keyOf({ rule, place, message }: Finding): string {
  return JSON.stringify([rule, place, message]);
}

/** The codes of all rules, for an input that leaves some out. */
export const ruleNames: readonly string[] = [...fargateRules, ...serviceRules, misspeltRule].map(
  ({ name }) => name,
);

const notOnFargate: Finding = {
  rule: 'not-fargate',
  severity: 'notice',
  place: 'service',
  message: 'The service does not run on Fargate; what Fargate demands is not checked.',
  fix: undefined,
};

const writtenForEc2: Finding = {
  rule: 'written-for-ec2',
  severity: 'notice',
  place: '',
  message: 'The task definition is not written for Fargate. All that has to change for it is listed below.',
  fix: undefined,
};
