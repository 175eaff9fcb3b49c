import { Failure } from './failure.ts';
import { type Assignment, namesInBoth, parseAssignments } from './task-definition/assignments.ts';
import { isSecretReference } from './task-definition/secret-value.ts';

/** What the workflow asked for, checked and typed. Documented in action.yml, input by input. */
export interface Inputs {
  readonly cluster: string;
  readonly services: readonly string[];
  readonly region: string | undefined;
  readonly image: ImageInputs;
  readonly taskDefinition: string | undefined;
  readonly containerName: string | undefined;
  readonly environmentVariables: readonly Assignment[];
  /** Their values are ARNs or names of parameters, never a secret itself. */
  readonly secrets: readonly Assignment[];
  readonly desiredCount: number | undefined;
  readonly forceNewDeployment: boolean;
  readonly ifInFlight: 'supersede' | 'wait' | 'fail';
  readonly wait: WaitInputs;
  readonly failure: FailureInputs;
}

export interface ImageInputs {
  /** The reference of an image that exists; undefined: build, or keep what runs. */
  readonly image: string | undefined;
  readonly build: 'auto' | 'true' | 'false';
  readonly context: string;
  readonly file: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly repository: string | undefined;
  readonly tags: readonly string[];
  readonly createRepository: boolean;
}

export interface WaitInputs {
  /** False: the step ends once the deployment has begun. */
  readonly forStability: boolean;
  readonly minutes: number;
  readonly noProgressMinutes: number | undefined;
  readonly healthCheckUrl: string | undefined;
  readonly healthCheckStatus: number;
}

export interface FailureInputs {
  readonly rollback: boolean;
  readonly failFast: boolean;
  readonly rollbackWaitMinutes: number;
  readonly onCancel: 'rollback' | 'leave';
}

/**
 * Reads every input and reports all problems together.
 *
 * The runner sets an input that was not given to its default of action.yml, or to an empty text where it has none. So
 * an empty text is "not given" for an input without a default, and a mistake for an input with one.
 *
 * @param environment holds `INPUT_<NAME>`
 * @throws Failure input-invalid
 */
