import { type Assignment, namesInBoth } from '../task-definition/assignments.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import type { InputReader } from './reader.ts';

export interface TaskDefinitionInputs {
  /** A file, a family, family:revision or an ARN; undefined: what the service runs. */
  readonly source: string | undefined;
  readonly containerName: string | undefined;
  readonly environmentVariables: readonly Assignment[];
  /** Their values are ARNs or names of parameters, never a secret itself. */
  readonly secrets: readonly Assignment[];
}

export function readTaskDefinitionInputs(read: InputReader): TaskDefinitionInputs {
  return {
    source: read.optional('task-definition'),
    containerName: read.optional('container-name'),
    environmentVariables: read.assignments('environment-variables'),
    secrets: read.assignments('secrets'),
  };
}

/** What each input allows alone but not together, and secrets that are given by value. */
export function taskDefinitionProblems({
  environmentVariables,
  secrets,
}: TaskDefinitionInputs): readonly string[] {
  const problems: string[] = [];
  for (const [index, { name, value }] of secrets.entries()) {
    if (!isSecretReference(value)) {
      const which = isSurelyName(name, value) ? name : `number ${index + 1}`;
      problems.push(
        `secrets: the value of ${which} is neither an ARN of Secrets Manager or Parameter Store nor a parameter's name (it is not shown here, since it may be the secret itself)`,
      );
    }
  }
  for (const name of namesInBoth(environmentVariables, secrets)) {
    problems.push(`${name} is given in environment-variables and in secrets; ECS refuses a name in both`);
  }
  return problems;
}

/** Base64 and base32 may end in `=`: such a secret without a name reads as a name with a strange value. */
function isSurelyName(name: string, value: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && !/^=*$/.test(value);
}
