import { textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { invalidParameter } from './refusals.ts';

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
