import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isProvenanceTag } from '../../task-definition/provenance.ts';
import { listIn, objectIn, textIn } from '../../text/json.ts';
import type { Finding } from '../rules/rule.ts';

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
