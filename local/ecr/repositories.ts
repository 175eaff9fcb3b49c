import { type Account, arn } from '../base/account.ts';
import { AwsError, type Document } from '../server/operation.ts';

export interface Repository {
  readonly name: string;
  readonly mutability: TagMutability;
  readonly createdAt: number;
  readonly encryption: Document | undefined;
  readonly scanning: Document | undefined;
}

export interface TagMutability {
  readonly setting: string;
  /** Wildcards of the tags with the opposite setting (for the `..._WITH_EXCLUSION` settings). */
  readonly exclusions: readonly string[];
}

/** Whether an existing tag can't move to another image. */
export function isImmutable({ setting, exclusions }: TagMutability, tag: string): boolean {
  const isExcluded = exclusions.some((wildcard) => fitsWildcard(wildcard, tag));
  if (setting === 'IMMUTABLE') return true;
  if (setting === 'IMMUTABLE_WITH_EXCLUSION') return !isExcluded;
  if (setting === 'MUTABLE_WITH_EXCLUSION') return isExcluded;
  return false;
}

export const immutableTagText = (repository: string, tag: string): string =>
  `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;

export const unknownRepositoryText = (repository: string, { accountId }: Account): string =>
  `The repository with name '${repository}' does not exist in the registry with id '${accountId}'`;

export function repositoryNotFound(repository: string, account: Account): AwsError {
  return new AwsError('RepositoryNotFoundException', unknownRepositoryText(repository, account));
}

export function describeRepository(repository: Repository, account: Account, registryHost: string): Document {
  const { setting, exclusions } = repository.mutability;
  return {
    repositoryArn: arn(account, 'ecr', `repository/${repository.name}`),
    registryId: account.accountId,
    repositoryName: repository.name,
    repositoryUri: `${registryHost}/${repository.name}`,
    createdAt: repository.createdAt / 1000,
    imageTagMutability: setting,
    imageTagMutabilityExclusionFilters:
      exclusions.length === 0 ? undefined : exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })),
    imageScanningConfiguration: repository.scanning ?? { scanOnPush: false },
    encryptionConfiguration: repository.encryption ?? { encryptionType: 'AES256' },
  };
}

/** Documented: lower case, digits, separators between them, namespaces with slashes; 2 to 256 characters. */
export function checkRepositoryName(name: string): void {
  const pattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
  if (name.length >= 2 && name.length <= 256 && new RegExp(`^${pattern}$`).test(name)) return;
  throw new AwsError(
    'InvalidParameterException',
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${pattern}''`,
  );
}

/** `*` stands for any characters (documented). */
export function fitsWildcard(wildcard: string, tag: string): boolean {
  const parts = wildcard.split('*').map((part) => part.replace(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}
