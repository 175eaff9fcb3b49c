import type { Account } from './account.ts';
import { textOf, textsOf } from './server/members.ts';
import { AwsError, type Document, type Operations } from './server/operation.ts';

/** What the checks before a deployment look at: roles, secrets, parameters and files. All is there unless it is said. */
export interface AccountServices {
  /** Names of roles and parameters, ARNs of secrets, and files as `bucket/key`, that are not there. */
  readonly missing: Set<string>;
  /** Trust policies by the names of roles; ECS's tasks are trusted where none is given. */
  readonly trustPolicies: Map<string, Document>;
  /** Actions that IAM's simulation denies. */
  readonly denied: Set<string>;
  /** What secrets hold, by ARN; reading another one is denied. */
  readonly secretStrings: Map<string, string>;
}

export function createAccountServices(account: Account): AccountServices & {
  readonly operations: Readonly<Record<'iam' | 'secretsmanager' | 'ssm', Operations>>;
} {
  const missing = new Set<string>();
  const trustPolicies = new Map<string, Document>();
  const secretStrings = new Map<string, string>();
  const denied = new Set<string>();
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
    DescribeSecret: (input) => ({ ARN: secretId(input) }),
    GetSecretValue: (input) => {
      const ARN = secretId(input);
      const SecretString = secretStrings.get(ARN);
      if (SecretString === undefined)
        throw new AwsError('AccessDeniedException', 'The secret may not be read.');
      return { ARN, SecretString };
    },
  };
  const ssm: Operations = {
    GetParameters: (input) => {
      const names = textsOf(input, 'Names');
      // Documented: 1 to 10 names.
      if (names.length === 0 || names.length > 10)
        throw new AwsError('ValidationException', 'Member must have length between 1 and 10.');
      return {
        Parameters: names.filter((name) => !missing.has(name)).map((Name) => ({ Name })),
        InvalidParameters: names.filter((name) => missing.has(name)),
      };
    },
  };
  return { missing, trustPolicies, denied, secretStrings, operations: { iam, secretsmanager, ssm } };
}

const trustOfTasks: Document = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};

/**
 * The few operations of services whose SDK is not installed, in the layout of the SDK's schemas: 9 an operation with
 * input and output, 3 a structure with names and types of its members, 0 a text, 2 a truth value, 64 + a type a list.
 */
export const accountSchemas: Readonly<
  Record<'iam' | 'secretsmanager' | 'ssm', Readonly<Record<string, unknown>>>
> = {
  iam: {
    GetRole$: operation(
      structure('GetRoleRequest', ['RoleName'], [0], 1),
      structure(
        'GetRoleResponse',
        ['Role'],
        [structure('Role', ['RoleName', 'Arn', 'AssumeRolePolicyDocument'], [0, 0, 0])],
      ),
    ),
    SimulatePrincipalPolicy$: operation(
      structure(
        'SimulatePrincipalPolicyRequest',
        ['PolicySourceArn', 'ActionNames', 'ResourceArns', 'ContextEntries', 'MaxItems'],
        [
          0,
          64,
          64,
          list(
            structure('ContextEntry', ['ContextKeyName', 'ContextKeyValues', 'ContextKeyType'], [0, 64, 0]),
          ),
          1,
        ],
        2,
      ),
      structure(
        'SimulatePolicyResponse',
        ['EvaluationResults', 'IsTruncated'],
        [
          list(
            structure('EvaluationResult', ['EvalActionName', 'EvalResourceName', 'EvalDecision'], [0, 0, 0]),
          ),
          2,
        ],
      ),
    ),
  },
  secretsmanager: {
    DescribeSecret$: operation(
      structure('DescribeSecretRequest', ['SecretId'], [0], 1),
      structure('DescribeSecretResponse', ['ARN'], [0]),
    ),
    GetSecretValue$: operation(
      structure('GetSecretValueRequest', ['SecretId', 'VersionId', 'VersionStage'], [0, 0, 0], 1),
      structure('GetSecretValueResponse', ['ARN', 'SecretString'], [0, 0]),
    ),
  },
  ssm: {
    GetParameters$: operation(
      structure('GetParametersRequest', ['Names', 'WithDecryption'], [64, 2], 1),
      structure(
        'GetParametersResult',
        ['Parameters', 'InvalidParameters'],
        [list(structure('Parameter', ['Name'], [0])), 64],
      ),
    ),
  },
};

function operation(input: unknown, output: unknown): readonly unknown[] {
  return [9, 'local', '', 0, () => input, () => output];
}

function list(of: unknown): readonly unknown[] {
  return [1, 'local', '', 0, of];
}

function structure(
  name: string,
  members: readonly string[],
  types: readonly unknown[],
  required = 0,
): readonly unknown[] {
  return [3, 'local', name, 0, members, types, required];
}
