import { plain } from '../report/plain.ts';
import type { TaskView } from './task.ts';

/** What probably was wrong, and what to do about it. */
export interface LikelyCause {
  readonly says: string;
  readonly advice: string;
}

interface KnownCause extends LikelyCause {
  /** In the stopped reason or a container's reason; AWS changes its wording, so as little of it as tells it apart. */
  readonly pattern: RegExp;
}

/**
 * Texts of ECS and Fargate with what they mean, the more telling first. Sources: AWS's pages on stopped tasks and on
 * each error of the table, and the agent's source for the container reasons.
 */
const knownCauses: readonly KnownCause[] = [
  {
    pattern: /OutOfMemory/i,
    says: 'The container used more memory than it was given and was killed.',
    advice: 'Raise the memory of the task definition (or of the container), or find what uses it up.',
  },
  {
    pattern: /does not contain descriptor matching platform|exec format error/i,
    says: 'The image was built for another processor architecture than the task runs on.',
    advice:
      "Build for the task definition's runtimePlatform (linux/amd64 when it names none), or change that.",
  },
  {
    pattern: /toomanyrequests|pull rate limit/i,
    says: 'The registry limits how often images are pulled, and the limit is reached.',
    advice: 'Mirror the image to ECR, or use a pull-through cache.',
  },
  {
    pattern: /CannotPullContainer.*no space left on device/i,
    says: "The image does not fit on the task's disk.",
    advice: 'Raise ephemeralStorage in the task definition, or make the image smaller.',
  },
  {
    pattern: /CannotPullContainer.*(not authorized|ecr:|AccessDenied|has the permissions)/i,
    says: 'The execution role may not pull the image.',
    advice:
      'Give the execution role ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.',
  },
  {
    pattern: /CannotPullContainer.*(not found|manifest unknown|does not exist|whether the image exists)/i,
    says: 'The image is not in the registry (any more).',
    advice: 'Check the image reference, and whether a lifecycle rule of the repository has deleted it.',
  },
  {
    pattern:
      /(CannotPullContainer|ResourceInitialization).*(i\/o timeout|request canceled|connection issue|network configuration|TLS handshake timeout|Client\.Timeout|deadline exceeded|signal: killed)/i,
    says: 'The task has no way to reach the registry, or the service that holds its secrets, from its subnets.',
    advice:
      'In a public subnet set assignPublicIp to ENABLED; in a private one provide a NAT gateway or VPC endpoints (ECR api and dkr, S3, Logs, Secrets Manager).',
  },
  {
    pattern: /CannotPullContainer/i,
    says: 'The image could not be pulled.',
    advice: 'Check the image reference, the execution role and the way from the subnets to the registry.',
  },
  {
    pattern: /did not contain json key/i,
    says: 'A secret has no such JSON key.',
    advice: 'Correct the key at the end of the ARN in secrets, or add the key to the secret.',
  },
  {
    pattern: /ResourceInitialization.*(AccessDenied|not authorized)/i,
    says: 'The execution role may not read a secret or parameter.',
    advice:
      'Give the execution role secretsmanager:GetSecretValue or ssm:GetParameters (and kms:Decrypt for a key of your own).',
  },
  {
    pattern: /(unable to (pull|retrieve) secret|can't retrieve the secret|ResourceNotFoundException)/i,
    says: 'A secret or parameter of the task definition could not be read.',
    advice: 'Check that it exists in this region and account, and that its ARN is written correctly.',
  },
  {
    pattern: /(validate logger args|initialize logging driver|log group does not exist)/i,
    says: 'The log group does not exist, or CloudWatch Logs can not be reached.',
    advice:
      'Create the log group of logConfiguration, or set awslogs-create-group and permit logs:CreateLogGroup.',
  },
  {
    pattern: /(env files|environment files?)/i,
    says: 'An environment file could not be read from S3.',
    advice: 'Check the ARN of the file and s3:GetObject on the execution role.',
  },
  {
    pattern: /EFS/i,
    says: 'An EFS volume could not be mounted.',
    advice: 'Check the security groups (port 2049), DNS in the VPC and the access point.',
  },
  {
    pattern: /(InsufficientFreeAddresses|network interface)/i,
    says: 'The network interface of the task could not be made.',
    advice: 'Check that the subnets have free addresses; when they have, deploy again.',
  },
  {
    pattern: /CannotStartContainer|CannotCreateContainer|ContainerRuntime/i,
    says: 'The container could not be started.',
    advice: 'Check entryPoint and command: the program has to exist in the image and to be executable.',
  },
  {
    pattern: /failed ELB health checks/i,
    says: "The load balancer's health check failed.",
    advice:
      "Check the target group's path and port against what the container answers, the security groups between them, and whether healthCheckGracePeriodSeconds covers the start.",
  },
  {
    pattern: /failed container health checks/i,
    says: "The container's own health check failed.",
    advice: 'Check that its command exists in the image and succeeds, and that startPeriod covers the start.',
  },
  {
    pattern: /not compatible with the selected compute strategy/i,
    says: 'The task definition does not fit the launch type of the service.',
    advice: 'Add FARGATE to requiresCompatibilities and meet its rules.',
  },
];

/** By the exit code of the process; conventions of shells and of the kernel's signals. */
const exitCodes: Readonly<Record<number, LikelyCause>> = {
  0: {
    says: 'The container ended by itself, without an error, while a service has to keep running.',
    advice: 'Let the main process stay in the foreground.',
  },
  126: {
    says: 'The command was found but could not be executed.',
    advice: 'Check its execute permission and its architecture.',
  },
  127: { says: 'The command was not found in the image.', advice: 'Check entryPoint, command and PATH.' },
  134: { says: 'The process aborted itself (SIGABRT).', advice: 'The last log lines tell why.' },
  137: {
    says: 'The process was killed (SIGKILL): for memory, or because it did not stop in time.',
    advice: 'Check the memory in use against the limit.',
  },
  139: {
    says: 'The process crashed on a memory fault (SIGSEGV).',
    advice: 'Check native dependencies and the base image.',
  },
  143: { says: 'The process was asked to stop (SIGTERM).', advice: 'Look for what stopped it.' },
  255: {
    says: 'The process failed with 255, often for an image of another architecture.',
    advice: "Check the image's platform against runtimePlatform, and the last log lines.",
  },
};

/** The likely cause of one failed task, by its texts first and by exit codes then; undefined when nothing tells. */
export function likelyCause(task: TaskView): LikelyCause | undefined {
  const texts = [...task.containers.map(({ reason = '' }) => reason), task.stoppedReason ?? ''];
  const text = plain(texts.join(' '), 4000);
  const known = knownCauses.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) return { says: known.says, advice: known.advice };
  const exited = culprit(task);
  if (exited?.exitCode === undefined) return undefined;
  return (
    exitCodes[exited.exitCode] ?? {
      says: `The container ${plain(exited.name, 100)} ended with exit code ${exited.exitCode}: the program reported an error.`,
      advice: 'Its last log lines tell why.',
    }
  );
}

/**
 * The container to look at: one with a failing exit code or a reason before one that merely ended. Those that ECS
 * stopped after it (143, 137 without a reason) come last.
 */
export function culprit(task: TaskView): TaskView['containers'][number] | undefined {
  const weight = ({ exitCode, reason, healthStatus }: TaskView['containers'][number]): number => {
    if (reason !== undefined) return 0;
    if (healthStatus === 'UNHEALTHY') return 1;
    if (exitCode === undefined) return 5;
    if (exitCode === 143 || exitCode === 137) return 3;
    return exitCode === 0 ? 4 : 2;
  };
  return task.containers.toSorted((a, b) => weight(a) - weight(b))[0];
}
