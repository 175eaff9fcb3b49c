import * as fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../src/aws/json.ts';
import { Failure } from '../../src/failure.ts';
import type { Assignment } from '../../src/task-definition/assignments.ts';
import type { TaskDefinitionDocument } from '../../src/task-definition/document.ts';
import { type Changes, edit, type ListChange } from '../../src/task-definition/edit.ts';

const set = (...assignments: readonly Assignment[]): ListChange => ({ set: assignments, remove: [] });
const remove = (...names: readonly string[]): ListChange => ({ set: [], remove: names });

/** What one container becomes; the container is called `web`. */
function edited(
  container: JsonObject,
  changes: { readonly environment?: ListChange; readonly secrets?: ListChange; readonly image?: string },
): Json | undefined {
  const document = edit(
    { containerDefinitions: [{ name: 'web', ...container }] },
    {
      images: ofWeb(changes.image),
      environmentVariables: ofWeb(changes.environment),
      secrets: ofWeb(changes.secrets),
    },
  );
  return Array.isArray(document.containerDefinitions) ? document.containerDefinitions[0] : undefined;
}

function ofWeb<T>(value: T | undefined): ReadonlyMap<string, T> | undefined {
  return value === undefined ? undefined : new Map([['web', value]]);
}

describe('editing a container', () => {
  const a = { name: 'A', value: '1' };
  const b = { name: 'B', value: '2' };
  const s = { name: 'S', valueFrom: '/s' };

  it.each([
    ['the image', {}, { image: 'r/web@sha256:1' }, { image: 'r/web@sha256:1' }],
    ['a new variable', {}, { environment: set(a) }, { environment: [a] }],
    [
      'a variable in its place',
      { environment: [a, b] },
      { environment: set({ name: 'A', value: 'x=y' }, { name: 'C', value: '' }) },
      { environment: [{ name: 'A', value: 'x=y' }, b, { name: 'C', value: '' }] },
    ],
    [
      'a variable that stands twice',
      { environment: [a, b, { name: 'A', value: '3' }] },
      { environment: set({ name: 'A', value: '4' }) },
      { environment: [{ name: 'A', value: '4' }, b] },
    ],
    [
      'a variable taken out',
      { environment: [a, b] },
      { environment: remove('A', 'Z') },
      { environment: [b] },
    ],
    ['the last one taken out', { environment: [a] }, { environment: remove('A') }, { environment: [] }],
    ['taken out where there is none', {}, { environment: remove('A') }, {}],
    [
      'set and taken out at once',
      { environment: [a, b] },
      { environment: { set: [{ name: 'A', value: '9' }], remove: ['A'] } },
      { environment: [{ name: 'A', value: '9' }, b] },
    ],
    [
      'a variable that becomes a secret',
      { environment: [a, b], secrets: [s] },
      { secrets: set({ name: 'A', value: '/a' }) },
      { environment: [b], secrets: [s, { name: 'A', valueFrom: '/a' }] },
    ],
    [
      'a secret that becomes a variable',
      { environment: [a], secrets: [s] },
      { environment: set({ name: 'S', value: 'plain' }) },
      { environment: [a, { name: 'S', value: 'plain' }], secrets: [] },
    ],
    [
      'an entry with fields of its own',
      { secrets: [{ ...s, futureField: [''] }] },
      { secrets: set({ name: 'S', value: '/t' }) },
      { secrets: [{ name: 'S', valueFrom: '/t', futureField: [''] }] },
    ],
    [
      'a list with strange entries',
      { environment: [null, a, 'x', {}] },
      { environment: set({ name: 'A', value: '2' }) },
      { environment: [null, { name: 'A', value: '2' }, 'x', {}] },
    ],
    ['a list that is null', { environment: null }, { environment: set(a) }, { environment: [a] }],
  ])('%s', (_, before, changes, after) => {
    expect(edited(before, changes)).toEqual({ name: 'web', ...after });
  });

  it('keeps the order of fields', () => {
    const before = { secrets: [], environment: [], image: 'old', cpu: 0 };
    const after = edited(before, { image: 'new', environment: set(a) });
    expect(Object.keys(isJsonObject(after) ? after : {})).toEqual(['name', ...Object.keys(before)]);
  });

  it('keeps what a null cleaner would drop', () => {
    const before = {
      command: [''],
      entryPoint: [],
      tag: '',
      options: { '': '', x: null },
      later: { deep: [[]] },
    };
    expect(edited(before, { image: 'i' })).toEqual({ name: 'web', ...before, image: 'i' });
  });

  it.each([
    [
      'a container that is not there',
      { images: new Map([['app', 'i']]) },
      'container-not-found',
      'The task definition has no container app. It has: web.',
    ],
    [
      'a name in both lists',
      { environmentVariables: new Map([['web', set(a)]]), secrets: new Map([['web', set(a)]]) },
      'input-invalid',
      'Set both as an environment variable and as a secret of the container web: A.',
    ],
  ])('refuses %s', (_, changes: Changes, code, message) => {
    const act = () => edit({ containerDefinitions: [{ name: 'web' }] }, changes);
    expect(act).toThrow(Failure);
    expect(act).toThrow(expect.objectContaining({ code, message }));
  });
});

