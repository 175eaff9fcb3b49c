import * as fc from 'fast-check';
import { type Difference, diff, formatPath, keyEntries } from '../../src/plan/show/diff.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

/** Puts differences into a document; entries that are new come last. */
function apply(document: JsonObject, differences: readonly Difference[]): JsonObject {
  return differences.reduce(
    (done: Json, { path, after }) => put(done, path, after) ?? {},
    document,
  ) as JsonObject;
}

function put(value: Json | undefined, path: Difference['path'], after: Json | undefined): Json | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return after;
  if (typeof part === 'string') {
    const object = isJsonObject(value) ? value : {};
    const inner = put(Object.hasOwn(object, part) ? object[part] : undefined, rest, after);
    return Object.fromEntries([
      ...Object.entries(object).filter(([name]) => name !== part),
      ...(inner === undefined ? [] : [[part, inner] as const]),
    ]);
  }
  const list = isJsonArray(value) ? value : [];
  const at = list.findIndex((item) => nameIn(item) === part.entry);
  const inner = put(list[at], rest, after);
  const others = list.filter((_, index) => index !== at);
  const all = inner === undefined ? others : [...others, inner];
  return all.length === 0 ? undefined : all;
}

function nameIn(item: Json): string | undefined {
  const entry = isJsonObject(item) ? item : {};
  const keys = [['name'], ['key'], ['containerPort', 'containerPortRange', 'protocol'], ['value']];
  return keys.map((key) => Object.keys(keyEntries([entry], key) ?? {})[0]).find((name) => name !== undefined);
}

/** Without the order of lists whose entries have names. */
function unordered(value: Json | undefined): Json {
  if (isJsonArray(value)) {
    const items = value.map(unordered);
    const named = value.every((item) => nameIn(item) !== undefined);
    return named ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, unordered(item)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value): Json => JSON.parse(JSON.stringify(value)));
const named = (inner: fc.Arbitrary<JsonObject>) =>
  fc.uniqueArray(
    fc.tuple(fc.constantFrom('A', 'B', 'C', '__proto__'), inner).map(([name, rest]) => ({ ...rest, name })),
    { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
  );
const container = fc.record(
  {
    image: fc.constantFrom('web:1', 'web:2'),
    environment: named(fc.record({ value: fc.constantFrom('', '1') })),
    portMappings: fc
      .uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81), name: fc.constantFrom('x', 'y') }), {
        selector: ({ containerPort }) => containerPort,
        minLength: 1,
      })
      .map((list) => list.map(({ containerPort }) => ({ containerPort, protocol: 'tcp' }))),
    command: fc.array(fc.constantFrom('a', ''), { maxLength: 2 }),
    later: fc.record({ deep: json }),
  },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    cpu: fc.constantFrom('256', '512'),
    containerDefinitions: named(container),
    tags: fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom('', '1') }), {
      selector: ({ key }) => key,
      minLength: 1,
    }),
    runtimePlatform: fc.record({ cpuArchitecture: fc.constantFrom('ARM64', 'X86_64') }, { requiredKeys: [] }),
    later: json,
  },
  { requiredKeys: [] },
);

