import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyFor } from '../../scripts/permissions.ts';
import { roleCommands } from '../../scripts/role.ts';

const root = join(import.meta.dirname, '../..');
const values = {
  REGION: 'eu-west-1',
  ACCOUNT: '123456789012',
  CLUSTER: 'staging',
  SERVICE: 'web',
  FAMILY: 'web',
  REPOSITORY: 'web',
  LOG_GROUP: '/ecs/web',
  EXECUTION_ROLE: 'execution',
};
const options = { role: 'deploy', trust: 'ORG/REPO:staging', account: '123456789012' };

/** The documents of a command's options, as a shell hands them on. */
function documentsOf(commands: string): readonly unknown[] {
  const aws = `aws() { for one in "$@"; do case $one in '{'*) printf '%s\\n' "$one";; esac; done; }\n`;
  const printed = execFileSync('sh', ['-c', `${aws}${commands}`], { encoding: 'utf8' });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

it('the role trusts what docs/sign-in.md says, and may do what the policy says', () => {
  const policy = policyFor(['deploy', 'build'], { ...values, TASK_ROLE: 'task' });
  const document = /```json\n(.*?)```/s.exec(readFileSync(join(root, 'docs/sign-in.md'), 'utf8'))?.[1] ?? '';
  expect(documentsOf(roleCommands({ ...options, policy }))).toEqual([
    JSON.parse(document.replace('ACCOUNT', '123456789012')),
    JSON.parse(policy),
  ]);
});

it('a role without a task role to pass on passes on the execution role alone', () => {
  const [, policy] = documentsOf(roleCommands({ ...options, policy: policyFor(['deploy'], values) })) as {
    Statement: { Sid: string; Resource: unknown }[];
  }[];
  expect(policy?.Statement.find(({ Sid }) => Sid === 'PassRoles')?.Resource).toEqual([
    'arn:aws:iam::123456789012:role/execution',
  ]);
});

it('says everything that is missing or wrong at once', () => {
  const policy = policyFor(['deploy'], { ...values, SERVICE: "a'b", FAMILY: 'FAMILY' });
  expect(() => roleCommands({ role: 'a b', trust: undefined, account: undefined, policy })).toThrow(
    [
      '--role is "a b", which isn\'t a role name.',
      '--trust is "", which isn\'t OWNER/REPOSITORY:ENVIRONMENT.',
      '--account is missing: the account ID, 12 digits.',
      '--family is missing: the policy names it.',
      "A name in the policy has an apostrophe, which can't stand in a command.",
    ].join('\n'),
  );
});
