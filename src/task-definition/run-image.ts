import { atDigest, parseReference, repositoryUri } from '../reference/image-reference.ts';
import type { RunImage } from '../reference/rollback-target.ts';
import { containerNamed, type TaskDefinitionDocument } from './document.ts';

/**
 * The image of a container: by the digest that ECS resolved it to, or that the task definition names; as it is written where
 * neither tells one.
 *
 * @param images what ECS ran for this task definition, as far as it tells
 */
export function imageOfContainer(
  document: TaskDefinitionDocument,
  images: readonly RunImage[],
  container: string,
): { readonly uri: string; readonly digest: string | undefined } | undefined {
  const run = images.find((image) => image.container === container);
  const written = containerNamed(document, container)?.image;
  const text = run?.image ?? (typeof written === 'string' ? written : undefined);
  const reference = text === undefined ? undefined : parseReference(text);
  if (text === undefined || reference === undefined) return undefined;
  const digest = run?.digest ?? reference.digest;
  return { uri: digest === undefined ? text : atDigest(repositoryUri(reference), digest), digest };
}
