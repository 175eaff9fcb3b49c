import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';

/** What probably was wrong, and what to do about it. */
export interface LikelyCause {
  readonly says: string;
  readonly advice: string;
}

/** In its texts, `{place}` stands for the service's account and region. */
export interface KnownCause extends LikelyCause {
  /** In the stopped reason or a container's reason; AWS changes its wording, so as little of it as tells it apart. */
  readonly pattern: RegExp;
}

/**
 * Texts of ECS and Fargate with what they mean; the first that fits counts, so the more telling stand first. Sources:
 * AWS's pages on stopped tasks and on each error of the table, and the agent's source for the container reasons.
 * Names of the account's own (images, secrets, target groups) are in these texts too: a pattern must not be found in one.
 */
const knownCauses: readonly KnownCause[] = [
  {
    pattern: /OutOfMemoryError/i,
    says: 'The container used more memory than it was given and was killed.',
    advice: 'Raise the memory of the task definition (or of the container), or find what uses it up.',
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
    pattern:
      /does not contain descriptor matching platform|no match(ing manifest)? for platform|exec format error/i,
    says: 'The image was built for another processor architecture than the task runs on.',
    advice:
      "Build for the task definition's runtimePlatform (linux/amd64 when it names none), or change that.",
  },
  {
    pattern: /toomanyrequests|too many requests|pull rate limit/i,
    says: 'The registry limits how often images are pulled, and the limit is reached.',
    advice: 'Mirror the image to ECR, or use a pull-through cache.',
  },
  {
    pattern: /no space left on device/i,
    says: "The image does not fit on the task's disk.",
    advice: 'Raise ephemeralStorage in the task definition, or make the image smaller.',
  },
  {
    pattern: /EFS utils|mount\.(nfs|efs)|EFS (volume|file ?system|mount)/i,
    says: 'An EFS volume could not be mounted.',
    advice: 'Check the security groups (port 2049), DNS in the VPC and the access point.',
  },
  {
    pattern: /specified log group does not exist/i,
    says: 'The log group of the container does not exist.',
    advice:
      'Create the log group of logConfiguration, or set awslogs-create-group and permit logs:CreateLogGroup.',
  },
  {
    pattern:
      /(CannotPull|ResourceInitialization|can't retrieve the secret).*(i\/o timeout|request canceled|connection issue|network configuration|TLS handshake timeout|Client\.Timeout|deadline exceeded|signal: killed|no such host|dial (tcp|udp)|connection (refused|reset|timed out))/i,
    says: "The task has no way from its subnets to AWS's services (registry, secrets, logs) or to another registry.",
    advice:
      'In a public subnet set assignPublicIp to ENABLED; in a private one provide a NAT gateway or VPC endpoints (ECR api and dkr, S3, Logs, Secrets Manager, Systems Manager).',
  },
  {
    pattern: /httpReaderSeeker.*(unexpected status code|403 Forbidden)|CannotPull.*nil pointer dereference/i,
    says: 'The layers of the image could not be fetched from S3, where ECR keeps them.',
    advice: 'Check the gateway endpoint for S3: the routes to it, its policy, and the security group.',
  },
  {
    pattern:
      /(CannotPull|ecr registry auth|registry auth from).*(AccessDenied|has the permissions|403 Forbidden)|not authorized to perform: ecr:/i,
    says: 'The execution role may not pull the image.',
    advice:
      'Give the execution role ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.',
  },
  {
    pattern:
      /CannotPull.*(access to the resource is denied|pull access denied|insufficient_scope|authorization failed|no basic auth credentials|401 Unauthorized)/i,
    says: 'The registry does not hand out the image: it is private there, or does not exist.',
    advice: 'Check the image reference; for a private registry set repositoryCredentials.',
  },
  {
    pattern: /CannotPull.*(not found|manifest unknown|does not exist|whether the image exists)/i,
    says: 'The image is not in the registry (any more).',
    advice: 'Check the image reference, and whether a lifecycle rule of the repository has deleted it.',
  },
  {
    pattern: /CannotPull\w*Error|ecr registry auth|registry auth from/i,
    says: 'The image could not be pulled.',
    advice: 'Check the image reference, the execution role and the way from the subnets to the registry.',
  },
  {
    pattern: /validate logger args|initialize logging driver/i,
    says: 'The container could not be given its log: the log group does not exist or may not be used.',
    advice:
      'Check logConfiguration, and that the execution role has logs:CreateLogStream and logs:PutLogEvents (and logs:CreateLogGroup for awslogs-create-group).',
  },
  {
    pattern: /download env files|environment files?/i,
    says: 'An environment file could not be read from S3.',
    advice: 'Check the ARN of the file, and s3:GetObject and s3:GetBucketLocation on the execution role.',
  },
  {
    pattern: /did not contain json key/i,
    says: 'A secret has no such JSON key.',
    advice: 'Correct the key at the end of the ARN in secrets, or add the key to the secret.',
  },
  {
    pattern: /invalid character .* (in literal|looking for|after)|unexpected end of JSON/i,
    says: 'A key of a secret is asked for, but the secret is no JSON.',
    advice: 'Leave the key at the end of the ARN in secrets out, or store the secret as JSON.',
  },
  {
    pattern: /(unable to assume|assume the) role|sts:AssumeRole/i,
    says: 'ECS may not assume the role of the task.',
    advice: 'Check that the role exists and that its trust policy names ecs-tasks.amazonaws.com.',
  },
  {
    pattern:
      /(secret|ssm|asm|kms).*(AccessDenied|not authorized)|not authorized to perform: (secretsmanager|ssm|kms):/i,
    says: 'The execution role may not read a secret or parameter.',
    advice:
      'Give the execution role secretsmanager:GetSecretValue or ssm:GetParameters (and kms:Decrypt for a key of your own).',
  },
  {
    pattern:
      /unable to retrieve secrets?|can't retrieve the secret|invalid ssm parameters|unable to pull secrets/i,
    says: 'A secret or parameter of the task definition could not be read.',
    advice: 'Check that it exists in {place}, and that its ARN is written correctly.',
  },
  {
    pattern: /InsufficientFreeAddresses|Create Network Interface/i,
    says: 'The network interface of the task could not be made.',
    advice: 'Check that the subnets have free addresses; when they have, deploy again.',
  },
  {
    pattern: /Timeout waiting for (network interface|EphemeralStorage)|^InternalError\b| InternalError: /i,
    says: 'AWS could not provide what the task runs on in time.',
    advice: 'This passes in most cases: deploy again.',
  },
  {
    pattern:
      /DockerTimeoutError|ContainerRuntimeTimeoutError|Could not transition to|Cannot(Inspect|Stop)ContainerError|CannotCreateVolumeError/i,
    says: "Fargate's container runtime did not do in time what it was asked.",
    advice:
      'Deploy again; when it stays so, look whether the container uses up its CPU or disk at the start.',
  },
  {
    pattern: /Cannot(Start|Create)ContainerError|ContainerRuntimeError/i,
    says: 'The container could not be started.',
    advice: 'Check entryPoint and command: the program has to exist in the image and to be executable.',
  },
  {
    pattern: /not compatible with the selected compute strategy/i,
    says: 'The task definition does not fit the launch type of the service.',
    advice: 'Add FARGATE to requiresCompatibilities and meet its rules.',
  },
];

/**
 * What the texts of a failed task tell: the reasons of its containers, and its own.
 * @param place of the service: account and region
 */
export function textCause({ containers, stoppedReason }: TaskView, place?: string): LikelyCause | undefined {
  const reasons = [...containers.map(({ reason }) => reason), stoppedReason];
  return causeOfTexts(
    reasons.filter((reason) => reason !== undefined),
    place,
  );
}

/** The likely cause that reasons of ECS tell by themselves; the most telling of all of them. */
export function causeOfTexts(texts: readonly string[], place?: string): LikelyCause | undefined {
  return findCause(knownCauses, texts, place);
}

/** The first of the causes that one of the texts tells. */
export function findCause(
  causes: readonly KnownCause[],
  texts: readonly string[],
  place = "the service's account and region",
): LikelyCause | undefined {
  const readable = texts.map((text) => plain(text, 4000));
  const known = causes.find(({ pattern }) => readable.some((text) => pattern.test(text)));
  const placed = (text: string): string => text.replaceAll('{place}', place);
  return known === undefined ? undefined : { says: placed(known.says), advice: placed(known.advice) };
}
