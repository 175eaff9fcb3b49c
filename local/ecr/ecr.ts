import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { documentOf, documentsOf, flagOf, lets, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { pageOf } from '../server/pages.ts';
import type { Authorization } from './authorization.ts';
import { imageOperations } from './image-operations.ts';
import type { ImageTable } from './image-table.ts';
import { type LayerLinks, layerLinks } from './layer-links.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { createPullThrough, type PullThrough } from './pull-through.ts';
import {
  checkRepositoryName,
  describeRepository,
  type Repository,
  repositoryNotFound,
  type TagMutability,
} from './repositories.ts';
import { type Findings, scanOperations } from './scans.ts';

export interface Ecr {
  readonly operations: Operations;
  readonly links: LayerLinks;
  readonly pullThrough: PullThrough;
  /** Undefined if the repository doesn't exist. */
  repository(name: string): Repository | undefined;
}

/** Amazon ECR on a table of images. The gateway in front of a real registry adds pushed images to the table. */
export function createEcr(options: {
  readonly account: Account;
  readonly clock: Clock;
  readonly images: ImageTable;
  /** The passwords of the region. */
  readonly authorization: Authorization;
  /** `127.0.0.1:PORT`, the start of repository URIs. A function, since the port is known late. */
  readonly registryHost: () => string;
  /** Host and port of the registry that stores layers; undefined without one. */
  readonly store?: string | undefined;
  /** The findings of scans; none by default. */
  readonly findings?: (repository: string, digest: string) => Findings;
}): Ecr {
  const { account, clock, images, authorization, registryHost } = options;
  const repositories = new Map<string, Repository>();
  const links = layerLinks();

  const repository = (input: Document): Repository => {
    const name = textOf(input, 'repositoryName') ?? '';
    const found = repositories.get(name);
    if (found === undefined || isForeign(input)) throw repositoryNotFound(name, account);
    return found;
  };
  const isForeign = (input: Document): boolean =>
    (textOf(input, 'registryId') ?? account.accountId) !== account.accountId;
  const described = (one: Repository): Document => describeRepository(one, account, registryHost());

  const create = (input: Document): Repository => {
    const name = textOf(input, 'repositoryName') ?? '';
    const created: Repository = {
      name,
      mutability: mutabilityIn(input),
      createdAt: clock.now(),
      encryption: documentOf(input, 'encryptionConfiguration'),
      scanning: documentOf(input, 'imageScanningConfiguration'),
    };
    repositories.set(name, created);
    return created;
  };
  const pullThrough = createPullThrough({
    accountId: account.accountId,
    now: () => clock.now(),
    images,
    ensureRepository: (name) => {
      if (!repositories.has(name)) create({ repositoryName: name });
    },
    store: options.store,
  });

  const operations: Operations = {
    GetAuthorizationToken: () => {
      const { password, expiresAt } = authorization.issue();
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      // The real one has https://; loopback has no TLS.
      const proxyEndpoint = `http://${registryHost()}`;
      return { authorizationData: [{ authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint }] };
    },
    CreateRepository: (input) => {
      const name = textOf(input, 'repositoryName') ?? '';
      checkRepositoryName(name);
      // Our words: only an account's own credentials create its repositories.
      if (isForeign(input))
        throw new AwsError('AccessDeniedException', `Not authorized to perform: ecr:CreateRepository`);
      if (repositories.has(name))
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${account.accountId}'`,
        );
      return { repository: described(create(input)) };
    },
    DescribeRepositories: (input) => {
      const names = textsOf(input, 'repositoryNames');
      const unknown = names.find((name) => isForeign(input) || !repositories.has(name));
      if (unknown !== undefined) throw repositoryNotFound(unknown, account);
      const found = [...repositories.values()].filter(({ name }) => lets(names, name));
      const { page, nextToken } = pageOf(found, input, { size: 100, most: 1000, keyOf: ({ name }) => name });
      return { repositories: page.map(described), nextToken };
    },
    DeleteRepository: async (input) => {
      const { name } = repository(input);
      const isEmpty = (await images.list(name)).length === 0;
      if (!isEmpty && flagOf(input, 'force') !== true)
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${name}' in registry with id '${account.accountId}' cannot be deleted because it still contains images`,
        );
      const deleted = described(repository(input));
      repositories.delete(name);
      images.removeAll(name);
      return { repository: deleted };
    },
    PutImageTagMutability: (input) => {
      const changed = { ...repository(input), mutability: mutabilityIn(input) };
      repositories.set(changed.name, changed);
      const { registryId, repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters } =
        described(changed);
      return { registryId, repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters };
    },
    // The real address is in S3 and valid for an hour.
    GetDownloadUrlForLayer: (input) => {
      const { name } = repository(input);
      const digest = textOf(input, 'layerDigest') ?? '';
      const path = links.make({ repository: name, digest });
      return { layerDigest: digest, downloadUrl: `http://${registryHost()}${path}` };
    },
    ...imageOperations({ account, images, repository }),
    ...pullThrough.operations,
    ...lifecycleOperations({ account, clock, images, repository }),
    ...scanOperations({ clock, images, repository, findings: options.findings ?? (() => ({})) }),
  };
  return { operations, links, pullThrough, repository: (name) => repositories.get(name) };
}

function mutabilityIn(input: Document): TagMutability {
  const setting = textOf(input, 'imageTagMutability') ?? 'MUTABLE';
  const filters = documentsOf(input, 'imageTagMutabilityExclusionFilters');
  return { setting, exclusions: filters.flatMap((filter) => textOf(filter, 'filter') ?? []) };
}
