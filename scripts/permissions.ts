/** What a role is used for. */
export const features = {
  deploy: 'Deploy an image: register a revision, update the service, follow the deployment, roll back.',
  build: 'Build the image and push it to ECR.',
  image: 'Deploy an image that exists in ECR. With `repository`, also read where it comes from.',
  rollback: 'Roll back manually (`operation: rollback`).',
  continue: 'Answer the pause of a deployment, follow it, and roll it back if it fails.',
  plan: 'Show what a deploy would do (`operation: plan`). Changes nothing.',
  'test-url': 'Continue a paused deployment when it answers as wanted (`test-url`).',
  checks: 'Check before a deploy, and in a plan, that everything the task definition refers to exists.',
  'json-keys': 'Check the JSON keys of secrets, too. The only check that reads a secret.',
  'env-files':
    'Check `environmentFiles` in S3. Without `s3:ListBucket`, S3 gives the same answer for a missing and a forbidden file.',
  promote: 'Deploy what another service runs (`image: service:CLUSTER/SOURCE_SERVICE`).',
  'create-repository': 'Create the repository (`create-repository`, `lifecycle-policy`).',
  scan: "Wait for ECR's scan (`fail-on-severity`).",
  'pull-through': 'Deploy an image that a pull-through cache brings.',
  suggestions: 'Suggest the nearest name where a cluster or service does not exist.',
} as const;

export type Feature = keyof typeof features;

export const featureNames = Object.keys(features) as readonly Feature[];

