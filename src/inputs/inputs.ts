import { isRegion } from '../aws/clients.ts';
import { Failure } from '../process/failure.ts';
import { asksForChange, type TaskDefinitionInputs } from '../task-definition/changes.ts';
import { clusterOf, locationProblems } from './cluster.ts';
import { type GithubInputs, githubProblems, readGithubInputs } from './github.ts';
import { type ImageInputs, imageProblems, readImageInputs } from './image.ts';
import { inputReader } from './reader.ts';
import { type RollbackInputs, readRollbackInputs, rollbackProblems } from './rollback.ts';
import {
  type FailureInputs,
  readFailureInputs,
  readWaitInputs,
  type WaitInputs,
  waitProblems,
} from './rollout.ts';
import { readServiceInputs, type ServiceInputs } from './service.ts';
import { readSignInInputs, type SignInInputs, signInProblems } from './sign-in.ts';
import { readTaskDefinitionInputs, taskDefinitionProblems } from './task-definition.ts';

/** The inputs of the workflow, checked and typed. Documented in action.yml, input by input. */
export interface Inputs {
  readonly operation: 'deploy' | 'plan' | 'rollback';
  readonly cluster: string;
  readonly services: readonly string[];
  readonly region: string | undefined;
  readonly signIn: SignInInputs | undefined;
  readonly image: ImageInputs;
  readonly taskDefinition: TaskDefinitionInputs;
  readonly service: ServiceInputs;
  readonly rollback: RollbackInputs;
  /** Codes of checks to leave out; `all` are all. */
  readonly skipChecks: readonly string[];
  readonly ifInFlight: 'supersede' | 'wait' | 'fail';
  readonly wait: WaitInputs;
  readonly failure: FailureInputs;
  readonly github: GithubInputs;
}

/**
 * Reads every input and reports all problems together.
 *
 * The runner sets an input that was not given to its default of action.yml, or to an empty text where it has none. So
 * an empty text is "not given" for an input without a default, and a mistake for an input with one.
 *
 * @param environment holds `INPUT_<NAME>`
 * @param checkNames the codes that `skip-checks` knows
 * @throws Failure input-invalid
 */
export function readInputs(
  environment: Readonly<Record<string, string | undefined>>,
  checkNames: readonly string[],
): Inputs {
  const problems: string[] = [];
  const read = inputReader(environment, problems);
  const cluster = read.text('cluster', 'default');
  const services = read.required('service');
  const inputs: Inputs = {
    operation: read.choice('operation', ['deploy', 'plan', 'rollback'], 'deploy'),
    cluster: clusterOf(cluster, services),
    services,
    region: read.optional('region'),
    signIn: readSignInInputs(read),
    image: readImageInputs(read),
    taskDefinition: readTaskDefinitionInputs(read),
    service: readServiceInputs(read),
    rollback: readRollbackInputs(read),
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
    ...rollbackProblems({ ...inputs, changesTaskDefinition: asksForChange(inputs.taskDefinition) }),
    ...skipProblems(inputs, checkNames),
    ...waitProblems(inputs.wait),
    ...githubProblems(inputs.github),
  );
  if (problems.length > 0) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message:
        problems.length === 1
          ? (problems[0] ?? '')
          : `${problems.length} inputs need a correction:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      advice: 'docs/inputs.md describes every input.',
    });
  }
  return inputs;
}

function skipProblems({ skipChecks }: Inputs, checkNames: readonly string[]): readonly string[] {
  return skipChecks
    .filter((check) => check !== 'all' && !checkNames.includes(check))
    .map((check) => `skip-checks: there is no check ${JSON.stringify(check)}; docs/plan.md lists them`);
}

/**
 * The rules for names are ECS's (documented): letters, digits, hyphens and underscores, up to 255.
 */
function targetProblems({ cluster, services, region }: Inputs): readonly string[] {
  const problems: string[] = [];
  if (region !== undefined && !isRegion(region)) {
    problems.push(`region is ${JSON.stringify(region)}; it is written like eu-west-1`);
  }
  if (!isName(cluster, 'cluster')) {
    problems.push(`cluster: ${JSON.stringify(cluster)} is neither a cluster's name nor its ARN`);
  }
  for (const service of services) {
    if (isName(service, 'service')) continue;
    const hint = /[,\s]/.test(service) ? '; several are written one a line' : '';
    problems.push(`service: ${JSON.stringify(service)} is neither a service's name nor its ARN${hint}`);
  }
  // An ARN and the name at its end are the same service: all are of one cluster.
  const names = services.map((service) => service.split('/').at(-1));
  const twice = services.find((_, index) => names.indexOf(names[index]) !== index);
  if (twice !== undefined) problems.push(`service: ${twice} is listed twice`);
  return [...problems, ...locationProblems({ cluster, services, region })];
}

function isName(text: string, kind: 'cluster' | 'service'): boolean {
  return (
    /^[\w-]{1,255}$/.test(text) || new RegExp(`^arn:[\\w-]+:ecs:[\\w-]+:\\d+:${kind}/[\\w/-]+$`).test(text)
  );
}
