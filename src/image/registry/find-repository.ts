import type { Calling } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { Failure } from '../../process/failure.ts';
import { parseReference } from '../../reference/image-reference.ts';
import { findEcrRepository } from './ecr-search.ts';
import type { NewRepository } from './new-repository.ts';
import { otherRepository } from './other-repository.ts';
import { isOutsideEcr } from './registry-host.ts';
import type { Repository } from './repository.ts';

/**
 * Finds the repository that a text names: registry and path, or just a name (in ECR of this account and region). Only this
 * function tells registries apart.
 *
 * @throws Failure repository-missing, input-invalid
 */
export async function findRepository(options: {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly calling: Calling;
  readonly text: string;
  /** How to create it if it doesn't exist; undefined: not at all. */
  readonly create: NewRepository | undefined;
}): Promise<Repository> {
  const { text } = options;
  const reference = parseReference(text);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    throw new Failure({
      code: 'input-invalid',
      fault: 'yours',
      message: `repository: ${JSON.stringify(text)} is not a repository (registry and path, without a tag).`,
    });
  }
  const { registry } = reference;
  if (registry !== undefined && isOutsideEcr(registry)) return otherRepository(text, `${text} is not in ECR`);
  const found = await findEcrRepository({ ...options, reference });
  return found.kind === 'found' ? found.repository : otherRepository(text, found.why);
}
