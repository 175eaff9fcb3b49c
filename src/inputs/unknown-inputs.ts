import { nearestOf } from '../text/word-distance.ts';
import { type InputName, inputNames } from './input-names.ts';

/**
 * Warnings about names under `with:` that this action doesn't know. The runner hands them on as `INPUT_<NAME>`, in upper
 * case and with hyphens, and itself warns only with the list of all inputs. Other tools set variables that begin with
 * `INPUT_` too; so a name without a hyphen counts only if it resembles an input. Pure.
 */
export function unknownInputs(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const name = /^INPUT_(.+)$/s.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || !value?.trim() || isInput(name)) return [];
    const meant = sameThing.get(name) ?? nearestOf(name, inputNames);
    if (meant === undefined && !name.includes('-')) return [];
    const help =
      meant === undefined
        ? 'docs/inputs.md lists all inputs.'
        : isInput(meant)
          ? `Did you mean ${meant}?`
          : meant;
    return [`This action has no input ${name}, so it has no effect. ${help}`];
  });
}

function isInput(name: string): name is InputName {
  return inputNames.some((known) => known === name);
}

const signsIn =
  'To sign in, use role-to-assume, or run aws-actions/configure-aws-credentials in an earlier step.';
const deploysRolling = 'This action deploys to services with the ECS deployment controller only.';

/** Inputs of the AWS and Docker actions, and names that users try, whose spelling doesn't resemble the input here. */
const sameThing: ReadonlyMap<string, string> = new Map([
  ['aws-region', 'region'],
  ['cluster-name', 'cluster'],
  ['ecs-cluster', 'cluster'],
  ['service-name', 'service'],
  ['ecs-service', 'service'],
  ['task-definition-arn', 'task-definition'],
  ['task-definition-family', 'task-definition'],
  ['task-definition-revision', 'task-definition'],
  ['container', 'container-name'],
  ['docker-image', 'image'],
  ['image-uri', 'image'],
  ['image-tag', 'tags'],
  ['dockerfile', 'file'],
  ['path', 'context'],
  ['ecr-repository', 'repository'],
  ['repository-name', 'repository'],
  ['registry', 'repository'],
  ['env', 'environment-variables'],
  ['env-vars', 'environment-variables'],
  ['environment-vars', 'environment-variables'],
  ['variables', 'environment-variables'],
  ['secret-files', 'build-secret-files'],
  ['secret-envs', 'build-secret-envs'],
  ['role-arn', 'role-to-assume'],
  ['aws-role', 'role-to-assume'],
  ['aws-access-key-id', signsIn],
  ['aws-secret-access-key', signsIn],
  ['aws-session-token', signsIn],
  ['timeout', 'wait-for-minutes'],
  ['timeout-minutes', 'wait-for-minutes'],
  ['platform', 'platforms'],
  ['codedeploy-appspec', deploysRolling],
  ['codedeploy-application', deploysRolling],
  ['codedeploy-deployment-group', deploysRolling],
  ['dry-run', 'Use operation: plan.'],
  ['push', 'An image that this action builds is always pushed.'],
]);
