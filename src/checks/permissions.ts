import { listIn } from '../aws/json.ts';
import { sendRaw } from '../aws/raw.ts';
import type { Change } from '../change/change.ts';
import { ownerOfRegistry } from '../image/ecr.ts';
import { parseReference } from '../image/reference.ts';
import { type Asking, type Check, refused } from './check.ts';
import { askInTime, patienceSeconds } from './patience.ts';

/**
 * Asks IAM to simulate the calls of a deploy for whoever this job is: nothing of it is done. What IAM says is a hint: it
 * does not know the values of conditions, nor policies of the organization.
 */
export async function checkPermissions(asking: Asking, change: Change): Promise<readonly Check[]> {
  const needed = neededBy(change);
  if (needed.length === 0) return [];
  const { clock } = asking;
  const who = await askInTime(clock, () => callerOf(asking)).catch(() => undefined);
  const checks = await Promise.all(
    needed.map(async (one): Promise<readonly Check[]> => {
      const unknown = (detail: string): readonly Check[] =>
        one.actions.map((name) => ({ ...permission, name, state: 'unknown', detail }));
      if (who === undefined || who === 'late') return unknown('Who this job is for IAM can not be told.');
      try {
        const simulated = await askInTime(clock, () => simulate(asking, who, one));
        return simulated === 'late' ? unknown(`IAM did not answer in ${patienceSeconds} s.`) : simulated;
      } catch {
        return unknown('IAM did not answer.');
      }
    }),
  );
  return checks.flat();
}

const permission = { check: 'permissions', what: 'permission of this job', inUse: false } as const;

/** Calls that a deploy would make, with what they are made on. */
export interface Needed {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Those that change something; the reads were made already when the plan was. Pure. */
export function neededBy({ image, services }: Change): readonly Needed[] {
  const updated = services.filter(({ update }) => update.kind === 'update');
  const registered = updated.flatMap(({ taskDefinition }) =>
    taskDefinition.kind === 'register' ? [taskDefinition.document] : [],
  );
  const roles = registered
    .flatMap(({ executionRoleArn, taskRoleArn }) => [executionRoleArn, taskRoleArn])
    .filter((arn) => typeof arn === 'string' && arn.startsWith('arn:'));
  const serviceArns = updated.map(({ seen }) => seen.arn);
  const ecrArn = (uri: string): string | undefined => repositoryArn(uri, serviceArns[0] ?? '');
  const isPushed = image.kind === 'to-build' || image.kind === 'to-copy';
  const repository = isPushed ? ecrArn(image.uri) : undefined;
  const source = image.kind === 'to-copy' ? ecrArn(image.from) : undefined;
  const all: readonly Needed[] = [
    { actions: ['ecs:UpdateService'], resources: serviceArns },
    {
      actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
      resources: serviceArns.map((arn) => `${arn.replace(':service/', ':service-deployment/')}/*`),
    },
    { actions: ['ecs:RegisterTaskDefinition'], resources: registered.length === 0 ? [] : ['*'] },
    {
      actions: ['ecs:TagResource'],
      resources: registered.flatMap(({ family, tags }, index) =>
        listIn(tags).length === 0 || typeof family !== 'string'
          ? []
          : `${(serviceArns[index] ?? '').replace(/:service\/.*/, '')}:task-definition/${family}:*`,
      ),
    },
    { actions: ['iam:PassRole'], resources: [...new Set(roles.map(String))] },
    { actions: ['ecr:GetAuthorizationToken'], resources: (repository ?? source) === undefined ? [] : ['*'] },
    { actions: [...creating(image), ...pushing], resources: repository === undefined ? [] : [repository] },
    { actions: pulling, resources: source === undefined ? [] : [source] },
  ];
  return all.filter(({ resources }) => resources.length > 0);
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

function repositoryArn(uri: string, serviceArn: string): string | undefined {
  const reference = parseReference(uri);
  const owner = reference?.registry === undefined ? undefined : ownerOfRegistry(reference.registry);
  const partition = serviceArn.split(':')[1];
  return reference === undefined || owner?.kind !== 'ecr' || partition === undefined
    ? undefined
    : `arn:${partition}:ecr:${owner.region}:${owner.account}:repository/${reference.repository}`;
}

/** The user or role whose policies count; a session's ARN names its role. */
async function callerOf({ aws }: Asking): Promise<string | undefined> {
  const reply = await sendRaw(aws.ecs, {
    service: 'sts',
    method: 'POST',
    headers: formHeaders,
    body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }).toString(),
  });
  return principalOf(/<Arn>([^<]*)<\/Arn>/.exec(reply.body)?.[1] ?? '');
}

/** A role's path is not in its sessions' ARNs: one with a path is not found then, and all is unknown. */
export function principalOf(arn: string): string | undefined {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (session !== null) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return /^arn:[^:]+:iam::\d+:(user|role)\//.test(arn) ? arn : undefined;
}

async function simulate(
  { aws }: Asking,
  who: string,
  { actions, resources }: Needed,
): Promise<readonly Check[]> {
  const form = new URLSearchParams({
    Action: 'SimulatePrincipalPolicy',
    Version: '2010-05-08',
    PolicySourceArn: who,
    // All in one answer (documented: at most 1000).
    MaxItems: '1000',
  });
  for (const [index, action] of actions.entries()) form.set(`ActionNames.member.${index + 1}`, action);
  for (const [index, resource] of resources.entries()) form.set(`ResourceArns.member.${index + 1}`, resource);
  const context = contexts[actions[0] ?? ''];
  if (context !== undefined) {
    form.set('ContextEntries.member.1.ContextKeyName', context.name);
    form.set('ContextEntries.member.1.ContextKeyType', 'string');
    form.set('ContextEntries.member.1.ContextKeyValues.member.1', context.value);
  }
  const reply = await sendRaw(aws.ecs, {
    service: 'iam',
    method: 'POST',
    headers: formHeaders,
    body: form.toString(),
  });
  if (reply.status !== 200) {
    const { detail = 'IAM does not know who this job is.' } = refused(
      reply.status,
      reply.body,
      'iam:SimulatePrincipalPolicy',
    );
    return actions.map((name) => ({ ...permission, name, state: 'unknown', detail }));
  }
  const decisions = decisionsIn(reply.body);
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

/**
 * Actions with what IAM decides, once for all resources or for each of them (it was both, documented). The two members
 * have no order: in AWS's own examples the name comes last. Each result has one of each.
 */
export function decisionsIn(body: string): readonly (readonly [action: string, decision: string])[] {
  const actions = [...body.matchAll(/<EvalActionName>([^<]+)</g)];
  const decisions = [...body.matchAll(/<EvalDecision>([^<]+)</g)];
  return actions.map(([, action = ''], index) => [action, decisions[index]?.[1] ?? '']);
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };

/** What conditions in the README's policy ask for. */
const contexts: Readonly<Record<string, { readonly name: string; readonly value: string }>> = {
  'iam:PassRole': { name: 'iam:PassedToService', value: 'ecs-tasks.amazonaws.com' },
  'ecs:TagResource': { name: 'ecs:CreateAction', value: 'RegisterTaskDefinition' },
};