export function readInputs(environment: Readonly<Record<string, string | undefined>>): Inputs {
  const problems: string[] = [];
  const read = reader(environment, problems);

  const inputs: Inputs = {
    cluster: read.text('cluster', 'default'),
    services: read.required('service'),
    region: read.optional('region'),
    image: {
      image: read.optional('image'),
      build: read.choice('build', ['auto', 'true', 'false'], 'auto'),
      context: read.text('context', '.'),
      file: read.optional('file'),
      target: read.optional('target'),
      buildArgs: read.list('build-args'),
      labels: read.list('labels'),
      noCache: read.flag('no-cache', false),
      pull: read.flag('pull', false),
      repository: read.optional('repository'),
      tags: read.list('tags'),
      createRepository: read.flag('create-repository', false),
    },
    taskDefinition: read.optional('task-definition'),
    containerName: read.optional('container-name'),
    environmentVariables: read.assignments('environment-variables'),
    secrets: read.assignments('secrets'),
    desiredCount: read.number('desired-count', undefined, { least: 0, most: 2_147_483_647, whole: true }),
    forceNewDeployment: read.flag('force-new-deployment', false),
    ifInFlight: read.choice('if-in-flight', ['supersede', 'wait', 'fail'], 'supersede'),
    wait: {
      forStability: read.flag('wait-for-service-stability', true),
      minutes: read.number('wait-for-minutes', 30, { above: 0, most: monthMinutes }),
      noProgressMinutes: read.number('no-progress-minutes', undefined, { above: 0, most: monthMinutes }),
      healthCheckUrl: read.optional('health-check-url'),
      healthCheckStatus: read.number('health-check-status', 200, { least: 100, most: 599, whole: true }),
    },
    failure: {
      rollback: read.flag('rollback', true),
      failFast: read.flag('fail-fast', true),
      rollbackWaitMinutes: read.number('rollback-wait-minutes', 15, { above: 0, most: monthMinutes }),
      onCancel: read.choice('on-cancel', ['rollback', 'leave'], 'rollback'),
    },
  };

  problems.push(...contradictions(inputs));
  if (problems.length > 0) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message:
        problems.length === 1
          ? (problems[0] ?? '')
          : `${problems.length} inputs need a correction:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      advice: 'Every input, with what it allows, is described in action.yml and the README.',
    });
  }
  return inputs;
}

/** More than any job may last. */
const monthMinutes = 43_200;

/** What each input allows alone but not together. */
function contradictions({ image, wait, secrets, environmentVariables, services }: Inputs): string[] {
  const problems: string[] = [];
  if (image.image !== undefined && image.build === 'true') {
    problems.push('image and build: true exclude each other: image names one that exists, build makes one');
  }
  if (image.image !== undefined && image.tags.length > 0) {
    problems.push('image and tags exclude each other: tags are given to an image that this step builds');
  }
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
  if (wait.healthCheckUrl !== undefined) {
    if (!/^https?:$/.test(protocolOf(wait.healthCheckUrl) ?? '')) {
      problems.push('health-check-url must be an http or https URL');
    }
    if (!wait.forStability) {
      problems.push(
        'health-check-url needs wait-for-service-stability: it is asked once the deployment has completed',
      );
    }
  }
  // An ARN and the name at its end are the same service: all are of one cluster.
  const names = services.map((service) => service.split('/').at(-1));
  const twice = services.find((_, index) => names.indexOf(names[index]) !== index);
  if (twice !== undefined) problems.push(`service: ${twice} is listed twice`);
  return problems;
}

/** Base64 and base32 may end in `=`: such a secret without a name reads as a name with a strange value. */
function isSurelyName(name: string, value: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && !/^=*$/.test(value);
}

function protocolOf(url: string): string | undefined {
  return URL.parse(url)?.protocol;
}

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** Reads single inputs; what is wrong goes to `problems`, and a value that lets reading go on comes back. */
function reader(environment: Readonly<Record<string, string | undefined>>, problems: string[]) {
  // As the runner makes the name: upper case, spaces to underscores, dashes kept.
  const raw = (name: string): string | undefined =>
    environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();

  const optional = (name: string): string | undefined => raw(name) || undefined;

  const text = (name: string, standard: string): string => {
    const given = raw(name);
    if (given === '') problems.push(`${name} is empty; leave it out for ${standard}`);
    return given || standard;
  };

  const list = (name: string): readonly string[] =>
    (raw(name) ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');

  const choice = <T extends string>(name: string, allowed: readonly T[], standard: T): T => {
    const given = text(name, standard);
    const found = allowed.find((value) => value === given.toLowerCase());
    if (found === undefined) problems.push(`${name} is ${quote(given)}; it can be ${allowed.join(', ')}`);
    return found ?? standard;
  };

  function number(name: string, standard: number, bounds: Bounds): number;
  function number(name: string, standard: undefined, bounds: Bounds): number | undefined;
  function number(name: string, standard: number | undefined, bounds: Bounds): number | undefined {
    const given = standard === undefined ? optional(name) : text(name, String(standard));
    if (given === undefined) return undefined;
    const value = Number(given);
    const fits =
      /^\d+(\.\d+)?$/.test(given) &&
      value >= (bounds.least ?? 0) &&
      value > (bounds.above ?? -1) &&
      value <= (bounds.most ?? Number.POSITIVE_INFINITY) &&
      (!bounds.whole || Number.isInteger(value));
    if (!fits) problems.push(`${name} is ${quote(given)}; it can be ${allowedBy(bounds)}`);
    return fits ? value : standard;
  }

  return {
    optional,
    text,
    list,
    choice,
    number,
    required: (name: string): readonly string[] => {
      const items = list(name);
      if (items.length === 0) problems.push(`${name} is empty; name at least one, one a line`);
      return items;
    },
    flag: (name: string, standard: boolean): boolean =>
      choice(name, ['true', 'false'], standard ? 'true' : 'false') === 'true',
    assignments: (name: string): readonly Assignment[] => {
      const read = parseAssignments(raw(name) ?? '');
      problems.push(...read.problems.map((problem) => `${name}: ${problem}`));
      return read.assignments;
    },
  };
}

function allowedBy({ least, above, most, whole }: Bounds): string {
  const from = above === undefined ? `from ${least ?? 0}` : `above ${above}`;
  return `a ${whole ? 'whole ' : ''}number ${from}${most === undefined ? '' : ` up to ${most}`}`;
}

/** Inputs such as `desired-count` can hold anything by mistake: a long or odd text is cut. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
