import { containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { wordIn } from '../../text/json.ts';
import { forEachContainer, type Rule, violation } from './rule.ts';

/** ECS's rules for the names of containers and images (documented). */
export const containerRules: readonly Rule<TaskDefinitionDocument>[] = [
  forEachContainer('container-name', ({ container, index: own, place, document }) => {
    const name = wordIn(container.name);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
      return violation(
        place,
        'name',
        `name is ${JSON.stringify(container.name ?? null)}; it has up to 255 letters, digits, hyphens and underscores.`,
        'Name the container.',
      );
    }
    const first = containersOf(document).findIndex((one) => one.name === name);
    return first === own ? [] : violation(place, 'name', `There are two containers ${name}.`, 'Rename one.');
  }),
  forEachContainer('container-image', ({ container, place }) => {
    const image = wordIn(container.image);
    if (image === '') return violation(place, 'image', 'There is no image.', 'Name an image.');
    const [name = '', digest] = image.split('@');
    if (name.length > 255)
      return violation(
        place,
        'image',
        `The image has ${name.length} characters before its digest; ECS takes 255.`,
        'Use a shorter repository or tag.',
        { judged: image },
      );
    if (/\s/.test(image))
      return violation(place, 'image', 'The image has a space in it.', 'Remove it.', { judged: image });
    if (digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest)) return [];
    return violation(
      place,
      'image',
      'The digest of the image is not sha256: and 64 hexadecimal digits.',
      'Name the whole digest.',
      { judged: image },
    );
  }),
];
