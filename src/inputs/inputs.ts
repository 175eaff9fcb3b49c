import { isRegion } from '../aws/clients.ts';
import type { TaskDefinitionInputs } from '../task-definition/changes.ts';
import { nearestOf } from '../text/word-distance.ts';
import { clusterOf, locationProblems } from './cluster.ts';
import { type ContinueInputs, continueProblems, readContinueInputs } from './continue.ts';
import type { ConfigurationFile } from './deployment-configuration.ts';
import { type GithubInputs, githubProblems, readGithubInputs } from './github.ts';
import { type ImageInputs, imageProblems, readImageInputs } from './image.ts';
import { type InputProblem, inputFailure } from './problem.ts';
import { inputReader } from './reader.ts';
import { type RollbackInputs, readRollbackInputs, refusedByOperation, rollbackProblems } from './rollback.ts';
import {
  type FailureInputs,
  readFailureInputs,
  readWaitInputs,
  type WaitInputs,
  waitProblems,
} from './rollout.ts';
import { readServiceInputs, type ServiceInputs, serviceProblems } from './service.ts';
import { readSignInInputs, type SignInInputs, signInProblems } from './sign-in.ts';
import { readTaskDefinitionInputs, taskDefinitionProblems } from './task-definition.ts';

/** The inputs of the workflow, checked and typed. action.yml documents each. */
export interface Inputs {
  readonly operation: 'deploy' | 'plan' | 'rollback' | 'continue';
  readonly cluster: string;
  readonly services: readonly string[];
  readonly region: string | undefined;
  readonly signIn: SignInInputs | undefined;
  readonly image: ImageInputs;
  readonly taskDefinition: TaskDefinitionInputs;
  readonly service: ServiceInputs;
  readonly rollback: RollbackInputs;
  readonly continue: ContinueInputs;
  /** Codes of checks to skip; `all` skips every check. */
  readonly skipChecks: readonly string[];
  readonly ifInFlight: 'supersede' | 'wait' | 'fail';
  readonly wait: WaitInputs;
  readonly failure: FailureInputs;
  readonly github: GithubInputs;
}

/**
 * Reads every input and reports all problems together.
 *
 * The runner sets an input that isn't given to its default in action.yml, or to an empty text if it has none. So an
 * empty text means "not given" for an input without a default, and is a mistake for an input with one.
 *
 * @param environment contains `INPUT_<NAME>`
 * @param checkNames the codes that `skip-checks` knows
 * @param configurationFile the file that `deployment-configuration` names
 * @throws Failure input-invalid
 */
export function readInputs(
  environment: Readonly<Record<string, string | undefined>>,
  checkNames: readonly string[],
  configurationFile?: ConfigurationFile,
): Inputs {
  const problems: InputProblem[] = [];
  const read = inputReader(environment, problems);
  const cluster = read.text('cluster', 'default');
  const services = read.required('service');
  const inputs: Inputs = {
    operation: read.choice('operation', ['deploy', 'plan', 'rollback', 'continue'], 'deploy'),
    cluster: clusterOf(cluster, services),
    services,
    region: read.optional('region'),
    signIn: readSignInInputs(read),
    image: readImageInputs(read),
    taskDefinition: readTaskDefinitionInputs(read),
    service: readServiceInputs(read, configurationFile),
    rollback: readRollbackInputs(read),
    continue: readContinueInputs(read),
    skipChecks: read.list('skip-checks'),
    ifInFlight: read.choice('if-in-flight', ['supersede', 'wait', 'fail'], 'supersede'),
    wait: readWaitInputs(read),
    failure: readFailureInputs(read),
    github: readGithubInputs(read),
  };
  problems.push(
    ...targetProblems(inputs),
    ...signInProblems(inputs.signIn),
    ...imageProblems(inputs.image),
    ...taskDefinitionProblems(inputs.taskDefinition),
    ...serviceProblems(inputs.service),
    ...rollbackProblems(inputs),
    ...continueProblems(inputs),
    ...skipProblems(inputs, checkNames),
    ...waitProblems(inputs.wait),
    ...githubProblems(inputs.github),
  );
  // An input that has to go has no other problem.
  const refused = refusedByOperation(inputs);
  const relevant = problems.filter(({ input }) => !refused.includes(input));
  if (relevant.length > 0) throw inputFailure(relevant);
  return inputs;
}

function skipProblems({ skipChecks }: Inputs, checkNames: readonly string[]): readonly InputProblem[] {
  return skipChecks
    .filter((check) => check !== 'all' && !checkNames.includes(check))
    .map((check) => {
      const near = nearestOf(check, checkNames);
      const hint = near === undefined ? 'docs/plan.md lists the checks.' : `Did you mean ${near}?`;
      return { input: 'skip-checks', text: `there is no check ${JSON.stringify(check)}. ${hint}` };
    });
}

/**
 * The runner hands the state of every update on to `post` as a variable, and Linux starts no program with more than about
 * 2 MiB of variables. One update needs 1 to 3 KiB (`run/journal.ts` has the exact limit).
 */
const mostServices = 500;

/** ECS's rule for names (documented): up to 255 letters, digits, hyphens and underscores. */
function targetProblems({ cluster, services, region }: Inputs): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  if (region !== undefined && !isRegion(region)) {
    problems.push({ input: 'region', text: `${JSON.stringify(region)} isn't a region, such as eu-west-1.` });
  }
  if (!isName(cluster, 'cluster')) {
    problems.push({
      input: 'cluster',
      text: `${JSON.stringify(cluster)} isn't the name or ARN of a cluster.`,
    });
  }
  for (const service of services) {
    if (isName(service, 'service')) continue;
    const hint = /[,\s]/.test(service)
      ? ' Write several services one per line.'
      : /^[\w-]+\/[\w-]+$/.test(service)
        ? ' Name the cluster with the input cluster.'
        : '';
    problems.push({
      input: 'service',
      text: `${JSON.stringify(service)} isn't the name or ARN of a service.${hint}`,
    });
  }
  if (services.length > mostServices) {
    const text = `${services.length} services are more than one run can roll back if it is cut off. Name up to ${mostServices}, and deploy the others in other runs.`;
    problems.push({ input: 'service', text });
  }
  // All services are in one cluster, so an ARN and the name at its end are the same service.
  const names = services.map((service) => service.split('/').at(-1));
  const twice = services.find((_, index) => names.indexOf(names[index]) !== index);
  if (twice !== undefined) problems.push({ input: 'service', text: `${twice} is listed twice.` });
  return [...problems, ...locationProblems({ cluster, services, region })];
}

function isName(text: string, kind: 'cluster' | 'service'): boolean {
  return (
    /^[\w-]{1,255}$/.test(text) || new RegExp(`^arn:[\\w-]+:ecs:[\\w-]+:\\d+:${kind}/[\\w/-]+$`).test(text)
  );
}
