import { documentsOf, numberOf, textOf } from '../../server/members.ts';
import type { Task } from '../model/task.ts';

/** The target groups that a task of a service belongs to. */
export function targetsOf(task: Task): { readonly targetGroupArn: string; readonly containerPort: number }[] {
  return documentsOf(task.owner?.deployment.revision.settings, 'loadBalancers').flatMap((balancer) => {
    const targetGroupArn = textOf(balancer, 'targetGroupArn');
    const containerPort = numberOf(balancer, 'containerPort');
    return targetGroupArn === undefined || containerPort === undefined
      ? []
      : [{ targetGroupArn, containerPort }];
  });
}
