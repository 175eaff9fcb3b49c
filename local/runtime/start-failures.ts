import type { Dependency } from './container.ts';

/**
 * Fargate's words for a task that could not start. `stoppedReason` is the task's, `containerReason` that of the
 * container to blame. The prefixes are documented; what follows is worded as in reports of real tasks.
 */
export interface StartFailure {
  readonly stoppedReason: string;
  readonly container?: string;
  readonly containerReason?: string;
}

/**
 * An image that the engine could not pull.
 * @param engineText what docker printed on its standard error
 */
export function pullFailure(pull: {
  readonly container: string;
  readonly image: string;
  readonly platform: string;
  readonly engineText: string;
}): StartFailure {
  const reason = `CannotPullContainerError: ${pullDetail(pull)}`;
  return { stoppedReason: reason, container: pull.container, containerReason: reason };
}

const retried = 'pull image manifest has been retried 1 time(s)';

function pullDetail({ image, platform, engineText }: Parameters<typeof pullFailure>[0]): string {
  const text = errorText(engineText);
  if (/no matching manifest|does not match the specified platform|no match for platform/i.test(text)) {
    return `${retried}: image Manifest does not contain descriptor matching platform '${platform}'`;
  }
  // Before "not found": Docker words a repository that wants a login so too.
  if (/access denied|unauthorized|no basic auth|authentication required|authorization failed/i.test(text)) {
    return `The task cannot pull ${image}. Check whether the image exists and that the role has the permissions to pull images from the registry. ${text}`;
  }
  if (/manifest unknown|not found|name unknown/i.test(text)) {
    return `${retried}: failed to resolve ref ${image}: ${image}: not found`;
  }
  if (/connection refused|i\/o timeout|no such host|request canceled|deadline exceeded/i.test(text)) {
    return `There is a connection issue between the task and the registry. Check your task network configuration. : failed to do request: ${text}`;
  }
  return `${retried}: ${text}`;
}

/** A container that was made and could not be started, e.g. because its command does not exist. */
export function startFailure(container: string, engineText: string): StartFailure {
  return {
    // Seen so in reports: the task says only this, the container the rest.
    stoppedReason: 'Task failed to start',
    container,
    containerReason: `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: ${errorText(engineText)}`,
  };
}

/** A container that the engine refused to make. */
export function createFailure(container: string, engineText: string): StartFailure {
  return {
    stoppedReason: 'Task failed to start',
    container,
    containerReason: `CannotCreateContainerError: ${errorText(engineText)}`,
  };
}

/** A task whose network could not be made [wording: our choice after the documented prefix]. */
export function networkFailure(engineText: string): StartFailure {
  return {
    stoppedReason: `ResourceInitializationError: failed to set up the task's network: ${errorText(engineText)}`,
  };
}

/** awslogs whose group does not exist. */
export function logGroupMissing(): StartFailure {
  return {
    stoppedReason:
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
  };
}

/** A secret whose value the local Fargate has not been given. */
export function secretMissing(secret: { readonly name: string; readonly valueFrom: string }): StartFailure {
  return {
    stoppedReason: `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: the local Fargate has no value for the secret ${secret.name} (${secret.valueFrom})`,
  };
}

/** A container that can never start because of another one [wording: our choice after the open agent's]. */
export function dependencyFailure(container: string, dependency: Dependency): StartFailure {
  return {
    stoppedReason: 'Task failed to start',
    container,
    containerReason: `dependency graph: container ${container} waits for ${dependency.container} to be ${dependency.condition}, which can no longer happen`,
  };
}

/** A fault of this runtime or of its engine. */
export function runtimeFailure(error: unknown): StartFailure {
  return {
    stoppedReason: `ContainerRuntimeError: ${error instanceof Error ? error.message : String(error)}`,
  };
}

/** What docker wants to say, without its own prefix, hints and warnings. */
export function errorText(engineText: string): string {
  const lines = engineText
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(WARNING:|See 'docker|Run 'docker)/.test(line));
  const error = lines.find((line) => line.includes('Error response from daemon:')) ?? lines.at(-1) ?? '';
  return error.replace(/^.*Error response from daemon: ?/, '').replace(/^docker: /, '');
}
