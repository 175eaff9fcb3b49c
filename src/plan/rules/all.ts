import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { containerRules } from './container.ts';
import { containerLifeRules } from './container-life.ts';
import { containerSizeRules } from './container-size.ts';
import { dependencyCycleRule } from './dependency-cycle.ts';
import { enumRules } from './enum-values.ts';
import { environmentRules } from './environment.ts';
import { executionRoleRule } from './execution-role.ts';
import { loggingRules } from './logging.ts';
import { misspeltRule } from './misspelt.ts';
import { notOnFargateRules } from './not-on-fargate.ts';
import { portRules } from './ports.ts';
import { roleArnRule } from './role-arn.ts';
import { applyRules, type Finding, type Judgement, type Rule, type ServiceOfTask } from './rule.ts';
import { isOnFargate, serviceRules } from './service.ts';
import { sizeRules } from './size.ts';
import { tagsRule } from './tags.ts';
import { taskRules } from './task.ts';
import { valueTypeRule } from './value-type.ts';
import { volumeRules } from './volumes.ts';
import { windowsRule } from './windows.ts';

/** Every rule about a task definition on Fargate. */
export const fargateRules: readonly Rule<TaskDefinitionDocument>[] = [
  ...taskRules,
  tagsRule,
  ...volumeRules,
  ...sizeRules,
  ...containerSizeRules,
  executionRoleRule,
  roleArnRule,
  ...enumRules,
  ...containerRules,
  ...notOnFargateRules,
  ...portRules,
  ...containerLifeRules,
  ...environmentRules,
  dependencyCycleRule,
  ...loggingRules,
  windowsRule,
];

/** Rules that hold wherever a service runs. */
const documentRules: readonly Rule<TaskDefinitionDocument>[] = [valueTypeRule, misspeltRule];

/** Rules of Fargate that only a task definition for another launch type breaks. */
const rulesOfOtherLaunchTypes = new Set(['network-mode', 'requires-compatibilities']);

/**
 * Everything that AWS would refuse, or that could not work, of a service with that task definition. Pure.
 *
 * @param after as they will be, the service in the words of DescribeServices
 * @param before as they are. ECS has taken this, so what is the same afterwards is no reason to refuse: a problem is a
 *   warning, and a warning is only worth knowing
 */
export function checkRules(after: ServiceOfTask, before: ServiceOfTask): readonly Finding[] {
  const known = new Set(applyAllRules(before).flatMap(({ key, isUnproven }) => (isUnproven ? [] : [key])));
  const findings = applyAllRules(after).map(({ finding, key }) =>
    known.has(key) ? lowerSeverity(finding) : finding,
  );
  if (!isOnFargate(after.service)) return [...findings, notOnFargate];
  const isForEc2 = findings.some(({ rule }) => rulesOfOtherLaunchTypes.has(rule));
  return isForEc2 ? [writtenForEc2, ...findings] : findings;
}

/** Fargate's rules are for services that run there: ECS takes more for other launch types. */
function applyAllRules(of: ServiceOfTask): readonly Judgement[] {
  const ofDocument = applyRules(documentRules, of.document);
  return isOnFargate(of.service)
    ? [...applyRules(fargateRules, of.document), ...applyRules(serviceRules, of), ...ofDocument]
    : ofDocument;
}

function lowerSeverity(finding: Finding): Finding {
  return { ...finding, severity: finding.severity === 'problem' ? 'warning' : 'notice' };
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
