import type { Base } from '../../service/base.ts';
import type { ServiceState } from '../../service/describe.ts';
import { changesOf, type TaskDefinitionInputs } from '../../task-definition/changes.ts';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { edit } from '../../task-definition/edit.ts';
import { isSame } from '../../task-definition/same.ts';

/** What becomes of a service's task definition. */
export type TaskDefinitionChange =
  /** A revision that is registered says just this; it is not registered again. */
  | { readonly kind: 'same'; readonly arn: string; readonly document: TaskDefinitionDocument }
  /** It has no ARN yet. */
  | { readonly kind: 'register'; readonly arn?: undefined; readonly document: TaskDefinitionDocument };

/**
 * Binds the image and the changes into the document to start from. Pure.
 * @param image undefined: the document's own stays
 * @throws Failure container-not-found, container-ambiguous, input-invalid
 */
export function decideTaskDefinition({
  inputs,
  image,
  base,
  seen,
}: {
  readonly inputs: TaskDefinitionInputs;
  readonly image: string | undefined;
  readonly base: Base;
  readonly seen: Pick<ServiceState, 'taskDefinition' | 'taskDefinitionArn'>;
}): TaskDefinitionChange {
  const document = edit(base.document, changesOf(base.document, inputs, image));
  // A revision that was named comes first: without changes exactly that one is deployed.
  if (base.arn !== undefined && isSame(base.document, document))
    return { kind: 'same', arn: base.arn, document };
  if (isSame(seen.taskDefinition, document)) return { kind: 'same', arn: seen.taskDefinitionArn, document };
  return { kind: 'register', document };
}
