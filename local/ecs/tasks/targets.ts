import { documentsOf, numberOf, textOf } from '../../server/members.ts';
import type { Task } from '../model/task.ts';

/** The target groups that a task of a service belongs to. */
export function targetsOf(task: Task): { readonly targetGroupArn: string; readonly containerPort: number }[] {
  const revision = task.owner?.deployment.revision;
  return documentsOf(revision?.settings, 'loadBalancers').flatMap((balancer) => {
    const configured = textOf(balancer, 'targetGroupArn');
    const containerPort = numberOf(balancer, 'containerPort');
    if (configured === undefined || containerPort === undefined) return [];
    return [{ targetGroupArn: revision?.liveGroups.get(configured) ?? configured, containerPort }];
  });
}
