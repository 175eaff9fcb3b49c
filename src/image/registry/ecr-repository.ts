import type { Repository as Described, ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import {
  atDigest,
  type ImageReference,
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

/**
 * Finds a repository of ECR; undefined when its host turns out not to be ECR: an unknown host is ECR when ECR's own token is
 * for it.
 *
 * @throws Failure repository-missing
 */
export async function findEcrRepository(options: {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly calling: Calling;
  /** As the text that names it was written. */
  readonly text: string;
  readonly reference: ImageReference;
  readonly create: NewRepository | undefined;
}): Promise<Repository | undefined> {
  const { aws, calling, text, reference, create } = options;
  const { registry, repository: name } = reference;
  const owner = registry === undefined ? undefined : ecrRegistryOf(registry);
  const ecr = await aws.ecr(owner?.region);
  const login = once(() => readLogin(ecr, calling));
  const isKnown = registry === undefined || owner !== undefined;
  if (!isKnown && !(await isRegistryOf(login, registryHost(reference)))) return undefined;
  const registryId = owner?.account;
  const found = await describe({ ecr, calling, name, registryId });
  const place = { ecr, calling, name, registryId };
  // Policies of repositories that let another account pull or push seldom permit this; the name says enough.
  if (found.kind === 'denied') {
    return ecrRepository({
      place: { ...place, uri: text },
      login,
      described: undefined,
      toCreate: undefined,
    });
  }
  if (found.kind === 'missing' && create === undefined) {
    throw repositoryMissing(name, found.account ?? registryId, await ecr.config.region());
  }
  const described = found.kind === 'found' ? found.described : undefined;
  const uri = described?.repositoryUri ?? `${registry ?? (await login()).host}/${name}`;
  return ecrRepository({
    place: { ...place, uri },
    login,
    described: described ?? create?.settings,
    toCreate: described === undefined ? create : undefined,
  });
}

function repositoryMissing(name: string, account: string | undefined, region: string): Failure {
  const place = account === undefined ? `region ${region}` : `account ${account}, region ${region}`;
  return new Failure({
    code: 'repository-missing',
    fault: 'yours',
    message: `There is no repository ${name} in ECR (${place}).`,
    advice:
      'Check the input repository, the region and the account of the credentials, or set create-repository to true or immutable.',
  });
}

function ecrRepository(found: {
  readonly place: EcrPlace;
  readonly login: () => Promise<RegistryLogin>;
  readonly described: Parameters<typeof readTagRules>[0];
  readonly toCreate: NewRepository | undefined;
}): Repository {
  const { place, login, described, toCreate } = found;
  const { uri } = place;
  const readMany = async (ids: readonly string[]): Promise<ReadonlyMap<string, RegistryImage>> => {
    const images = await readImages(place, ids);
    return new Map([...images].map(([id, image]) => [id, imageIn(place, image)]));
  };
  return {
    uri,
    toCreate,
    createIfMissing: async (log) => {
      if (toCreate !== undefined) await createEcrRepository(place, toCreate, log);
    },
    isImmutable: readTagRules(described).isImmutable,
    keepsCaches: true,
    hasScans: true,
    login: async () => {
      const own = await login();
      // The registry of another account takes the same login under its own host.
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
        // Pushing needs the permission as well, but then docker says so.
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
    message: `The repository ${uri} holds no image ${tagOrDigest}.`,
    advice: 'Check the input image; a lifecycle rule of the repository may have deleted it.',
  });
}

async function isRegistryOf(login: () => Promise<RegistryLogin>, host: string): Promise<boolean> {
  try {
    return (await login()).host === host;
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

type Description =
  | { readonly kind: 'found'; readonly described: Described }
  /** The account is the one that was asked, where ECR says it. */
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
    // `... does not exist in the registry with id '123456789012'` (seen): the account that was asked.
    if (kindOf(error) === 'not-found') {
      return { kind: 'missing', account: /\bid '(\d{12})'/.exec(wordsOf(error))?.[1] };
    }
    if (kindOf(error) === 'denied' && place.registryId !== undefined) return { kind: 'denied' };
    throw error;
  }
}
