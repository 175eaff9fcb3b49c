import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { type Calling, call } from '../aws/call.ts';
import type { Aws } from '../aws/clients.ts';
import { kindOf } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { ownerOfRegistry } from './ecr.ts';
import { isDigest, parseReference, registryHost } from './reference.ts';

/** Where images are pushed to and looked up. */
export type Repository =
  | {
      readonly kind: 'ecr';
      /** As ECR tells it: registry and name. */
      readonly uri: string;
      readonly name: string;
      readonly registryId: string | undefined;
      readonly ecr: ECRClient;
    }
  /** Not ECR: the Docker logins that are there are used, and ECR is not asked. */
  | { readonly kind: 'other'; readonly uri: string };

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
  readonly create: boolean;
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
  if (owner?.kind === 'unknown' && !(await isRegistryOf(ecr, calling, registryHost(reference)))) {
    return { kind: 'other', uri: text };
  }
  const registryId = owner?.kind === 'ecr' ? owner.account : undefined;
  const name = reference.repository;
  const found = await describe(ecr, calling, name, registryId);
  const uri = found ?? (create ? await createRepository(ecr, calling, name) : undefined);
  if (uri === undefined) {
    throw new Failure({
      code: 'repository-missing',
      fault: 'yours',
      message: `There is no repository ${name} in ECR${registryId === undefined ? '' : ` of account ${registryId}`}.`,
      advice: 'Check the input repository, or set create-repository to true.',
    });
  }
  return { kind: 'ecr', uri, name, registryId, ecr };
}

async function isRegistryOf(ecr: ECRClient, calling: Calling, host: string): Promise<boolean> {
  try {
    return (await readToken(ecr, calling)).registry === host;
  } catch (error) {
    if (kindOf(error) === 'denied') return false;
    throw error;
  }
}

async function describe(
  ecr: ECRClient,
  calling: Calling,
  name: string,
  registryId: string | undefined,
): Promise<string | undefined> {
  try {
    const reply = await call(calling, 'ecr:DescribeRepositories', () =>
      ecr.send(
        new DescribeRepositoriesCommand({
          repositoryNames: [name],
          ...(registryId === undefined ? {} : { registryId }),
        }),
      ),
    );
    return reply.repositories?.[0]?.repositoryUri;
  } catch (error) {
    if (kindOf(error) === 'not-found') return undefined;
    throw error;
  }
}

async function createRepository(ecr: ECRClient, calling: Calling, name: string): Promise<string | undefined> {
  calling.say(`Creating the repository ${name} (scan on push).`);
  const reply = await call(calling, 'ecr:CreateRepository', () =>
    ecr.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageScanningConfiguration: { scanOnPush: true },
      }),
    ),
  );
  return reply.repository?.repositoryUri;
}

/** A login for docker; the password is a secret and must be masked before anything else is done with it. */
export interface RegistryToken {
  /** Host, with port if there is one. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Valid for twelve hours (documented). */
export async function readToken(ecr: ECRClient, calling: Calling): Promise<RegistryToken> {
  const reply = await call(calling, 'ecr:GetAuthorizationToken', () =>
    ecr.send(new GetAuthorizationTokenCommand({})),
  );
  const data = reply.authorizationData?.[0];
  const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return {
    registry: (data?.proxyEndpoint ?? '').replace(/^https?:\/\//, ''),
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
  };
}

/**
 * The digest under which ECR holds a tag or digest.
 * @throws Failure image-missing
 */
export async function resolveDigest(
  repository: Repository & { kind: 'ecr' },
  calling: Calling,
  tagOrDigest: string,
): Promise<string> {
  const reply = await call(calling, 'ecr:BatchGetImage', () =>
    repository.ecr.send(
      new BatchGetImageCommand({
        repositoryName: repository.name,
        ...(repository.registryId === undefined ? {} : { registryId: repository.registryId }),
        imageIds: [isDigest(tagOrDigest) ? { imageDigest: tagOrDigest } : { imageTag: tagOrDigest }],
      }),
    ),
  );
  const digest = reply.images?.[0]?.imageId?.imageDigest;
  if (digest === undefined) {
    throw new Failure({
      code: 'image-missing',
      fault: 'yours',
      message: `The repository ${repository.uri} holds no image ${tagOrDigest}.`,
      advice: 'Check the input image; a lifecycle rule of the repository may have deleted it.',
    });
  }
  return digest;
}
