import type { Account } from '../../base/account.ts';
import type { Cluster } from '../model/cluster.ts';
import { invalidParameter } from './refusals.ts';

/** What a request names: by ARN with everything that stands in it, or by name. */
export interface Identifier {
  readonly accountId: string;
  /** `cluster`, `service`, … */
  readonly resource: string;
  /** What stands behind the resource's kind: `main/web` of a service's ARN, `web` of its name. */
  readonly path: readonly string[];
}

/**
 * Reads a name or ARN of one kind of resource. An ARN counts whole.
 *
 * @throws AwsError for an ARN of another region or of another kind, in the words of ECS (both seen in users' reports:
 * aws/aws-cli#3175, aws/aws-cli#7875)
 */
export function readIdentifier(account: Account, resource: string, reference: string): Identifier {
  if (!reference.startsWith('arn:')) return { accountId: account.accountId, resource, path: [reference] };
  const [, , , region, accountId = '', ...rest] = reference.split(':');
  const [kind = '', ...path] = rest.join(':').split('/');
  if (region !== account.region) throw invalidParameter('Invalid Region in ARN');
  if (kind !== resource) throw invalidParameter(`Unsupported resource type: ${kind}`);
  return { accountId, resource, path };
}

/**
 * The last part of the name or ARN of something in a cluster, e.g. a service's name or a task's id.
 *
 * @throws AwsError for an ARN of another cluster, in the words of ECS (seen: aws/aws-toolkit-vscode#2915), or of another
 * account (which ECS refuses in words that nobody has reported; ours follow the same pattern)
 */
export function identifierIn(
  account: Account,
  cluster: Cluster,
  resource: 'service' | 'task',
  reference: string,
): string {
  const { accountId, path } = readIdentifier(account, resource, reference);
  if (accountId !== account.accountId) {
    throw invalidParameter(
      `Invalid identifier: Identifier is for account ${accountId}. Your account is ${account.accountId}`,
    );
  }
  // ARNs of before 2018 have no cluster in them, and are still taken (documented).
  const [named = '', last] = path;
  if (last === undefined || !reference.startsWith('arn:')) return named;
  if (named !== cluster.name) {
    throw invalidParameter(
      `Invalid identifier: Identifier is for cluster ${named}. Your cluster is ${cluster.name}`,
    );
  }
  return path.slice(1).join('/');
}
