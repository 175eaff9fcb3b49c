import { type JsonObject, numberIn, objectIn } from '../../text/json.ts';
import type { Rule, ServiceOfTask, Violation } from './rule.ts';

/** ECS starts tasks up to the one bound and stops them down to the other (documented): one of the two has to be able. */
export const percentsRule: Rule<ServiceOfTask> = {
  name: 'percents',
  isUnproven: true,
  check: ({ service }) => checkPercents(service),
};

function checkPercents(service: JsonObject): readonly Violation[] {
  const { minimumHealthyPercent, maximumPercent } = objectIn(service.deploymentConfiguration);
  const least = numberIn(minimumHealthyPercent) ?? 100;
  const most = numberIn(maximumPercent) ?? 200;
  const desired = numberIn(service.desiredCount) ?? 0;
  const upper = Math.floor((desired * most) / 100);
  const lower = Math.ceil((desired * least) / 100);
  if (desired === 0 || upper > desired || lower < desired) return [];
  const enough = 100 + Math.ceil(100 / desired);
  return [
    {
      place: 'service.deploymentConfiguration',
      message: `With ${desired} tasks, minimumHealthyPercent ${least} and maximumPercent ${most} ECS may neither start a new task nor stop an old one: the deployment can't go on.`,
      fix: `Set maximum-percent to ${enough} or more.`,
    },
  ];
}
