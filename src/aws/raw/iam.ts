import type { Json } from '../../text/json.ts';
import type { Aws } from '../clients.ts';
import { askRaw } from './ask.ts';

/** A role as GetRole tells it; undefined is what it does not tell. */
export interface Role {
  readonly arn: string | undefined;
  readonly trustPolicy: Json | undefined;
}

/** @throws Error as errors.ts sorts it */
export async function getRole(aws: Aws, roleName: string, abortSignal: AbortSignal): Promise<Role> {
  return readRole(await ask(aws, { Action: 'GetRole', RoleName: roleName }, abortSignal));
}

/** Pure. */
export function readRole(body: string): Role {
  const policy = /<AssumeRolePolicyDocument>([^<]*)<\/AssumeRolePolicyDocument>/.exec(body)?.[1];
  return {
    arn: /<Arn>([^<]*)<\/Arn>/.exec(body)?.[1],
    trustPolicy: policy === undefined ? undefined : decoded(policy),
  };
}

/** The document is encoded as in a URL (documented); any other text says nothing. */
function decoded(policy: string): Json {
  try {
    return JSON.parse(decodeURIComponent(policy)) as Json;
  } catch {
    return null;
  }
}

/** What IAM decides about an action; `allowed` is the only good one. */
export type Decision = readonly [action: string, decision: string];

/**
 * Simulates calls with the policies of a user or role; nothing of it is done.
 *
 * @param options.context a condition key with its value
 * @throws Error as errors.ts sorts it
 */
export async function simulatePrincipalPolicy(
  aws: Aws,
  options: {
    readonly principal: string;
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    readonly context: { readonly name: string; readonly value: string } | undefined;
  },
  abortSignal: AbortSignal,
): Promise<readonly Decision[]> {
  const { principal, actions, resources, context } = options;
  const members = {
    Action: 'SimulatePrincipalPolicy',
    PolicySourceArn: principal,
    // All in one answer (documented: at most 1000).
    MaxItems: '1000',
    ...membersOf('ActionNames', actions),
    ...membersOf('ResourceArns', resources),
    ...(context === undefined
      ? {}
      : {
          'ContextEntries.member.1.ContextKeyName': context.name,
          'ContextEntries.member.1.ContextKeyType': 'string',
          'ContextEntries.member.1.ContextKeyValues.member.1': context.value,
        }),
  };
  return decisionsIn(await ask(aws, members, abortSignal));
}

/**
 * Actions with what IAM decides, once for all resources or for each of them (it was both, documented). The two members
 * have no order: in AWS's own examples the name comes last. Each result has one of each. Pure.
 */
export function decisionsIn(body: string): readonly Decision[] {
  const actions = [...body.matchAll(/<EvalActionName>([^<]+)</g)];
  const decisions = [...body.matchAll(/<EvalDecision>([^<]+)</g)];
  return actions.map(([, action = ''], index) => [action, decisions[index]?.[1] ?? '']);
}

/** A list as the Query protocol writes it. */
function membersOf(name: string, values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value, index) => [`${name}.member.${index + 1}`, value]));
}

async function ask(
  aws: Aws,
  members: Readonly<Record<string, string>>,
  abortSignal: AbortSignal,
): Promise<string> {
  const request = {
    service: 'iam' as const,
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...members, Version: '2010-05-08' }).toString(),
  };
  return (await askRaw(aws, request, abortSignal)).body;
}
