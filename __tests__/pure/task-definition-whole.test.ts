import { parse } from 'yaml';
import { checkRules } from '../../src/plan/rules/all.ts';
import { diff } from '../../src/plan/show/diff.ts';
import { isSame } from '../../src/task-definition/canonical-form.ts';
import { containerNames, containersOf, readOnlyFields } from '../../src/task-definition/document.ts';
import { edit } from '../../src/task-definition/edit.ts';
import { parseTaskDefinition } from '../../src/task-definition/parse.ts';
import { isJsonObject, type JsonObject, textIn } from '../../src/text/json.ts';
import { taskDefinitions } from './many-task-definitions.ts';

const all = Object.entries(taskDefinitions).map(([name, { text, format }]) => {
  const written: unknown = format === 'json' ? JSON.parse(text) : parse(text);
  return { name, written, loaded: parseTaskDefinition(text, `task.${format}`) };
});

/** What is registered of what was written: all but what only ECS writes, with the tags beside it brought in. */
function registrable(written: unknown): JsonObject {
  const document = isJsonObject(written) ? written : {};
  const { taskDefinition, tags } = document;
  const own = isJsonObject(taskDefinition) ? taskDefinition : document;
  const kept = Object.entries(own).filter(([member]) => !readOnlyFields.has(member));
  const brought = isJsonObject(taskDefinition) && Array.isArray(tags) ? { tags: tags.slice(0, 1) } : {};
  const isSize = (member: string): boolean => member === 'cpu' || member === 'memory';
  // Sizes become texts, as ECS has them.
  const texts = kept.map(([member, value]) => [
    member,
    isSize(member) ? String(value as string | number) : value,
  ]);
  return { ...Object.fromEntries(texts), ...brought };
}

it('are thirty and more', () => {
  expect(all.length).toBeGreaterThanOrEqual(30);
});

describe.each(all)('$name', ({ written, loaded }) => {
  it('is loaded whole, in its order', () => {
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(registrable(written)));
  });

  it('loses nothing on the way through changes and back', () => {
    const [first] = containersOf(loaded);
    const name = containerNames(loaded)[0] ?? '';
    const there = edit(loaded, {
      containers: new Map([
        [name, { image: 'other:1', environment: { set: [{ name: 'ADDED', value: 'x' }], remove: [] } }],
      ]),
    });
    expect(diff(loaded, there)).toHaveLength(2);
    const back = edit(there, {
      containers: new Map([
        [name, { image: textIn(first?.image) ?? '', environment: { set: [], remove: ['ADDED'] } }],
      ]),
    });
    // A container that had no list has an empty one now, which says the same.
    const emptied = first?.environment === undefined || first.environment === null ? ['environment'] : [];
    expect(diff(loaded, back).map(({ path }) => path.at(-1))).toEqual(emptied);
    expect(isSame(loaded, back)).toBe(true);
    expect(isSame(loaded, there)).toBe(false);
  });

  it('can be checked', () => {
    const findings = checkRules({ service: {}, document: loaded }, { service: {}, document: {} });
    expect(findings.filter(({ place }) => place.startsWith('service'))).toHaveLength(1);
  });
});
