import type { ECRClient } from '@aws-sdk/client-ecr';
import type { Calling } from '../../aws/call.ts';

/** A repository of ECR, and how to call it. */
export interface EcrPlace {
  readonly ecr: ECRClient;
  readonly calling: Calling;
  /** Registry and name, as ECR reports it. */
  readonly uri: string;
  readonly name: string;
  /** The account that owns the registry; undefined: the caller's. */
  readonly registryId: string | undefined;
}

/** Names the repository in a request. */
export function inRepository({ name, registryId }: Pick<EcrPlace, 'name' | 'registryId'>) {
  return { repositoryName: name, ...(registryId === undefined ? {} : { registryId }) };
}
