import type { Repository as Described, ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import {
  atDigest,
  type ImageReference,
  isDigest,
  parseReference,
  registryHost,
} from '../../reference/image-reference.ts';
import { addTag, type EcrImage, readBlob, readImages } from './ecr-images.ts';
import { readLogin } from './ecr-login.ts';
import { type EcrPlace, inRepository } from './ecr-place.ts';
import { refuseFindings } from './ecr-scan.ts';
import { createEcrRepository, type NewRepository } from './new-repository.ts';
import { ecrRegistryOf } from './registry-host.ts';
import type { RegistryImage, RegistryLogin, Repository } from './repository.ts';
import { readTagRules } from './tag-rules.ts';

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
  const found = await describe(place);
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

function ecrRepository(found: {
  readonly place: EcrPlace;
  readonly login: () => Promise<RegistryLogin>;
  readonly described: Parameters<typeof readTagRules>[0];
  readonly toCreate: NewRepository | undefined;
  readonly cannotCreate: string | undefined;
}): Repository {
  const { place, login, described, toCreate, cannotCreate } = found;
  const { uri } = place;
  const readMany = async (ids: readonly string[]): Promise<ReadonlyMap<string, RegistryImage>> => {
    const images = await readImages(place, ids);
    return new Map([...images].map(([id, image]) => [id, imageIn(place, image)]));
  };
  return {
    uri,
    toCreate,
    cannotCreate,
    createIfMissing: async (log) => {
      if (toCreate !== undefined) await createEcrRepository(place, toCreate, log);
    },
    isImmutable: readTagRules(described).isImmutable,
    keepsCaches: true,
    notAsked: undefined,
    login: async () => {
      const own = await login();
      // The registry of another account accepts the same login under its own host.
      return { ...own, host: parseReference(uri)?.registry ?? own.host };
    },
    readImage: async (tagOrDigest) => {
      const image = (await readMany([tagOrDigest])).get(tagOrDigest);
      if (image !== undefined) return image;
      throw imageMissing(uri, tagOrDigest);
    },
    readImages: async (ids) => {
      try {
        return await readMany(ids);
      } catch (error) {
        // Pushing needs the permission too; docker reports its absence then.
        if (kindOf(error) !== 'denied') throw error;
        return undefined;
      }
    },
  };
}

function imageIn(place: EcrPlace, image: EcrImage): RegistryImage {
  return {
    uri: atDigest(place.uri, image.digest),
    digest: image.digest,
    manifest: image.manifest,
    readBlob: (digest) => readBlob(place, digest),
    addTag: (tag) => addTag(place, image, tag),
    refuseFindings: (platforms, severity) => refuseFindings(place, image, platforms, severity),
  };
}

function imageMissing(uri: string, tagOrDigest: string): Failure {
  return new Failure({
    code: 'image-missing',
    fault: 'yours',
    message: `The repository ${uri} has no image ${tagOrDigest}.`,
    advice: `Check the input image. A lifecycle rule of the repository may have deleted it.${
      isDigest(tagOrDigest)
        ? ''
        : ` If you mean an image on Docker Hub, write it with its host and tag, as docker.io/library/${tagOrDigest}:TAG.`
    }`,
  });
}

/** The host of the caller's own registry; undefined if the token is denied or names no host. */
async function readHost(login: () => Promise<RegistryLogin>): Promise<string | undefined> {
  try {
    return (await login()).host || undefined;
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

type Description =
  | { readonly kind: 'found'; readonly described: Described }
  /** The account that was asked, if ECR names it. */
  | { readonly kind: 'missing'; readonly account: string | undefined }
  | { readonly kind: 'denied' };

async function describe({
  ecr,
  calling,
  ...place
}: {
  readonly ecr: ECRClient;
  readonly calling: Calling;
  readonly name: string;
  readonly registryId: string | undefined;
}): Promise<Description> {
  const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr');
  const { repositoryName, ...registry } = inRepository(place);
  try {
    const reply = await call(calling, 'ecr:DescribeRepositories', (abortSignal) =>
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName], ...registry }), {
        abortSignal,
      }),
    );
    const described = reply.repositories?.[0];
    return described === undefined ? { kind: 'missing', account: undefined } : { kind: 'found', described };
  } catch (error) {
    // `... does not exist in the registry with id '123456789012'` (observed): the account that was asked.
    if (kindOf(error) === 'not-found') {
      return { kind: 'missing', account: /\bid '(\d{12})'/.exec(wordsOf(error))?.[1] };
    }
    if (kindOf(error) === 'denied' && place.registryId !== undefined) return { kind: 'denied' };
    throw error;
  }
}
