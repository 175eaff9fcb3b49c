import { simulatePrincipalPolicy } from '../../aws/raw/iam.ts';
import { ecrRegistryOf } from '../../image/registry/registry-host.ts';
import { parseReference } from '../../reference/image-reference.ts';
import { listIn } from '../../text/json.ts';
import type { Change } from '../decide/change.ts';
import {
  answerFromError,
  askWithRetries,
  askWithTimeout,
  type CheckContext,
  patienceSeconds,
  rejectForeignAnswers,
} from './ask.ts';
import type { Check } from './check.ts';

/**
 * Asks IAM to simulate the calls of a deploy for whoever this job is: nothing of it is done. What IAM says is a hint: it
 * does not know the values of conditions, nor policies of the organization.
 */
export async function checkPermissions(context: CheckContext, change: Change): Promise<readonly Check[]> {
  const needed = requiredCallsOf(change);
  if (needed.length === 0) return [];
  const { aws, clock } = context;
  const inTime = <T>(ask: (context: CheckContext) => Promise<T>): Promise<T | 'late'> =>
    askWithTimeout(clock, (signal) => ask({ aws, clock, signal }));
  const who = await inTime(callerOf).catch(() => undefined);
  const checks = await Promise.all(
    needed.map(async (one): Promise<readonly Check[]> => {
      const unknown = (detail: string): readonly Check[] =>
        one.actions.map((name) => ({ ...permission, name, state: 'unknown', detail }));
      if (who === undefined || who === 'late') return unknown('It cannot be told who this job is for IAM.');
      try {
        const simulated = await inTime((own) => simulate(own, who, one));
        return simulated === 'late' ? unknown(`IAM did not answer in ${patienceSeconds} s.`) : simulated;
      } catch (error) {
        const { detail = 'IAM does not know who this job is.' } = answerFromError(error, simulateAction);
        return unknown(detail);
      }
    }),
  );
  return checks.flat();
}

const simulateAction = 'iam:SimulatePrincipalPolicy';

const permission = { check: 'permissions', what: 'permission of this job', inUse: false } as const;

/** Calls that a deploy would make, with what they are made on. */
export interface RequiredCalls {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Lists the calls that change something; the reads were made already to plan. Pure. */
export function requiredCallsOf({ image, services }: Change): readonly RequiredCalls[] {
  const updated = services.filter(({ update }) => update.kind === 'update');
  const registered = updated.flatMap(({ taskDefinition }) =>
    taskDefinition.kind === 'register' ? [taskDefinition.document] : [],
  );
  const roles = registered
    .flatMap(({ executionRoleArn, taskRoleArn }) => [executionRoleArn, taskRoleArn])
    .filter((arn) => typeof arn === 'string' && arn.startsWith('arn:'));
  const serviceArns = updated.map(({ seen }) => seen.arn);
  const families = updated.flatMap(({ seen, taskDefinition: { kind, document } }) =>
    kind === 'register' && typeof document.family === 'string'
      ? [{ arn: `${seen.arn.replace(/:service\/.*/, '')}:task-definition/${document.family}:*`, document }]
      : [],
  );
  const ecrArn = (uri: string): string | undefined => repositoryArn(uri, serviceArns[0]);
  const isPushed = image.kind === 'to-build' || image.kind === 'to-copy';
  const repository = isPushed ? ecrArn(image.uri) : undefined;
  const source = image.kind === 'to-copy' ? ecrArn(image.from) : undefined;
  const all: readonly RequiredCalls[] = [
    { actions: ['ecs:UpdateService'], resources: serviceArns },
    {
      actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
      // Both are named by the service authorization reference.
      resources: serviceArns.flatMap((arn) => [arn, `${arn.replace(':service/', ':service-deployment/')}/*`]),
    },
    { actions: ['ecs:RegisterTaskDefinition'], resources: unique(families.map(({ arn }) => arn)) },
    {
      actions: ['ecs:TagResource'],
      resources: unique(
        families.flatMap(({ arn, document }) => (listIn(document.tags).length === 0 ? [] : arn)),
      ),
    },
    { actions: ['iam:PassRole'], resources: unique(roles.map(String)) },
    { actions: ['ecr:GetAuthorizationToken'], resources: (repository ?? source) === undefined ? [] : ['*'] },
    { actions: [...creating(image), ...pushing], resources: repository === undefined ? [] : [repository] },
    { actions: pulling, resources: source === undefined ? [] : [source] },
  ];
  return all.filter(({ resources }) => resources.length > 0);
}

function unique(arns: readonly string[]): readonly string[] {
  return [...new Set(arns)];
}

function creating(image: Change['image']): readonly string[] {
  if (!('newRepository' in image) || image.newRepository === undefined) return [];
  const { lifecyclePolicy } = image.newRepository;
  return ['ecr:CreateRepository', ...(lifecyclePolicy === undefined ? [] : ['ecr:PutLifecyclePolicy'])];
}

const pushing = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  'ecr:BatchGetImage',
];

const pulling = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

function repositoryArn(uri: string, serviceArn: string | undefined): string | undefined {
  const reference = parseReference(uri);
  const owner = reference?.registry === undefined ? undefined : ecrRegistryOf(reference.registry);
  const partition = serviceArn?.split(':')[1];
  return reference === undefined || owner === undefined || partition === undefined
    ? undefined
    : `arn:${partition}:ecr:${owner.region}:${owner.account}:repository/${reference.repository}`;
}

/** The user or role whose policies count; a session's ARN names its role. */
async function callerOf(context: CheckContext): Promise<string | undefined> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = await context.aws.sts();
  rejectForeignAnswers(sts.middlewareStack);
  const { Arn: arn } = await askWithRetries(context, 'sts:GetCallerIdentity', (abortSignal) =>
    sts.send(new GetCallerIdentityCommand(), { abortSignal }),
  );
  return arn === undefined ? undefined : principalOf(arn);
}

/** A role's path is not in its sessions' ARNs: one with a path is not found then, and all is unknown. */
export function principalOf(arn: string): string | undefined {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (session !== null) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return /^arn:[^:]+:iam::\d+:(user|role)\//.test(arn) ? arn : undefined;
}

async function simulate(
  context: CheckContext,
  who: string,
  { actions, resources }: RequiredCalls,
): Promise<readonly Check[]> {
  const condition = contexts[actions[0] ?? ''];
  const decisions = await askWithRetries(context, simulateAction, (over) =>
    simulatePrincipalPolicy(context.aws, { principal: who, actions, resources, context: condition }, over),
  );
  return actions.map((name) => {
    const found = decisions.filter(([action]) => action === name).map(([, decision]) => decision);
    const refusal = found.find((decision) => decision !== 'allowed');
    if (found.length === 0) return { ...permission, name, state: 'unknown', detail: 'IAM does not say.' };
    return refusal === undefined
      ? { ...permission, name, state: 'ok', detail: undefined }
      : {
          ...permission,
          name,
          state: 'wrong',
          detail: `IAM's simulation says ${refusal} for ${resources.join(', ')}.`,
        };
  });
}

/** The values that conditions in docs/permissions.md ask for. */
const contexts: Readonly<Record<string, { readonly name: string; readonly value: string }>> = {
  'iam:PassRole': { name: 'iam:PassedToService', value: 'ecs-tasks.amazonaws.com' },
  'ecs:TagResource': { name: 'ecs:CreateAction', value: 'RegisterTaskDefinition' },
};
