import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type JsonObject, listIn, objectIn, textIn } from '../../text/json.ts';
import type { Rule, Violation } from './rule.ts';

/** ECS's rules for tags (documented, and in AWS's model of ECS). */
export const tagsRule: Rule<TaskDefinitionDocument> = {
  name: 'tags',
  check: ({ tags }) => {
    const list = listIn(tags).map(objectIn);
    const keys = list.flatMap(({ key }) => textIn(key) ?? []);
    const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
    return [
      ...(list.length > 50
        ? [{ place: 'tags', message: `There are ${list.length} tags; ECS takes 50.`, fix: 'Remove some.' }]
        : []),
      ...list.flatMap(checkTag),
      ...[...twice].map((key) => ({
        place: `tags[${key.slice(0, 40)}]`,
        message: 'The key stands twice.',
        fix: 'Keep one of the tags.',
      })),
    ];
  },
};

function checkTag(tag: JsonObject): readonly Violation[] {
  const key = textIn(tag.key);
  const value = textIn(tag.value) ?? '';
  if (key === undefined || key === '') {
    const isCapital = tag.Key !== undefined || tag.Value !== undefined;
    return [
      {
        place: 'tags',
        message: isCapital
          ? 'A tag is written with Key and Value, as other services have it; ECS has key and value.'
          : 'A tag has no key.',
        fix: 'Write {"key": "...", "value": "..."}.',
        judged: tag,
      },
    ];
  }
  const place = `tags[${key.slice(0, 40)}]`;
  if (lengthOf(key) > 128 || lengthOf(value) > 256) {
    const message = 'A tag has a key of up to 128 characters and a value of up to 256.';
    return [{ place, message, fix: 'Shorten it.', judged: tag }];
  }
  if (characters.test(key) && characters.test(value)) return [];
  const message = 'A tag has letters, digits, spaces and any of _.:/=+-@ in its key and value.';
  return [{ place, message, fix: 'Replace the other characters.', judged: tag }];
}

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** In characters, as AWS's models count. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
