import { type Account, arn } from '../base/account.ts';
import { textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';

/**
 * What the checks before a deployment look at: roles, secrets, parameters and files. Parameters exist when they were given:
 * any word may be a parameter's name, and so may a secret in the wrong place. All else is there unless it is said.
 */
export interface AccountServices {
  /** Names of roles, ARNs of secrets, and files as `bucket/key`, that are not there. */
  readonly missing: Set<string>;
  /** The names of parameters; of one that another account shares its ARN. PutParameter adds to them. */
  readonly parameters: Set<string>;
  /** Trust policies by the names of roles; ECS's tasks are trusted where none is given. */
  readonly trustPolicies: Map<string, Document>;
  /** Actions that IAM's simulation denies. */
  readonly denied: Set<string>;
  /** What secrets hold, by ARN; reading another one is denied. */
  readonly secretStrings: Map<string, string>;
  /** What else is known of secrets, by ARN; another one has one version, the current one. */
  readonly secretStates: Map<string, SecretState>;
}

interface SecretState {
  readonly isDeleted?: boolean;
  /** Ids of versions with their stages; none: a secret without a value. */
  readonly versions?: Readonly<Record<string, readonly string[]>>;
}

export function createAccountServices(account: Account): AccountServices & {
  readonly operations: Readonly<Record<'iam' | 'secretsmanager' | 'ssm', Operations>>;
} {
  const missing = new Set<string>();
  const parameters = new Set<string>();
  const trustPolicies = new Map<string, Document>();
  const secretStrings = new Map<string, string>();
  const secretStates = new Map<string, SecretState>();
  const denied = new Set<string>();
  const versionsOf = (id: string) => secretStates.get(id)?.versions ?? { [currentVersion]: ['AWSCURRENT'] };
  const secretId = (input: Document): string => {
    const id = textOf(input, 'SecretId') ?? '';
    // Text: AWS's, widely quoted.
    if (missing.has(id))
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return id;
  };
  const iam: Operations = {
    GetRole: (input) => {
      const name = textOf(input, 'RoleName') ?? '';
      if (missing.has(name))
        throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
      const trust = trustPolicies.get(name) ?? trustOfTasks;
      return {
        Role: {
          RoleName: name,
          Arn: `arn:aws:iam::${account.accountId}:role/${name}`,
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
        },
      };
    },
    SimulatePrincipalPolicy: (input) => ({
      IsTruncated: false,
      // In the order of AWS's own example.
      EvaluationResults: textsOf(input, 'ActionNames').map((name) => ({
        EvalResourceName: '*',
        EvalDecision: denied.has(name) ? 'implicitDeny' : 'allowed',
        EvalActionName: name,
      })),
    }),
  };
  const secretsmanager: Operations = {
    // Documented: versions without a stage are left out, and so is the member when no version is left.
    DescribeSecret: (input) => {
      const ARN = secretId(input);
      const staged = Object.entries(versionsOf(ARN)).filter(([, stages]) => stages.length > 0);
      return {
        ARN,
        ...(secretStates.get(ARN)?.isDeleted === true ? { DeletedDate: 1_800_000_000 } : {}),
        ...(staged.length === 0
          ? {}
          : { VersionIdsToStages: Object.fromEntries(staged.map(([id, stages]) => [id, [...stages]])) }),
      };
    },
    ListSecretVersionIds: (input) => {
      const ARN = secretId(input);
      return {
        ARN,
        Versions: Object.entries(versionsOf(ARN))
          .filter(([, stages]) => stages.length > 0 || input.IncludeDeprecated === true)
          .map(([VersionId, stages]) => ({ VersionId, VersionStages: [...stages] })),
      };
    },
    GetSecretValue: (input) => {
      const ARN = secretId(input);
      // Texts: AWS's, widely quoted.
      if (secretStates.get(ARN)?.isDeleted === true)
        throw new AwsError(
          'InvalidRequestException',
          "You can't perform this operation on the secret because it was marked for deletion.",
        );
      const version = textOf(input, 'VersionId');
      const stage = textOf(input, 'VersionStage') ?? 'AWSCURRENT';
      const stages = version === undefined ? undefined : versionsOf(ARN)[version];
      if (
        version === undefined ? !Object.values(versionsOf(ARN)).flat().includes(stage) : stages === undefined
      )
        throw new AwsError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for ${version === undefined ? `staging label: ${stage}` : `VersionId: ${version}`}`,
        );
      const SecretString = secretStrings.get(ARN);
      if (SecretString === undefined)
        throw new AwsError('AccessDeniedException', 'The secret may not be read.');
      return { ARN, SecretString };
    },
  };
  /** A parameter is named by its name or by its ARN, where the first slash of a path stands for two. */
  const parameterOf = (named: string): Document => {
    if (!named.startsWith('arn:'))
      return { Name: named, ARN: arn(account, 'ssm', `parameter/${named.replace(/^\//, '')}`) };
    const name = named.slice(named.indexOf(':parameter/') + ':parameter/'.length);
    return { Name: name.includes('/') ? `/${name}` : name, ARN: named };
  };
  const isGivenParameter = (named: string): boolean => {
    const isOwn = !named.startsWith('arn:') || named.split(':')[4] === account.accountId;
    return parameters.has(named) || (isOwn && parameters.has(textOf(parameterOf(named), 'Name') ?? ''));
  };
  const ssm: Operations = {
    PutParameter: (input) => {
      parameters.add(textOf(input, 'Name') ?? '');
      return { Version: 1, Tier: 'Standard' };
    },
    GetParameters: (input) => {
      const names = textsOf(input, 'Names');
      // Documented: 1 to 10 names.
      if (names.length === 0 || names.length > 10)
        throw new AwsError('ValidationException', 'Member must have length between 1 and 10.');
      return {
        Parameters: names.filter(isGivenParameter).map(parameterOf),
        InvalidParameters: names.filter((name) => !isGivenParameter(name)),
      };
    },
  };
  return {
    missing,
    parameters,
    trustPolicies,
    denied,
    secretStrings,
    secretStates,
    operations: { iam, secretsmanager, ssm },
  };
}

const currentVersion = '00000000-0000-4000-8000-000000000001';

const trustOfTasks: Document = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};
