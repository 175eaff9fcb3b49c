/**
 * What to do about a refusal, by AWS's words. Matches loosely, because AWS changes its wording; the words are always shown
 * beside the advice. They come from users' reports.
 */
const known: readonly { readonly words: RegExp; readonly advice: string }[] = [
  {
    words: /iam:PassRole/,
    advice:
      "Allow iam:PassRole on that role for this job's role, with the condition iam:PassedToService: ecs-tasks.amazonaws.com.",
  },
  {
    words: /explicit deny in a service control policy|tag polic/i,
    advice:
      "A policy of your organization denies it. If it requires tags, set them with task-definition-tags. If it forbids this action's own tags, set revision-marks: false. Otherwise, ask the owner of the policy.",
  },
  {
    words: /active deployments exist|deployments exist on the service/i,
    advice:
      'Tasks of earlier versions keep these deployments open. Wait until they have drained, end the scale-in protection of protected ones, or stop them; then run the job again.',
  },
  {
    words: /not associated with the cluster/i,
    advice:
      'Associate the capacity provider with the cluster (aws ecs put-cluster-capacity-providers), or name another one in capacity-provider-strategy.',
  },
  {
    words: /capacity provider.*(not found|does not exist)/i,
    advice: 'Correct the name in capacity-provider-strategy; Fargate has FARGATE and FARGATE_SPOT.',
  },
  {
    words: /Role is not valid/i,
    advice:
      'Set taskRoleArn and executionRoleArn (task-role-arn, execution-role-arn) to ARNs of roles, or remove them: ECS rejects an empty one.',
  },
  {
    words: /valid taskRoleArn/i,
    advice: 'Set task-role-arn to a role that ECS Exec may use, or set enable-execute-command: false.',
  },
  { words: /execution role ARN/i, advice: 'Set executionRoleArn, or the input execution-role-arn.' },
  {
    words: /Unknown volume/i,
    advice: 'Add the volume to volumes, or correct the sourceVolume of the mount point.',
  },
  {
    words: /volume ?configuration/i,
    advice:
      'The names in the service\'s volumeConfigurations and the volumes with "configuredAtLaunch": true in the task definition have to be the same.',
  },
  {
    words: /secret name must be unique|Duplicate secret names/i,
    advice:
      'Keep the name once: in environment or in secrets (remove-environment-variables, remove-secrets).',
  },
  {
    words: /No Fargate configuration exists|Invalid '(cpu|memory)'|be defined at the task level/i,
    advice: 'Set cpu and memory of the task to a pair that Fargate has, e.g. cpu 512 with memory 1024.',
  },
  {
    words: /memory(Reservation)?\b.*\b(task|less|greater)/i,
    advice: "Fit memory and memoryReservation of the containers into the task's memory.",
  },
  {
    words: /does not support launch_?type|only supports network mode/i,
    advice: 'Set networkMode to awsvpc and requiresCompatibilities to ["FARGATE"] in the task definition.',
  },
  {
    words: /did not have a container port|container .* does not exist in the task definition/i,
    advice:
      "The container and the port that the service's load balancer names have to be in the task definition.",
  },
  {
    words: /does not have an associated load balancer/i,
    advice: 'Attach the target group to a listener of a load balancer first.',
  },
  {
    words: /target ?group.*(does not exist|not found)/i,
    advice: 'Create the target group again, or give the service another one.',
  },
  { words: /platform does not exist|PlatformUnknown/i, advice: 'Set platform-version to LATEST.' },
  {
    words: /rebalanc/i,
    advice: "Set maximum-percent above 100, or switch off the service's availability zone rebalancing.",
  },
  {
    words: /minimumHealthyPercent|maximumPercent|minimum healthy percent|maximum percent/i,
    advice: 'Correct minimum-healthy-percent and maximum-percent.',
  },
  {
    words: /TaskDefinition is inactive/i,
    advice: 'The revision was deregistered: name an ACTIVE one in task-definition, or leave it out.',
  },
  {
    words: /was not ACTIVE|ServiceNotActive|ServiceNotFound/,
    advice: 'The service was deleted, or is being deleted: create it again before deploying to it.',
  },
  {
    words: /subnet|security ?group/i,
    advice: "Correct the subnets and security groups in the service's networkConfiguration.",
  },
  {
    words: /\btags?\b/i,
    advice: 'Correct the tags in the task definition, or task-definition-tags.',
  },
  {
    words: /enum value set|failed to satisfy constraint|can ?not be converted to|SerializationException/i,
    advice:
      'AWS names the field and what it accepts. operation: plan shows the task definition that would be sent.',
  },
];

const general =
  'AWS says what it rejects. Correct that in the task definition, the service or the inputs, and run the job again. operation: plan shows what would be sent.';

/**
 * Says what to do about a refusal.
 * @param words AWS's words, with the error's name
 */
export function adviceOnRefusal(words: string): string {
  return adviceByWords(words) ?? general;
}

/** The same, undefined if AWS's words aren't known. */
export function adviceByWords(words: string): string | undefined {
  return known.find((one) => one.words.test(words))?.advice;
}