interface Statement {
  readonly id: string;
  readonly features: readonly Feature[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why it is needed, and what is lost without it. */
  readonly why: string;
}

const service = 'arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE';
const revisions = 'arn:aws:ecs:REGION:ACCOUNT:service-revision/CLUSTER/SERVICE/*';
const family = 'arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:*';
const repository = 'arn:aws:ecr:REGION:ACCOUNT:repository/REPOSITORY';

/**
 * Every statement, with the features that need it. Actions and the resources that they take are those of AWS's service
 * authorization reference.
 */
export const statements: readonly Statement[] = [
  {
    id: 'ReadService',
    features: ['deploy', 'rollback', 'plan', 'continue'],
    actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments'],
    resources: [service],
    why: 'Read the service and its deployments.',
  },
  {
    id: 'UpdateService',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['ecs:UpdateService'],
    resources: [service],
    why: 'Update the service.',
  },
  {
    id: 'ReadRevisions',
    features: ['deploy', 'rollback', 'plan', 'continue'],
    actions: ['ecs:DescribeServiceRevisions'],
    resources: [service, revisions],
    why: 'Find the version to roll back to, and the target group of new tasks.',
  },
  {
    id: 'Follow',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
    resources: [service, 'arn:aws:ecs:REGION:ACCOUNT:service-deployment/CLUSTER/SERVICE/*'],
    why: "Follow the deployment by its own record, and ask ECS to stop it and roll back. Without it, the run follows the service's list of deployments and rolls back by an update.",
  },
  {
    id: 'AnswerPause',
    features: ['continue', 'test-url'],
    actions: ['ecs:ContinueServiceDeployment'],
    resources: ['arn:aws:ecs:REGION:ACCOUNT:service-deployment/CLUSTER/SERVICE/*'],
    why: 'Answer a pause hook: continue, or roll back.',
  },
  {
    id: 'ReadTaskDefinitions',
    features: ['deploy', 'rollback', 'plan', 'continue'],
    actions: ['ecs:DescribeTaskDefinition'],
    resources: ['*'],
    why: 'Read revisions. ECS takes no narrower resource.',
  },
  {
    id: 'ListTaskDefinitions',
    features: ['rollback'],
    actions: ['ecs:ListTaskDefinitions'],
    resources: ['*'],
    why: "List revisions where ECS doesn't tell the history of the service. ECS takes no narrower resource.",
  },
  {
    id: 'RegisterTaskDefinition',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['ecs:RegisterTaskDefinition'],
    resources: [family],
    why: 'Register revisions of the family.',
  },
  {
    id: 'TagTaskDefinition',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['ecs:TagResource'],
    resources: [family],
    condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
    why: 'Tag new revisions with commit, run and repository. Without it a rollback finds versions by revision and digest only. Required for a task definition that has tags of its own.',
  },
  {
    id: 'PassRoles',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['iam:PassRole'],
    resources: ['arn:aws:iam::ACCOUNT:role/EXECUTION_ROLE', 'arn:aws:iam::ACCOUNT:role/TASK_ROLE'],
    condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    why: 'Register a revision that names an execution role or a task role.',
  },
  {
    id: 'SeeTasks',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:GetTaskProtection'],
    resources: ['*'],
    condition: { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:REGION:ACCOUNT:cluster/CLUSTER' } },
    why: 'Notice and explain failed tasks. Without it, only ECS or the time limit notices a crash loop.',
  },
  {
    id: 'Explain',
    features: ['deploy', 'rollback', 'continue'],
    actions: [
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
    ],
    resources: ['*'],
    why: 'Show what the load balancer says, and what its settings cost in time.',
  },
  {
    id: 'VerifyTraffic',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners'],
    resources: ['*'],
    why: 'Verify after a blue/green, linear or canary deployment, and after its rollback, which version gets the production traffic. Without it, the log says that this is not verified.',
  },
  {
    id: 'ExplainLogs',
    features: ['deploy', 'rollback', 'continue'],
    actions: ['logs:GetLogEvents'],
    resources: ['arn:aws:logs:REGION:ACCOUNT:log-group:LOG_GROUP:*'],
    why: 'Show the last log lines of a failed container.',
  },
  {
    id: 'SignInToEcr',
    features: ['build', 'create-repository'],
    actions: ['ecr:GetAuthorizationToken'],
    resources: ['*'],
    why: 'Sign in to ECR, and find the address of a registry; also for `image` if its registry has an address of its own. ECR takes no narrower resource.',
  },
  {
    id: 'ReadImages',
    features: ['build', 'image', 'rollback', 'plan'],
    actions: ['ecr:DescribeRepositories', 'ecr:BatchGetImage'],
    resources: [repository],
    why: 'Find the repository and its images.',
  },
  {
    id: 'ReadPlatforms',
    features: ['build', 'image', 'checks'],
    actions: ['ecr:GetDownloadUrlForLayer'],
    resources: [repository],
    why: "Read an image's platform, and copy layers.",
  },
  {
    id: 'Push',
    features: ['build'],
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      'ecr:PutImage',
    ],
    resources: [repository],
    why: 'Push the image.',
  },
  {
    id: 'CreateRepository',
    features: ['create-repository'],
    actions: ['ecr:CreateRepository', 'ecr:PutLifecyclePolicy'],
    resources: [repository],
    why: 'Create the repository. `ecr:PutLifecyclePolicy` is for `lifecycle-policy` alone.',
  },
  {
    id: 'Scan',
    features: ['scan'],
    actions: ['ecr:DescribeImageScanFindings', 'ecr:StartImageScan'],
    resources: [repository],
    why: "Read the findings. `ecr:StartImageScan` is for repositories that don't scan on push.",
  },
  {
    id: 'PullThrough',
    features: ['pull-through', 'checks'],
    actions: ['ecr:DescribePullThroughCacheRules'],
    resources: ['*'],
    why: 'Tell an image that a pull-through cache has yet to bring from a missing one.',
  },
  {
    id: 'ReadSource',
    features: ['promote'],
    actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:DescribeServiceRevisions'],
    resources: [
      'arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SOURCE_SERVICE',
      'arn:aws:ecs:REGION:ACCOUNT:service-revision/CLUSTER/SOURCE_SERVICE/*',
    ],
    why: 'Read what the other service runs, in its own region.',
  },
  {
    id: 'Check',
    features: ['checks'],
    actions: [
      'iam:GetRole',
      'iam:SimulatePrincipalPolicy',
      'ssm:GetParameters',
      'logs:DescribeLogGroups',
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'elasticloadbalancing:DescribeTargetGroups',
      'ecs:DescribeClusters',
    ],
    resources: ['*'],
    why: 'Each is optional: whatever the role may not read is shown as unknown.',
  },
  {
    id: 'CheckJsonKeys',
    features: ['json-keys'],
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['arn:aws:secretsmanager:REGION:ACCOUNT:secret:SECRET-*'],
    why: 'Read a secret to see whether the key exists in its JSON. Nothing of its value is kept.',
  },
  {
    id: 'CheckOwnKeys',
    features: ['json-keys'],
    actions: ['kms:Decrypt'],
    resources: ['arn:aws:kms:REGION:ACCOUNT:key/KEY'],
    condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.REGION.amazonaws.com' } },
    why: 'For secrets that are encrypted with a key of your own.',
  },
  {
    id: 'CheckFiles',
    features: ['env-files'],
    actions: ['s3:GetObject'],
    resources: ['arn:aws:s3:::BUCKET/*'],
    why: 'See whether the files exist.',
  },
  {
    id: 'CheckMissingFiles',
    features: ['env-files'],
    actions: ['s3:ListBucket'],
    resources: ['arn:aws:s3:::BUCKET'],
    why: 'Tell a missing file from a forbidden one.',
  },
  {
    id: 'SuggestServices',
    features: ['suggestions'],
    actions: ['ecs:ListServices'],
    resources: ['*'],
    condition: { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:REGION:ACCOUNT:cluster/CLUSTER' } },
    why: 'Suggest a service of the cluster. Without it, the message has no suggestion.',
  },
  {
    id: 'SuggestClusters',
    features: ['suggestions'],
    actions: ['ecs:ListClusters'],
    resources: ['*'],
    why: 'Suggest a cluster. Without it, the message has no suggestion. ECS takes no narrower resource.',
  },
];

/**
 * The policy for a set of features, as IAM's JSON, with placeholders such as REGION and CLUSTER filled in where a value
 * is given. Actions on the same resources under the same condition share a statement.
 */
export function policyFor(wanted: readonly Feature[], values: Readonly<Record<string, string>> = {}): string {
  const chosen = statements.filter((statement) => statement.features.some((name) => wanted.includes(name)));
  const document = {
    Version: '2012-10-17',
    Statement: chosen.map(({ id, actions, resources, condition }) => ({
      Sid: id,
      Effect: 'Allow',
      Action: oneOrMore(actions),
      Resource: oneOrMore(resources),
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  };
  const filled = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll(placeholder, (name) => values[name] ?? name) : value;
  return JSON.stringify(document, filled, 2).replaceAll(shortList, (list) =>
    list.length > 140 ? list : list.replaceAll(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
}

/** A list over several lines that contains no other list. */
const shortList = /\[\n[^[\]{}]*\]/g;

function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0 ? first : values;
}

/** Names that a user replaces, the longest first. */
export const placeholders = [
  'EXECUTION_ROLE',
  'SOURCE_SERVICE',
  'REPOSITORY',
  'TASK_ROLE',
  'LOG_GROUP',
  'ACCOUNT',
  'CLUSTER',
  'SERVICE',
  'BUCKET',
  'FAMILY',
  'REGION',
  'SECRET',
  'KEY',
] as const;

const placeholder = new RegExp(`\\b(${placeholders.join('|')})\\b`, 'g');
