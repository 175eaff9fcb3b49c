import { causeOfTexts, findCause, type KnownCause, type LikelyCause } from './known-causes.ts';

/**
 * The likely cause that events tell where no task has failed, or none is begun.
 * @param place of the service: account and region
 */
export function causeOfEvents(events: readonly string[], place?: string): LikelyCause | undefined {
  return (
    findCause([percents], events, place) ??
    causeOfTexts(events, place) ??
    findCause(knownEvents, events, place)
  );
}

/** Told before all others: with such percents nothing else can go on. */
const percents: KnownCause = {
  pattern: /unable to stop or start tasks during a deployment/i,
  says: 'minimumHealthyPercent and maximumPercent leave ECS no task that it may start or stop.',
  advice: 'Raise maximumPercent or lower minimumHealthyPercent of the service.',
};

/** Texts of ECS's events alone: why tasks are not even begun. Sources: AWS's pages on service event messages. */
const knownEvents: readonly KnownCause[] = [
  {
    pattern: /limit on the number of (tasks|vCPUs)/i,
    says: 'The quota for Fargate is reached in {place}.',
    advice: 'Raise the quota (Service Quotas, AWS Fargate), or stop tasks that are not needed.',
  },
  {
    pattern: /capacity is unavailable|capacity unavailable/i,
    says: 'Fargate has no capacity in the Availability Zones of the subnets at this time.',
    advice: 'Deploy again later, or add subnets in other Availability Zones to the service.',
  },
  {
    pattern: /requested (CPU|MEMORY) configuration is above your limit/i,
    says: 'The task is larger than the quota for Fargate allows in {place}.',
    advice: 'Make cpu and memory of the task definition smaller, or raise the quota.',
  },
  {
    pattern: /TARGET GROUP IS NOT FOUND|TARGET IS NOT FOUND/i,
    says: 'The target group of the service does not exist any more.',
    advice: "Put the target group back, or correct the service's load balancer configuration.",
  },
  {
    pattern: /IAM (permissions policies|trust relationship) ha(s|ve) been/i,
    says: 'ECS may not look after the service any more: its IAM role was changed.',
    advice: 'Check the role of the service (AWSServiceRoleForECS by default), its policy and its trust.',
  },
  {
    pattern: /unable to place/i,
    says: 'ECS found no place for the tasks.',
    advice:
      'The event tells whether Fargate has no capacity, a quota is reached, or the network has no addresses left.',
  },
];