describe('the difference of documents', () => {
  it('of equal ones is nothing', () => {
    fc.assert(
      fc.property(fc.oneof(document, fc.dictionary(fc.string(), json)), (one) => {
        expect(diff(one, JSON.parse(JSON.stringify(one)))).toEqual([]);
      }),
    );
  });

  it('applied to the one gives the other', () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(unordered(apply(one, diff(one, other)))).toEqual(unordered(other));
      }),
    );
  });

  it('applied to any one gives any other', () => {
    const any = fc.dictionary(fc.string(), json);
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(apply(one, diff(one, other))).toEqual(other);
      }),
    );
  });

  it.each<[string, JsonObject, JsonObject, readonly [string, Json | undefined, Json | undefined][]]>([
    ['a member', { cpu: '256' }, { cpu: '512' }, [['cpu', '256', '512']]],
    [
      'a member that is new or gone',
      { a: '' },
      { b: [] },
      [
        ['a', '', undefined],
        ['b', undefined, []],
      ],
    ],
    [
      'a container by its name, wherever it stands',
      { containerDefinitions: [{ name: 'log' }, { name: 'app', image: 'a' }] },
      { containerDefinitions: [{ name: 'app', image: 'b' }, { name: 'log' }] },
      [['containerDefinitions[app].image', 'a', 'b']],
    ],
    [
      'a variable',
      { containerDefinitions: [{ name: 'app', environment: [{ name: 'A', value: '1' }] }] },
      { containerDefinitions: [{ name: 'app', environment: [{ name: 'B', value: '2' }] }] },
      [
        ['containerDefinitions[app].environment[A]', { name: 'A', value: '1' }, undefined],
        ['containerDefinitions[app].environment[B]', undefined, { name: 'B', value: '2' }],
      ],
    ],
    [
      'the order of a command',
      { command: ['a', 'b'] },
      { command: ['b', 'a'] },
      [['command', ['a', 'b'], ['b', 'a']]],
    ],
    [
      'a list in which a name stands twice, as a whole',
      { volumes: [{ name: 'a' }, { name: 'a', x: 1 }] },
      { volumes: [{ name: 'a' }] },
      [['volumes', [{ name: 'a' }, { name: 'a', x: 1 }], [{ name: 'a' }]]],
    ],
    [
      'a list that is new, by its entries',
      {},
      { volumes: [{ name: 'a' }, { name: 'b' }] },
      [
        ['volumes[a]', undefined, { name: 'a' }],
        ['volumes[b]', undefined, { name: 'b' }],
      ],
    ],
    [
      'a list that is gone, by its entries',
      { volumes: [{ name: 'a' }] },
      {},
      [['volumes[a]', { name: 'a' }, undefined]],
    ],
    ['a list that is new and empty', {}, { volumes: [] }, [['volumes', undefined, []]]],
    [
      'a list that becomes empty',
      { volumes: [{ name: 'a' }] },
      { volumes: [] },
      [['volumes', [{ name: 'a' }], []]],
    ],
    [
      'a list of which an entry is no object',
      { volumes: [null, { name: 'a' }] },
      { volumes: [{ name: 'a' }] },
      [['volumes', [null, { name: 'a' }], [{ name: 'a' }]]],
    ],
    [
      'a list of which an entry has no name',
      { volumes: [{ name: null }, { name: 'a' }] },
      { volumes: [{ name: 'a' }] },
      [['volumes', [{ name: null }, { name: 'a' }], [{ name: 'a' }]]],
    ],
    [
      'a list of which an entry has a name that is none',
      { volumes: [{ name: ['a'] }] },
      { volumes: [{ name: 'a' }] },
      [['volumes', [{ name: ['a'] }], [{ name: 'a' }]]],
    ],
    [
      'a list of which an entry has half a name',
      { portMappings: [{ containerPort: 80, protocol: ['tcp'] }] },
      { portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
      [
        [
          'portMappings',
          [{ containerPort: 80, protocol: ['tcp'] }],
          [{ containerPort: 80, protocol: 'tcp' }],
        ],
      ],
    ],
    [
      'a list whose name every object has',
      JSON.parse('{ "constructor": [1], "__proto__": [1] }') as JsonObject,
      JSON.parse('{ "constructor": [2], "__proto__": [2] }') as JsonObject,
      [
        ['constructor', [1], [2]],
        ['__proto__', [1], [2]],
      ],
    ],
    [
      'a list that was something else',
      { volumes: 'a' },
      { volumes: [{ name: 'a' }] },
      [['volumes', 'a', [{ name: 'a' }]]],
    ],
    [
      'an entry that holds no known list, as a whole',
      { containerDefinitions: [{ name: 'volumes', x: 1 }] },
      { containerDefinitions: [{ name: 'volumes', x: 2 }] },
      [['containerDefinitions[volumes].x', 1, 2]],
    ],
    [
      'an entry that becomes a list of entries, though a list has its name',
      { tags: [{ key: 'volumes', value: '1' }] },
      { tags: [{ key: 'volumes', value: '2' }] },
      [['tags[volumes].value', '1', '2']],
    ],
    [
      'ports by their number, their range and their protocol',
      {
        containerDefinitions: [
          {
            name: 'app',
            portMappings: [
              { containerPort: 80, protocol: 'tcp', name: 'a' },
              { containerPort: 80, protocol: 'udp', name: 'a' },
              { containerPortRange: '90-99', containerPort: null, name: 'a' },
            ],
          },
        ],
      },
      {
        containerDefinitions: [
          {
            name: 'app',
            portMappings: [
              { containerPortRange: '90-99', containerPort: null, name: 'b' },
              { containerPort: 80, protocol: 'udp', name: 'b' },
              { containerPort: 80, protocol: 'tcp', name: 'b' },
            ],
          },
        ],
      },
      [
        ['containerDefinitions[app].portMappings[80:tcp].name', 'a', 'b'],
        ['containerDefinitions[app].portMappings[80:udp].name', 'a', 'b'],
        ['containerDefinitions[app].portMappings[90-99].name', 'a', 'b'],
      ],
    ],
    ['nothing against an empty text', { a: null }, { a: '' }, [['a', null, '']]],
  ])('names %s', (_, before, after, expected) => {
    expect(diff(before, after).map((one) => [formatPath(one.path), one.before, one.after])).toEqual(expected);
  });

  it.each([
    ['containerDefinitions', 'name'],
    ['environment', 'name'],
    ['secrets', 'name'],
    ['secretOptions', 'name'],
    ['environmentFiles', 'value'],
    ['portMappings', 'containerPort'],
    ['portMappings', 'containerPortRange'],
    ['portMappings', 'protocol'],
    ['mountPoints', 'containerPath'],
    ['volumesFrom', 'sourceContainer'],
    ['dependsOn', 'containerName'],
    ['ulimits', 'name'],
    ['systemControls', 'namespace'],
    ['volumes', 'name'],
    ['tags', 'key'],
  ])('tells the entries of %s apart by %s', (list, key) => {
    const before = { [list]: [{ [key]: 'a', x: 1 }, { [key]: 'b' }] };
    const after = { [list]: [{ [key]: 'b' }, { [key]: 'a', x: 2 }] };
    expect(diff(before, after).map(({ path }) => formatPath(path))).toEqual([`${list}[a].x`]);
  });
});
