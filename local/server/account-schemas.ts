/**
 * The few operations of services whose SDK is not installed, in the layout of the SDK's schemas: 9 an operation with
 * input and output, 3 a structure with names and types of its members, 0 a text, 2 a truth value, 64 + a type a list.
 */
export const accountSchemas: Readonly<Record<'iam' | 'ssm', Readonly<Record<string, unknown>>>> = {
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
  ssm: {
    PutParameter$: operation(
      structure('PutParameterRequest', ['Name', 'Value', 'Type', 'Overwrite'], [0, 0, 0, 2], 2),
      structure('PutParameterResult', ['Version', 'Tier'], [1, 0]),
    ),
    GetParameters$: operation(
      structure('GetParametersRequest', ['Names', 'WithDecryption'], [64, 2], 1),
      structure(
        'GetParametersResult',
        ['Parameters', 'InvalidParameters'],
        [list(structure('Parameter', ['Name', 'ARN'], [0, 0])), 64],
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
