import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { capacityProvidersRule } from './capacity-providers.ts';
import { containerRules } from './container.ts';
import { containerLifeRules } from './container-life.ts';
import { dependencyCycleRule } from './dependency-cycle.ts';
import { environmentRules } from './environment.ts';
import { executeCommandRule } from './execute-command.ts';
import { executionRoleRule } from './execution-role.ts';
import type { Finding } from './finding.ts';
import { loggingRules } from './logging.ts';
import { misspeltRule } from './misspelt.ts';
import { notOnFargateRules } from './not-on-fargate.ts';
import { portRules } from './ports.ts';
import { findingsOf, type Rule } from './rule.ts';
import { isOnFargate, serviceRules as mostServiceRules, type ServiceOfTask } from './service.ts';
import { sizeRules } from './size.ts';
import { taskRules } from './task.ts';
import { valueTypeRule } from './value-type.ts';
import { volumeRules } from './volumes.ts';
import { windowsRule, windowsSpotRule } from './windows.ts';

/** Every rule about a task definition on Fargate. */
export const fargateRules: readonly Rule<TaskDefinitionDocument>[] = [
  ...taskRules,
  ...volumeRules,
  ...sizeRules,
  executionRoleRule,
  ...containerRules,
  ...notOnFargateRules,
  ...portRules,
  ...containerLifeRules,
  ...environmentRules,
  dependencyCycleRule,
  ...loggingRules,
  windowsRule,
];

/** What a service and its task definition demand of each other. */
export const serviceRules: readonly Rule<ServiceOfTask>[] = [
  ...mostServiceRules,
  capacityProvidersRule,
  executeCommandRule,
  windowsSpotRule,
];

/** What holds wherever a service runs. */
const documentRules: readonly Rule<TaskDefinitionDocument>[] = [valueTypeRule, misspeltRule];

/** Those of Fargate's that only a task definition for another launch type breaks. */
const ofOtherLaunchTypes = ['network-mode', 'requires-compatibilities'];

/**
 * Everything that AWS would refuse, or that could not work, of a service with that task definition. Pure.
 *
 * @param after as they will be, the service in the words of DescribeServices
 * @param before as they are: what is the same there is only worth knowing. ECS has taken such a task definition; but a
 *   service that can't be deployed to can't be now either
 */
export function checkRules(after: ServiceOfTask, before: ServiceOfTask): readonly Finding[] {
  const ofDocument = findingsOf(documentRules, after.document);
  const known = new Set(
    [
      ...findingsOf([...fargateRules, ...documentRules], before.document),
      ...findingsOf(serviceRules, before).filter(({ severity }) => severity !== 'problem'),
    ].map(keyOf),
  );
  const demoted = (finding: Finding): Finding =>
    known.has(keyOf(finding)) ? { ...finding, severity: 'notice' } : finding;
  if (!isOnFargate(after.service)) return [...ofDocument.map(demoted), notOnFargate];
  const ofTask = findingsOf(fargateRules, after.document);
  const isForEc2 = ofTask.some(({ rule }) => ofOtherLaunchTypes.includes(rule));
  const all = [...ofTask, ...findingsOf(serviceRules, after), ...ofDocument].map(demoted);
  return isForEc2 ? [writtenForEc2, ...all] : all;
}

function keyOf({ rule, place, message }: Finding): string {
  return JSON.stringify([rule, place, message]);
}

/** The codes of all rules, for an input that leaves some out. */
export const ruleNames: readonly string[] = [...fargateRules, ...serviceRules, ...documentRules].map(
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
