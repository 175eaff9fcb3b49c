import { placeholders } from './permissions.ts';

/**
 * The AWS CLI commands that create a role, with a policy, for the jobs in one environment of one repository.
 * @param options.trust `OWNER/REPOSITORY:ENVIRONMENT`
 * @param options.policy the policy document, as JSON
 * @throws Error with everything that is missing, or couldn't stand in a command
 */
export function roleCommands({
  role,
  trust = '',
  account = '',
  policy,
}: {
  readonly role: string;
  readonly trust: string | undefined;
  readonly account: string | undefined;
  readonly policy: string;
}): string {
  // A task without a task role has none that the deployment passes on.
  const document = policy.replace(/,\s*"[^"]*\bTASK_ROLE\b[^"]*"/, '');
  const [, repository, environment] = /^([\w.-]+\/[\w.-]+):([\w. -]+)$/.exec(trust) ?? [];
  const problems = [
    ...(/^[\w+=,.@-]{1,64}$/.test(role)
      ? []
      : [`--role is ${JSON.stringify(role)}, which isn't a role name.`]),
    ...(repository === undefined
      ? [`--trust is ${JSON.stringify(trust)}, which isn't OWNER/REPOSITORY:ENVIRONMENT.`]
      : []),
    ...(/^\d{12}$/.test(account) ? [] : ['--account is missing: the account ID, 12 digits.']),
    ...placeholders
      .filter((name) => name !== 'ACCOUNT' && new RegExp(`\\b${name}\\b`).test(document))
      .map((name) => `--${name.toLowerCase().replaceAll('_', '-')} is missing: the policy names it.`),
    ...(document.includes("'")
      ? ["A name in the policy has an apostrophe, which can't stand in a command."]
      : []),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const provider = 'token.actions.githubusercontent.com';
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${provider}` },
        Condition: {
          StringEquals: {
            [`${provider}:aud`]: 'sts.amazonaws.com',
            [`${provider}:sub`]: `repo:${repository}:environment:${environment}`,
          },
        },
      },
    ],
  };
  return [
    '# Once per account, unless it trusts GitHub already:',
    `# aws iam create-open-id-connect-provider --url https://${provider} --client-id-list sts.amazonaws.com`,
    `aws iam create-role --role-name ${role} --assume-role-policy-document '${JSON.stringify(trustPolicy)}' &&`,
    `aws iam put-role-policy --role-name ${role} --policy-name fargate-deploy --policy-document '${JSON.stringify(JSON.parse(document))}'`,
  ].join('\n');
}
