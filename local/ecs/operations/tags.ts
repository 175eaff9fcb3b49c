import { documentsOf, textOf, textsOf } from '../../server/members.ts';
import { AwsError, type Document, type Operations } from '../../server/operation.ts';
import type { State } from '../model/state.ts';
import { checkTags } from '../rules/tags.ts';

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
