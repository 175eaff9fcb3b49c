import type { Repository as Described, ECRClient } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import { kindOf, wordsOf } from '../../aws/errors.ts';
import { inRepository } from './ecr-place.ts';

/** What ECR says of a repository. */
export type Description =
  | { readonly kind: 'found'; readonly described: Described }
  /** The account that was asked, if ECR names it. */
  | { readonly kind: 'missing'; readonly account: string | undefined }
  | { readonly kind: 'denied' };

/** Describes a repository; `denied` only for another account's, whose policy seldom permits it. */
export async function describeEcrRepository({
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
