import type { Base } from '../../service/base.ts';
import type { ServiceState } from '../../service/describe.ts';
import { isSame } from '../../task-definition/canonical-form.ts';
import { changesOf, type TaskDefinitionInputs } from '../../task-definition/changes.ts';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { edit } from '../../task-definition/edit.ts';
import { isProvenanceTag } from '../../task-definition/provenance.ts';
import { listIn, objectIn, textIn } from '../../text/json.ts';
import { familyOf, nameOf } from '../../text/words.ts';
import type { Finding } from '../rules/rule.ts';

/** The next task definition of a service. */
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

/** The code of that notice. */
export const newerRevision = 'newer-revision';

/** Says which revision is used when the family has a newer one than the service runs. */
export function noticeNewer(
  { arn, newer }: Base,
  { name, taskDefinitionArn }: Pick<ServiceState, 'name' | 'taskDefinitionArn'>,
): readonly Finding[] {
  if (newer === undefined) return [];
  const newest = nameOf(newer.arn);
  const running = nameOf(taskDefinitionArn);
  const by = newer.registeredBy === undefined ? '' : ` (registered by ${nameOf(newer.registeredBy)})`;
  const isUsed = arn === newer.arn;
  // A version that a run of this action deployed and the service left: nobody should start from it.
  const isLeft = newer.run !== undefined && !isUsed;
  return [
    {
      rule: newerRevision,
      severity: 'notice',
      place: 'taskDefinition',
      message: isUsed
        ? `${name} runs ${running}; ${newest}${by} is newer and is used, because task-definition names it.`
        : isLeft
          ? `${name} runs ${running}, which is used. The newer ${newest} is of an earlier run (${newer.run}); its deployment failed, was rolled back, or never began.`
          : `${name} runs ${running}, which is used. Its family has the newer ${newest}${by}, which the service has never run or was rolled back from.`,
      fix: isUsed || isLeft ? undefined : `To start from it, set task-definition to ${familyOf(newest)}.`,
    },
  ];
}

/** The code of that warning. */
export const lostTags = 'lost-tags';

/** Says which tags of the revision that runs a new one would not have: a file is registered with its own tags alone. */
export function warnOfLostTags(
  running: TaskDefinitionDocument,
  document: TaskDefinitionDocument,
): readonly Finding[] {
  const kept = new Set(keysOf(document));
  const lost = keysOf(running).filter(
    (key) => !kept.has(key) && !key.startsWith('aws:') && !isProvenanceTag(key),
  );
  if (lost.length === 0) return [];
  return [
    {
      rule: lostTags,
      severity: 'warning',
      place: 'tags',
      message: `The revision that runs has tags that the new one would not have: ${lost.join(', ')}.`,
      fix: 'Write them into the file, or set them by task-definition-tags.',
    },
  ];
}

function keysOf({ tags }: TaskDefinitionDocument): readonly string[] {
  return listIn(tags).flatMap((tag) => textIn(objectIn(tag).key) ?? []);
}
