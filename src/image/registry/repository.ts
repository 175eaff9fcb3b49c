import type { Repository as Described, ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { parseReference, registryHost } from '../../reference/image-reference.ts';
import { ownerOfRegistry } from './ecr.ts';
import type { NewRepository } from './new-repository.ts';
import { readTagRules, type TagRules } from './tag-rules.ts';
import { type RegistryToken, readToken } from './token.ts';

/** Where images are pushed to and looked up. */
export type Repository =
  | EcrRepository
  /** Not ECR: the Docker logins that are there are used, and ECR is not asked. */
  | { readonly kind: 'other'; readonly uri: string };

export interface EcrRepository {
  readonly kind: 'ecr';
  /** As ECR tells it: registry and name. */
  readonly uri: string;
  readonly name: string;
  readonly registryId: string | undefined;
  readonly ecr: ECRClient;
  /** It is not there yet, and is to be created so before anything is pushed. */
  readonly toCreate: NewRepository | undefined;
  readonly tagRules: TagRules;
  /** The login for docker, asked for once. */
  readonly token: () => Promise<RegistryToken>;
}

/**
 * Finds the repository that a text names: registry and path, or a name alone (then ECR of this account and region).
 * Whether an unknown host is ECR is told by ECR itself: by the endpoint that its token is for.
 *
 * @throws Failure repository-missing, input-invalid
 */
export async function findRepository(options: {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly calling: Calling;
  readonly text: string;
  /** How it is to be created when it is missing; undefined: not at all. */
  readonly create: NewRepository | undefined;
}): Promise<Repository> {
  const { aws, calling, text, create } = options;
  const reference = parseReference(text);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message: `repository: ${JSON.stringify(text)} is not a repository (registry and path without tag).`,
    });
  }
  const owner = reference.registry === undefined ? undefined : ownerOfRegistry(reference.registry);
  if (owner?.kind === 'other' || owner?.kind === 'ecr-public') return { kind: 'other', uri: text };

  const ecr = await aws.ecr(owner?.kind === 'ecr' ? owner.region : undefined);
  const token = once(() => readToken(ecr, calling));
  if (owner?.kind === 'unknown' && !(await isRegistryOf(token, registryHost(reference)))) {
    return { kind: 'other', uri: text };
  }
  const registryId = owner?.kind === 'ecr' ? owner.account : undefined;
  const name = reference.repository;
  const found = await describe(ecr, calling, name, registryId);
  if (found === 'denied') {
    // Policies of repositories that let another account pull or push seldom permit this; the name says enough.
    const place = { kind: 'ecr', uri: text, name, registryId, ecr, toCreate: undefined } as const;
    return { ...place, tagRules: readTagRules(undefined), token };
  }
  if ('missingIn' in found && create === undefined) {
    const account = found.missingIn ?? registryId;
    const region = `region ${await ecr.config.region()}`;
    throw new Failure({
      code: 'repository-missing',
      fault: 'yours',
      message: `There is no repository ${name} in ECR (${account === undefined ? region : `account ${account}, ${region}`}).`,
      advice:
        'Check the input repository, the region and the account of the credentials, or set create-repository to true or immutable.',
    });
  }
  const there = 'missingIn' in found ? undefined : found;
  const uri = there?.repositoryUri ?? `${reference.registry ?? (await token()).registry}/${name}`;
  return {
    kind: 'ecr',
    uri,
    name,
    registryId,
    ecr,
    toCreate: there === undefined ? create : undefined,
    tagRules: readTagRules(there ?? create?.settings),
    token,
  };
}

async function isRegistryOf(token: () => Promise<RegistryToken>, host: string): Promise<boolean> {
  try {
    return (await token()).registry === host;
  } catch (error) {
    if (kindOf(error) === 'denied') return false;
    throw error;
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** A repository that isn't there, and the account in which it was looked for, where ECR says it. */
interface Missing {
  readonly missingIn: string | undefined;
}

async function describe(
  ecr: ECRClient,
  calling: Calling,
  name: string,
  registryId: string | undefined,
): Promise<Described | Missing | 'denied'> {
  const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr');
  try {
    const reply = await call(calling, 'ecr:DescribeRepositories', (abortSignal) =>
      ecr.send(
        new DescribeRepositoriesCommand({
          repositoryNames: [name],
          ...(registryId === undefined ? {} : { registryId }),
        }),
        { abortSignal },
      ),
    );
    return reply.repositories?.[0] ?? { missingIn: undefined };
  } catch (error) {
    // `... does not exist in the registry with id '123456789012'` (seen): the account that was asked.
    if (kindOf(error) === 'not-found') return { missingIn: /\bid '(\d{12})'/.exec(wordsOf(error))?.[1] };
    if (kindOf(error) === 'denied' && registryId !== undefined) return 'denied';
    throw error;
  }
}
