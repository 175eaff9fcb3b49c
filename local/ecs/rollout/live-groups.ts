import { documentOf, documentsOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import type { Deployment } from '../model/deployment.ts';
import { shiftsTraffic } from '../model/strategy.ts';

/**
 * The target group that a new revision uses for each one that the service names. A strategy that shifts traffic takes
 * the group that the live revision doesn't use (observed: the two swap with every success); any other keeps it.
 */
export function liveGroupsFor(settings: Document, live: Deployment | undefined): ReadonlyMap<string, string> {
  const swaps = shiftsTraffic(documentOf(settings, 'deploymentConfiguration'));
  const pairs = documentsOf(settings, 'loadBalancers').flatMap((balancer): [string, string][] => {
    const configured = textOf(balancer, 'targetGroupArn');
    const alternate = textOf(documentOf(balancer, 'advancedConfiguration'), 'alternateTargetGroupArn');
    if (configured === undefined || alternate === undefined) return [];
    if (live === undefined) return [[configured, configured]];
    const used = live.revision.liveGroups.get(configured) ?? configured;
    const other = used === configured ? alternate : configured;
    return [[configured, swaps ? other : used]];
  });
  return new Map(pairs);
}
