import type { TaskView } from '../../service/task.ts';
import { plain } from '../../text/sanitize.ts';

/** What probably went wrong, and what to do about it. */
export interface LikelyCause {
  readonly says: string;
  readonly advice: string;
}

/** Its texts may hold `{place}`, the service's account and region. */
interface KnownCause extends LikelyCause {
  /** Matches a stopped reason, a container's reason or an event. Short, because AWS changes its wording. */
  readonly pattern: RegExp;
}

/**
 * Messages of ECS and Fargate, and what they mean. The first match wins, so the most specific come first. Sources: AWS's
 * pages on stopped tasks and on each error in the table, and the agent's source for the container reasons. The messages
 * also hold names from the user's account (images, secrets, target groups), and no pattern may match one of those.
 */
const knownCauses: readonly KnownCause[] = [
  {
    pattern: /OutOfMemoryError/i,
    says: 'The container ran out of memory and was killed.',
    advice: 'Raise memory in the task definition or the container, or fix what uses it up.',
  },
  {
    pattern: /failed ELB health checks/i,
    says: "The load balancer's health check failed.",
    advice:
      "Check the target group's health check path and port, the security groups between load balancer and tasks, and whether healthCheckGracePeriodSeconds covers the startup.",
  },
  {
    pattern: /failed container health checks/i,
    says: "The container's own health check failed.",
    advice:
      'Run the healthCheck command inside the image to see it fail. If the app needs longer to start, raise startPeriod.',
  },
  {
    pattern:
      /does not contain descriptor matching platform|no match(ing manifest)? for platform|exec format error/i,
    says: "The image doesn't match the task's CPU architecture.",
    advice:
      "Build the image for the task definition's runtimePlatform (default: linux/amd64), or change runtimePlatform.",
  },
  {
    pattern: /toomanyrequests|too many requests|pull rate limit/i,
    says: "The registry's pull rate limit is reached.",
    advice: 'Copy the image to ECR, or use an ECR pull-through cache.',
  },
  {
    pattern: /no space left on device/i,
    says: "The image doesn't fit on the task's disk.",
    advice: 'Raise ephemeralStorage in the task definition, or shrink the image.',
  },
  {
    pattern: /EFS utils|mount\.(nfs|efs)|EFS (volume|file ?system|mount)/i,
    says: 'An EFS volume could not be mounted.',
    advice:
      'Check that the security groups allow port 2049, that DNS works in the VPC, and that the access point exists.',
  },
  {
    pattern: /specified log group does not exist/i,
    says: "The container's log group doesn't exist.",
    advice:
      'Create the log group named in logConfiguration, or set awslogs-create-group to true and allow logs:CreateLogGroup on the execution role.',
  },
  {
    pattern:
      /(CannotPull|ResourceInitialization|can't retrieve the secret).*(i\/o timeout|request canceled|connection issue|network configuration|TLS handshake timeout|Client\.Timeout|deadline exceeded|signal: killed|no such host|dial (tcp|udp)|connection (refused|reset|timed out))/i,
    says: "The task can't reach the registry, Secrets Manager, Systems Manager or CloudWatch Logs from its subnets.",
    advice:
      'In public subnets, set assignPublicIp to ENABLED. In private subnets, add a NAT gateway or VPC endpoints (ecr.api, ecr.dkr, S3, logs, secretsmanager, ssm).',
  },
  {
    pattern: /httpReaderSeeker.*(unexpected status code|403 Forbidden)|CannotPull.*nil pointer dereference/i,
    says: 'The image layers could not be downloaded from S3, where ECR stores them.',
    advice:
      "Check the S3 gateway endpoint (its route tables and policy), and that the tasks' security group allows HTTPS out.",
  },
  {
    pattern:
      /(CannotPull|ecr registry auth|registry auth from).*(AccessDenied|has the permissions|403 Forbidden)|not authorized to perform: ecr:/i,
    says: "The execution role isn't allowed to pull the image.",
    advice:
      'Allow ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the execution role.',
  },
  {
    pattern:
      /CannotPull.*(access to the resource is denied|pull access denied|insufficient_scope|authorization failed|no basic auth credentials|401 Unauthorized)/i,
    says: "The registry refused the pull: the image is private or doesn't exist.",
    advice: 'Check the image name. For a private registry, set repositoryCredentials.',
  },
  {
    pattern: /CannotPull.*(not found|manifest unknown|does not exist|whether the image exists)/i,
    says: "The image isn't in the registry.",
    advice:
      "Check the image's name, tag or digest, and whether a lifecycle rule of the repository deleted it.",
  },
  {
    pattern: /CannotPull\w*Error|ecr registry auth|registry auth from/i,
    says: 'The image could not be pulled.',
    advice:
      'Check the image name, the execution role, and the network path from the subnets to the registry.',
  },
  {
    pattern: /validate logger args|initialize logging driver/i,
    says: "The container's log could not be set up: the log group doesn't exist, or the execution role can't write to it.",
    advice:
      'Check logConfiguration, and allow logs:CreateLogStream and logs:PutLogEvents on the execution role (for awslogs-create-group, logs:CreateLogGroup too).',
  },
  {
    pattern: /download env files|environment files?/i,
    says: 'An environment file could not be read from S3.',
    advice: "Check the file's ARN, and allow s3:GetObject and s3:GetBucketLocation on the execution role.",
  },
  {
    pattern: /did not contain json key/i,
    says: "The secret doesn't have the JSON key that the task definition names.",
    advice: 'Fix the key at the end of the ARN in secrets, or add it to the secret.',
  },
  {
    pattern: /invalid character .* (in literal|looking for|after)|unexpected end of JSON/i,
    says: "The task definition names a JSON key of a secret, but the secret isn't JSON.",
    advice: 'Remove the key from the end of the ARN in secrets, or store the secret as JSON.',
  },
  {
    pattern: /(unable to assume|assume the) role|sts:AssumeRole/i,
    says: "ECS can't assume the task's role.",
    advice: 'Check that the role exists and that its trust policy allows ecs-tasks.amazonaws.com.',
  },
  {
    pattern:
      /(secret|ssm|asm|kms).*(AccessDenied|not authorized)|not authorized to perform: (secretsmanager|ssm|kms):/i,
    says: "The execution role isn't allowed to read a secret or parameter.",
    advice:
      'Allow secretsmanager:GetSecretValue or ssm:GetParameters on the execution role (with a customer managed key, kms:Decrypt too).',
  },
  {
    pattern:
      /unable to retrieve secrets?|can't retrieve the secret|invalid ssm parameters|unable to pull secrets/i,
    says: 'A secret or parameter in the task definition could not be read.',
    advice: 'Check that it exists in {place}, and that its ARN is correct.',
  },
  {
    pattern: /InsufficientFreeAddresses|Create Network Interface/i,
    says: "The task's network interface could not be created.",
    advice: 'Check that the subnets have free IP addresses. If they do, deploy again.',
  },
  {
    pattern: /Timeout waiting for (network interface|EphemeralStorage)|^InternalError\b| InternalError: /i,
    says: "AWS didn't provide the task's network or disk in time.",
    advice: 'Deploy again; this is usually temporary.',
  },
  {
    pattern:
      /DockerTimeoutError|ContainerRuntimeTimeoutError|Could not transition to|Cannot(Inspect|Stop)ContainerError|CannotCreateVolumeError/i,
    says: "Fargate's container runtime timed out.",
    advice:
      'Deploy again. If it happens again, check whether the container uses all its CPU or disk while it starts.',
  },
  {
    pattern: /Cannot(Start|Create)ContainerError|ContainerRuntimeError/i,
    says: 'The container could not be started.',
    advice: 'Check entryPoint and command: the program has to exist in the image and be executable.',
  },
  {
    pattern: /not compatible with the selected compute strategy/i,
    says: "The task definition doesn't support the service's launch type.",
    advice: 'Add FARGATE to requiresCompatibilities, and set cpu, memory and networkMode awsvpc.',
  },
];

/**
 * The likely cause by the reasons of a failed task and its containers.
 * @param place the service's account and region
 */
export function textCause({ containers, stoppedReason }: TaskView, place?: string): LikelyCause | undefined {
  const reasons = [...containers.map(({ reason }) => reason), stoppedReason];
  return causeOfTexts(
    reasons.filter((reason) => reason !== undefined),
    place,
  );
}

/** The likely cause by any of the given texts; the first in the table wins. */
export function causeOfTexts(texts: readonly string[], place?: string): LikelyCause | undefined {
  return findCause(knownCauses, texts, place);
}

function findCause(
  causes: readonly KnownCause[],
  texts: readonly string[],
  place = "the service's account and region",
): LikelyCause | undefined {
  const readable = texts.map((text) => plain(text, 4000));
  const known = causes.find(({ pattern }) => readable.some((text) => pattern.test(text)));
  const placed = (text: string): string => text.replaceAll('{place}', place);
  return known === undefined ? undefined : { says: placed(known.says), advice: placed(known.advice) };
}

/**
 * The likely cause by the service's events, for when no task failed or none started.
 * @param place the service's account and region
 */
export function causeOfEvents(events: readonly string[], place?: string): LikelyCause | undefined {
  return (
    findCause([percents], events, place) ??
    causeOfTexts(events, place) ??
    findCause(eventCauses, events, place)
  );
}

/** First of all: with such percents nothing else matters. */
const percents: KnownCause = {
  pattern: /unable to stop or start tasks during a deployment/i,
  says: 'With this minimumHealthyPercent and maximumPercent, ECS can neither stop an old task nor start a new one.',
  advice: "Raise the service's maximumPercent, or lower its minimumHealthyPercent.",
};

/** Events only: why ECS doesn't start tasks. Sources: AWS's pages on service event messages. */
const eventCauses: readonly KnownCause[] = [
  {
    pattern: /limit on the number of (tasks|vCPUs)/i,
    says: 'The Fargate quota is used up in {place}.',
    advice: "Raise the quota (Service Quotas, AWS Fargate), or stop tasks that you don't need.",
  },
  {
    pattern: /capacity is unavailable|capacity unavailable/i,
    says: "Fargate has no capacity right now in the Availability Zones of the service's subnets.",
    advice: 'Deploy again later, or add subnets in other Availability Zones to the service.',
  },
  {
    pattern: /requested (CPU|MEMORY) configuration is above your limit/i,
    says: 'The task exceeds the Fargate quota in {place}.',
    advice: 'Lower cpu and memory in the task definition, or raise the quota.',
  },
  {
    pattern: /TARGET GROUP IS NOT FOUND|TARGET IS NOT FOUND/i,
    says: "The service's target group doesn't exist any more.",
    advice: "Create the target group again, or fix the service's load balancer configuration.",
  },
  {
    pattern: /IAM (permissions policies|trust relationship) ha(s|ve) been/i,
    says: "ECS can't manage the service any more: its IAM role was changed.",
    advice: "Check the policy and trust policy of the service's role (by default AWSServiceRoleForECS).",
  },
  {
    pattern: /unable to place/i,
    says: "ECS couldn't place the tasks.",
    advice:
      'The event says why: no Fargate capacity, a quota that is used up, or no free IP addresses in the subnets.',
  },
];
