import type { Calling } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { kindOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { type ImageReference, registryHost } from '../../reference/image-reference.ts';
import { describeEcrRepository } from './ecr-description.ts';
import { readLogin } from './ecr-login.ts';
import { ecrRepository } from './ecr-repository.ts';
import type { NewRepository } from './new-repository.ts';
import { ecrRegistryOf } from './registry-host.ts';
import type { RegistryLogin, Repository } from './repository.ts';

/** A repository of ECR, or why it counts as one of another registry, as a clause. */
export type EcrSearch =
  | { readonly kind: 'found'; readonly repository: Repository }
  | { readonly kind: 'elsewhere'; readonly why: string };

/**
 * Finds a repository of ECR. A host that could be anything is ECR if ECR's own token is for it.
 *
 * @throws Failure repository-missing
 */
export async function findEcrRepository(options: {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly calling: Calling;
  /** The repository as the input or the task definition names it. */
  readonly text: string;
  readonly reference: ImageReference;
  readonly create: NewRepository | undefined;
}): Promise<EcrSearch> {
  const { aws, calling, text, reference, create } = options;
  const { registry, repository: name } = reference;
  const owner = registry === undefined ? undefined : ecrRegistryOf(registry);
  const ecr = await aws.ecr(owner?.region);
  const login = once(() => readLogin(ecr, calling));
  if (registry !== undefined && owner === undefined) {
    const host = await readHost(login);
    // An unreadable token proves nothing: docker can still push there with an existing login.
    if (host === undefined) {
      return { kind: 'elsewhere', why: `${text} may not be in ECR (${denied('ecr:GetAuthorizationToken')})` };
    }
    if (host !== registryHost(reference)) return { kind: 'elsewhere', why: `${text} is not in ECR` };
  }
  const registryId = owner?.account;
  const place = { ecr, calling, name, registryId };
  const found = await describeEcrRepository(place);
  if (found.kind === 'missing' && create === undefined) {
    throw repositoryMissing(name, found.account ?? registryId, await ecr.config.region());
  }
  // A policy that lets another account pull or push seldom permits the description; the name is enough.
  const isUnknown = found.kind === 'denied';
  const described = found.kind === 'found' ? found.described : undefined;
  const uri = described?.repositoryUri ?? (isUnknown ? text : `${registry ?? (await login()).host}/${name}`);
  const toCreate = found.kind === 'missing' ? create : undefined;
  const repository = ecrRepository({
    place: { ...place, uri },
    login,
    described: described ?? toCreate?.settings,
    toCreate,
    cannotCreate: isUnknown
      ? `whether ${uri} exists is unknown (${denied('ecr:DescribeRepositories')})`
      : undefined,
  });
  return { kind: 'found', repository };
}

function denied(permission: string): string {
  return `this job lacks ${permission}`;
}

function repositoryMissing(name: string, account: string | undefined, region: string): Failure {
  const place = account === undefined ? `region ${region}` : `account ${account}, region ${region}`;
  return new Failure({
    code: 'repository-missing',
    fault: 'yours',
    message: `The repository ${name} doesn't exist in ECR (${place}).`,
    advice:
      'Check the input repository, and the region and account of the credentials; or set create-repository to true or immutable.',
  });
}

/** The host of the caller's own registry; undefined if the token is denied. */
async function readHost(login: () => Promise<RegistryLogin>): Promise<string | undefined> {
  try {
    return (await login()).host;
  } catch (error) {
    if (kindOf(error) === 'denied') return undefined;
    throw error;
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
