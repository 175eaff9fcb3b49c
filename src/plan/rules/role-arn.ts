import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import type { Rule, Violation } from './rule.ts';

/** ECS says "Role is not valid" of an empty role (seen by users). Of the task's role a name alone is taken (documented). */
export const roleArnRule: Rule<TaskDefinitionDocument> = {
  name: 'role-arn',
  check: (document) => [
    ...check(document, 'taskRoleArn', /^(arn:[^:]+:iam::\d{12}:role\/.+|[\w+=,.@-]{1,64})$/),
    ...check(document, 'executionRoleArn', /^arn:[^:]+:iam::\d{12}:role\/.+$/),
  ],
};

function check(
  document: TaskDefinitionDocument,
  member: 'taskRoleArn' | 'executionRoleArn',
  form: RegExp,
): readonly Violation[] {
  const role = document[member];
  if (role === '') {
    return [
      { place: member, message: `${member} is empty, which ECS does not take.`, fix: `Leave ${member} out.` },
    ];
  }
  if (typeof role !== 'string' || form.test(role)) return [];
  return [
    {
      severity: 'warning',
      place: member,
      message: `${member} is ${JSON.stringify(role)}, which is not written like the ARN of a role.`,
      fix: 'Write arn:aws:iam::123456789012:role/NAME.',
    },
  ];
}
