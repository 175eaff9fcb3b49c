import type { ListenerRules } from '../../elb/listener-rules.ts';
import type { TargetGroups } from '../../elb/target-groups.ts';
import { documentOf, documentsOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { shiftsTraffic } from '../model/strategy.ts';
import { invalidParameter } from './refusals.ts';

/** What the load balancer knows. */
export interface Balancing {
  readonly targetGroups: TargetGroups;
  readonly listenerRules: ListenerRules;
}

/** Refuses `advancedConfiguration` of load balancers as ECS does (the texts are documented unless marked). */
export function checkAdvancedConfiguration(settings: Document, balancing: Balancing): void {
  const balancers = documentsOf(settings, 'loadBalancers');
  const advanced = balancers.flatMap((balancer): Document[] => {
    const one = documentOf(balancer, 'advancedConfiguration');
    return one === undefined ? [] : [one];
  });
  if (advanced.length > 0 && advanced.length < balancers.length) {
    throw invalidParameter(
      'Either all or none of the provided loadBalancers must have advancedConfiguration defined',
    );
  }
  if (advanced.length < balancers.length && shiftsTraffic(documentOf(settings, 'deploymentConfiguration'))) {
    throw invalidParameter(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    );
  }
  if (advanced.length === 0) return;
  for (const one of advanced) checkMembers(one, balancing);
  checkDuplicates(balancers);
  checkRoles(advanced);
  for (const balancer of balancers) checkTestRule(balancer, balancing);
}

function checkMembers(advanced: Document, { targetGroups }: Balancing): void {
  for (const member of ['alternateTargetGroupArn', 'productionListenerRule', 'roleArn']) {
    // The text is ours.
    if (textOf(advanced, member) === undefined) throw invalidParameter(`${member} cannot be empty.`);
  }
  for (const member of ['productionListenerRule', 'testListenerRule']) {
    const ruleArn = textOf(advanced, member);
    if (ruleArn !== undefined && !isRule(ruleArn) && !isListener(ruleArn)) {
      throw invalidParameter(
        `${member} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${ruleArn}`,
      );
    }
  }
  const alternate = textOf(advanced, 'alternateTargetGroupArn') ?? '';
  if (!targetGroups.has(alternate)) {
    throw invalidParameter(`The target group with targetGroupArn ${alternate} does not exist.`);
  }
}

function checkDuplicates(balancers: readonly Document[]): void {
  const groups = balancers.flatMap((balancer) => [
    textOf(balancer, 'targetGroupArn'),
    textOf(documentOf(balancer, 'advancedConfiguration'), 'alternateTargetGroupArn'),
  ]);
  const duplicate = groups.find((arn, index) => arn !== undefined && groups.indexOf(arn) !== index);
  if (duplicate !== undefined) throw invalidParameter(`Duplicate targetGroupArn found: ${duplicate}`);
}

function checkRoles(advanced: readonly Document[]): void {
  const production = new Set(advanced.map((one) => textOf(one, 'productionListenerRule')));
  const both = advanced
    .flatMap((one) => textOf(one, 'testListenerRule') ?? [])
    .filter((arn) => production.has(arn));
  if (both.length === 0) return;
  throw invalidParameter(
    `The following rules cannot be used as both production and test listener rules: ${both.join(', ')}`,
  );
}

function checkTestRule(balancer: Document, { listenerRules }: Balancing): void {
  const advanced = documentOf(balancer, 'advancedConfiguration');
  const ruleArn = textOf(advanced, 'productionListenerRule') ?? '';
  if (textOf(advanced, 'testListenerRule') !== undefined || !isRule(ruleArn)) return;
  const weights = listenerRules.weightsOf(ruleArn);
  // A rule that doesn't exist fails the deployment instead (observed).
  if (weights === undefined) return;
  const groups = [textOf(balancer, 'targetGroupArn'), textOf(advanced, 'alternateTargetGroupArn')];
  if (groups.every((arn) => arn !== undefined && weights.has(arn))) return;
  throw invalidParameter(
    'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup',
  );
}

const isRule = (arn: string): boolean =>
  /^arn:[\w-]+:elasticloadbalancing:[^:]*:\d{12}:listener-rule\/app\//.test(arn);
const isListener = (arn: string): boolean =>
  /^arn:[\w-]+:elasticloadbalancing:[^:]*:\d{12}:listener\/net\//.test(arn);
