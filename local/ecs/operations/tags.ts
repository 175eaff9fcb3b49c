import { documentsOf, textOf, textsOf } from '../../server/members.ts';
import type { Document, Operations } from '../../server/operation.ts';
import { AwsError } from '../../server/operation.ts';
import { invalidParameter } from '../rules/refusals.ts';
import type { State } from '../model/state.ts';

/** Refuses tags as ECS does: at most 50, keys up to 128 characters, values up to 256, `aws:` is reserved. */
export function checkTags(tags: readonly Document[]): void {
  if (tags.length > 50) throw invalidParameter('Too many tags; at most 50 are allowed.');
  const keys = tags.map((tag) => textOf(tag, 'key') ?? '');
  if (new Set(keys).size !== keys.length) throw invalidParameter('Duplicate tag keys found.');
  for (const tag of tags) {
    const key = textOf(tag, 'key') ?? '';
    if (key === '' || key.length > 128 || (textOf(tag, 'value') ?? '').length > 256) {
      throw invalidParameter('A tag key has 1 to 128 characters, a value at most 256.');
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidParameter('Tag keys must not begin with aws: as it is reserved for AWS use.');
    }
  }
}

interface Tagged {
  tags: readonly Document[];
}

export function tagOperations(state: State): Operations {
  return {
    TagResource: (input) => {
      const resource = findTagged(state, textOf(input, 'resourceArn') ?? '');
      const added = documentsOf(input, 'tags');
      checkTags(added);
      const keys = new Set(added.map((tag) => textOf(tag, 'key')));
      const merged = [...resource.tags.filter((tag) => !keys.has(textOf(tag, 'key'))), ...added];
      checkTags(merged);
      resource.tags = merged;
      return {};
    },
    UntagResource: (input) => {
      const resource = findTagged(state, textOf(input, 'resourceArn') ?? '');
      const removed = textsOf(input, 'tagKeys');
      resource.tags = resource.tags.filter((tag) => !removed.includes(textOf(tag, 'key') ?? ''));
      return {};
    },
    ListTagsForResource: (input) => ({
      tags: [...findTagged(state, textOf(input, 'resourceArn') ?? '').tags],
    }),
  };
}

function findTagged(state: State, resourceArn: string): Tagged {
  const resources: readonly (Tagged & { readonly arn: string })[] = [
    ...state.clusters.values(),
    ...state.services.values(),
    ...state.tasks.values(),
    ...[...state.families.values()].flat(),
  ];
  const found = resources.find((one) => one.arn === resourceArn);
  if (found === undefined) {
    throw new AwsError('ResourceNotFoundException', 'The specified resource was not found.');
  }
  return found;
}
