import { asFailure } from '../../src/aws/failure.ts';
import { adviceByWords, adviceOnRefusal } from '../../src/aws/refusal-advice.ts';

/** As users report AWS's words. */
const refusals: readonly (readonly [words: string, advice: RegExp])[] = [
  [
    'InvalidParameterException: 5 active deployments exist, unable to create new deployment.',
    /drained.*protection/,
  ],
  ['ClientException: Role is not valid', /task-role-arn, execution-role-arn.*remove them/],
  ["ClientException: Unknown volume 'root-RO'.", /sourceVolume/],
  [
    "ClientException: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'DB_PASSWORD'.",
    /remove-environment-variables, remove-secrets/,
  ],
  [
    'ClientException: Duplicate secret names found: A. Each secret name must be unique.',
    /Keep the name once/,
  ],
  [
    'InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    /put-cluster-capacity-providers/,
  ],
  ['ClientException: No Fargate configuration exists for given values.', /cpu 512 with memory 1024/],
  ["ClientException: Invalid 'cpu' setting for task.", /cpu 512/],
  ["ClientException: Fargate requires that 'cpu' be defined at the task level.", /cpu 512/],
  ["ClientException: Fargate only supports network mode 'awsvpc'.", /networkMode to awsvpc/],
  [
    'InvalidParameterException: Task definition does not support launch_type FARGATE.',
    /requiresCompatibilities/,
  ],
  [
    'ClientException: Fargate requires task definition to have execution role ARN to support ECR images.',
    /execution-role-arn/,
  ],
  [
    "InvalidParameterException: The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    /enable-execute-command: false/,
  ],
  [
    'InvalidParameterException: The container web did not have a container port 80 defined.',
    /load balancer names/,
  ],
  [
    'InvalidParameterException: The container web does not exist in the task definition.',
    /load balancer names/,
  ],
  [
    'InvalidParameterException: The target group with targetGroupArn arn:x does not have an associated load balancer.',
    /listener/,
  ],
  ['InvalidParameterException: The target group with targetGroupArn arn:x does not exist.', /another one/],
  ['ClientException: TaskDefinition is inactive', /ACTIVE one in task-definition/],
  ['PlatformUnknownException: The specified platform does not exist.', /platform-version to LATEST/],
  ['ServiceNotActiveException: Service was not ACTIVE.', /create it again/],
  ['InvalidParameterException: Tag keys must not begin with aws: as it is reserved.', /task-definition-tags/],
  ['SerializationException: STRING_VALUE cannot be converted to Integer', /operation: plan/],
  [
    'AccessDeniedException: User: x is not authorized to perform: ecs:RegisterTaskDefinition on resource: y with an explicit deny in a service control policy',
    /task-definition-tags.*revision-marks: false/,
  ],
  [
    'AccessDeniedException: User: x is not authorized to perform: iam:PassRole on resource: y because no identity-based policy allows it',
    /iam:PassedToService/,
  ],
];

it.each(refusals)('%s', (words, advice) => {
  expect(adviceByWords(words)).toMatch(advice);
});

it('of what nobody knows is general, and of use', () => {
  expect(adviceByWords('InvalidParameterException: The moon is in the wrong phase.')).toBeUndefined();
  expect(adviceOnRefusal('InvalidParameterException: The moon is in the wrong phase.')).toMatch(
    /operation: plan shows what would be sent/,
  );
});

it.each([
  ['ClientException', "Unknown volume 'a'.", 400, 'aws-refused', /sourceVolume/],
  ['InvalidParameterException', 'It is not so.', 400, 'aws-refused', /operation: plan/],
  [
    'AccessDeniedException',
    'not authorized to perform: ecs:UpdateService',
    400,
    'aws-denied',
    /docs\/permissions\.md/,
  ],
  ['AccessDeniedException', 'not authorized to perform: iam:PassRole', 400, 'aws-denied', /PassedToService/],
] as const)('a %s with %j has advice in its failure', (name, message, httpStatusCode, code, advice) => {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
  const failure = asFailure(error);
  expect([failure.code, failure.advice]).toEqual([code, expect.stringMatching(advice)]);
});
