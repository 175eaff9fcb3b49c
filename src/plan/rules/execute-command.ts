import { textIn } from '../../text/json.ts';
import type { Rule, ServiceOfTask } from './rule.ts';

/**
 * ECS Exec works with the task role. ECS says: "The service couldn't be updated because a valid taskRoleArn is not being
 * used." (seen by users)
 */
export const executeCommandRule: Rule<ServiceOfTask> = {
  name: 'execute-command',
  check: ({ service, document }) =>
    service.enableExecuteCommand !== true || (textIn(document.taskRoleArn) ?? '') !== ''
      ? []
      : [
          {
            place: 'taskRoleArn',
            message: 'The service has ECS Exec enabled (enable-execute-command), which needs a task role.',
            fix: 'Set taskRoleArn, or the input task-role-arn, to a role that may open channels of ssmmessages; or set enable-execute-command to false.',
          },
        ],
};