describe('editing any document', () => {
  const json: fc.Arbitrary<Json> = fc
    .jsonValue({ maxDepth: 3 })
    .map((value): Json => JSON.parse(JSON.stringify(value)));
  const envName = fc.constantFrom('A', 'B', 'C', 'D', '__proto__');
  const value = fc.string({ maxLength: 5 });
  const container = fc.record(
    {
      name: fc.constantFrom('web', 'log'),
      image: fc.string(),
      environment: fc.array(fc.oneof(fc.record({ name: envName, value }), json), { maxLength: 4 }),
      secrets: fc.array(fc.record({ name: envName, valueFrom: value, extra: json }), { maxLength: 4 }),
      command: fc.array(fc.string()),
      later: json,
    },
    { requiredKeys: ['name'] },
  );
  const document = fc.record({
    family: fc.string(),
    containerDefinitions: fc
      .tuple(fc.uniqueArray(container, { selector: (one) => one.name }), json)
      .map(([containers, stranger]): readonly Json[] =>
        // A stranger that looks like a container would be one.
        isJsonObject(stranger) ? containers : [...containers, stranger],
      ),
    volumes: json,
  });
  const listChange = (names: readonly string[]) =>
    fc.record({
      set: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value }), {
        selector: (one) => one.name,
      }),
      remove: fc.array(envName),
    });
  // Disjoint, since one name in both is refused.
  const changesOf = (names: readonly string[]): fc.Arbitrary<Changes> => {
    const byContainer = <T>(what: fc.Arbitrary<T>) =>
      names.length === 0
        ? fc.constant(undefined)
        : fc.option(
            fc
              .uniqueArray(fc.tuple(fc.constantFrom(...names), what), { selector: ([name]) => name })
              .map((all) => new Map(all)),
            { nil: undefined },
          );
    return fc.record({
      images: byContainer(fc.string()),
      environmentVariables: byContainer(listChange(['A', 'B', '__proto__'])),
      secrets: byContainer(listChange(['C', 'D'])),
    });
  };
  const both = document.chain((one) =>
    fc.tuple(fc.constant<TaskDefinitionDocument>(one), changesOf(namesIn(one.containerDefinitions))),
  );

  it('twice is the same as once', () => {
    fc.assert(
      fc.property(both, ([before, changes]) => {
        const once = edit(before, changes);
        expect(edit(once, changes)).toEqual(once);
      }),
    );
  });

  it('with no changes changes nothing', () => {
    fc.assert(
      fc.property(document, (before) => {
        expect(edit(before, {})).toBe(before);
        const empty = { set: [], remove: [] };
        const changes = new Map(namesIn(before.containerDefinitions).map((name) => [name, empty]));
        expect(edit(before, { environmentVariables: changes, secrets: changes })).toEqual(before);
      }),
    );
  });

  it('leaves all other fields and containers as they were, and does not touch what it was given', () => {
    fc.assert(
      fc.property(both, ([before, changes]) => {
        const copy = structuredClone(before);
        const changed = new Set(Object.values(changes).flatMap((change) => [...(change?.keys() ?? [])]));
        expect(outside(edit(before, changes), changed)).toEqual(outside(before, changed));
        expect(before).toEqual(copy);
      }),
    );
  });

  it('leaves every name that was set in one list only, with its value', () => {
    fc.assert(
      fc.property(both, ([before, changes]) => {
        const after = containerList(edit(before, changes)).filter(isJsonObject);
        for (const [name, { set: assignments }] of changes.environmentVariables ?? []) {
          const one = after.find((candidate) => candidate.name === name);
          for (const assignment of assignments) {
            expect(entriesNamed(one?.environment, assignment.name)).toEqual([
              expect.objectContaining(assignment),
            ]);
            expect(entriesNamed(one?.secrets, assignment.name)).toEqual([]);
          }
        }
      }),
    );
  });
});

/** The document with all that may change of the changed containers made the same. */
function outside(document: TaskDefinitionDocument, changed: ReadonlySet<string>): Json {
  return {
    ...document,
    containerDefinitions: containerList(document).map((one): Json => {
      if (!isJsonObject(one) || typeof one.name !== 'string' || !changed.has(one.name)) return one;
      return { ...one, image: null, environment: null, secrets: null };
    }),
  };
}

function containerList(document: TaskDefinitionDocument): readonly Json[] {
  return Array.isArray(document.containerDefinitions) ? document.containerDefinitions : [];
}

function namesIn(containers: readonly Json[]): readonly string[] {
  return containers.flatMap((one) => (isJsonObject(one) && typeof one.name === 'string' ? [one.name] : []));
}

function entriesNamed(list: Json | undefined, name: string): readonly Json[] {
  return Array.isArray(list) ? list.filter((entry: Json) => isJsonObject(entry) && entry.name === name) : [];
}
