import * as fc from 'fast-check';
import { Failure } from '../../src/process/failure.ts';
import type { Assignment } from '../../src/task-definition/assignments.ts';
import type { TaskDefinitionDocument } from '../../src/task-definition/document.ts';
import {
  type Changes,
  type ContainerChanges,
  edit,
  type ListChange,
} from '../../src/task-definition/edit.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

const set = (...assignments: readonly Assignment[]): ListChange => ({ set: assignments, remove: [] });
const remove = (...names: readonly string[]): ListChange => ({ set: [], remove: names });

/** What one container becomes; the container is called `web`. */
function edited(container: JsonObject, changes: ContainerChanges): Json | undefined {
  const document = edit(
    { containerDefinitions: [{ name: 'web', ...container }] },
    { containers: new Map([['web', changes]]) },
  );
  return Array.isArray(document.containerDefinitions) ? document.containerDefinitions[0] : undefined;
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
    [
      'all that are not set taken out',
      { environment: [a, b] },
      { environment: { set: [a], remove: ['*'] } },
      { environment: [a] },
    ],
    [
      'all secrets taken out',
      { secrets: [s], environment: [a] },
      { secrets: remove('*') },
      { secrets: [], environment: [a] },
    ],
    [
      'the files of variables, as a whole list',
      { environmentFiles: [{ value: 'old', type: 's3' }] },
      { environmentFiles: ['arn:aws:s3:::b/a.env'] },
      { environmentFiles: [{ value: 'arn:aws:s3:::b/a.env', type: 's3' }] },
    ],
    ['the command', { command: ['a', ''] }, { command: ['', 'b'] }, { command: ['', 'b'] }],
    [
      'labels, beside those that are there',
      { dockerLabels: { team: 'a', later: '' } },
      {
        dockerLabels: [
          { name: 'team', value: 'b=c' },
          { name: '__proto__', value: '' },
        ],
      },
      {
        dockerLabels: Object.fromEntries([
          ['team', 'b=c'],
          ['later', ''],
          ['__proto__', ''],
        ]),
      },
    ],
    [
      'options of the log driver that is there',
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1', b: '' }, secretOptions: [s] } },
      { logDriver: 'awslogs', logOptions: [{ name: 'a', value: '2' }] },
      { logConfiguration: { logDriver: 'awslogs', options: { a: '2', b: '' }, secretOptions: [s] } },
    ],
    [
      'another log driver, whose options are others',
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1' }, secretOptions: [s] } },
      { logDriver: 'awsfirelens', logOptions: [{ name: 'Name', value: 'http' }] },
      { logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'http' } } },
    ],
    [
      'a log driver where there is none',
      {},
      { logDriver: 'awsfirelens' },
      { logConfiguration: { logDriver: 'awsfirelens' } },
    ],
    ['no labels', {}, { dockerLabels: [] }, {}],
    [
      'all that are not set taken out, the others in their places',
      { environment: [a, b, { name: 'C', value: '3' }] },
      { environment: { set: [{ name: 'C', value: '9' }, a], remove: ['*'] } },
      { environment: [a, { name: 'C', value: '9' }] },
    ],
    [
      'options alone',
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1' } } },
      { logOptions: [b] },
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1', B: '2' } } },
    ],
    [
      'a log driver that is named again, with its options',
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1' } } },
      { logDriver: 'awslogs' },
      { logConfiguration: { logDriver: 'awslogs', options: { a: '1' } } },
    ],
    [
      'a list whose entry has a name that is none',
      { environment: [{ name: 7, value: '1' }, a] },
      { environment: { set: [{ name: 'A', value: '2' }], remove: ['*'] } },
      {
        environment: [
          { name: 7, value: '1' },
          { name: 'A', value: '2' },
        ],
      },
    ],
    [
      'options of a log driver where there is none',
      {},
      { logOptions: [a] },
      { logConfiguration: { options: { A: '1' } } },
    ],
    ['a list that is null', { environment: null }, { environment: set(a) }, { environment: [a] }],
  ])('%s', (_, before, changes, after) => {
    expect(edited(before, changes)).toStrictEqual({ name: 'web', ...after });
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
      { containers: new Map([['app', { image: 'i' }]]) },
      'container-not-found',
      'The task definition has no container app, which the input images names. It has: web.',
    ],
    [
      'a name in both lists',
      { containers: new Map([['web', { environment: set(a), secrets: set(a) }]]) },
      'input-invalid',
      'Set both as an environment variable and as a secret of the container web: A.',
    ],
    [
      'names in both lists',
      { containers: new Map([['web', { environment: set(a, b), secrets: set(b, a) }]]) },
      'input-invalid',
      'Set both as an environment variable and as a secret of the container web: A, B.',
    ],
  ])('refuses %s', (_, changes, code, message) => {
    const act = () => edit({ containerDefinitions: [{ name: 'web' }] }, changes);
    expect(act).toThrow(Failure);
    expect(act).toThrow(
      expect.objectContaining({ code, message, fault: 'yours', advice: expect.stringMatching(/\.$/) }),
    );
  });
});

describe('editing the task', () => {
  const before = {
    family: 'web',
    memory: '512',
    later: [''],
    runtimePlatform: { cpuArchitecture: 'ARM64', later: 1 },
  };

  it.each<[string, Changes, JsonObject]>([
    ['the family', { family: 'api' }, { ...before, family: 'api' }],
    ['its size', { cpu: '1 vCPU', memory: '2 GB' }, { ...before, memory: '2 GB', cpu: '1 vCPU' }],
    [
      'its roles',
      { taskRoleArn: 'arn:t', executionRoleArn: 'arn:e' },
      { ...before, taskRoleArn: 'arn:t', executionRoleArn: 'arn:e' },
    ],
    [
      'its platform',
      { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      {
        ...before,
        runtimePlatform: { cpuArchitecture: 'X86_64', later: 1, operatingSystemFamily: 'LINUX' },
      },
    ],
    [
      'its processor alone',
      { cpuArchitecture: 'X86_64' },
      { ...before, runtimePlatform: { cpuArchitecture: 'X86_64', later: 1 } },
    ],
    [
      'its system alone',
      { operatingSystemFamily: 'LINUX' },
      { ...before, runtimePlatform: { ...before.runtimePlatform, operatingSystemFamily: 'LINUX' } },
    ],
  ])('%s', (_, changes, after) => {
    expect(edit(before, changes)).toEqual(after);
  });
});

describe('tags of the revision', () => {
  const tags = [
    { key: 'team', value: 'web' },
    { key: 'cost', value: '1', later: true },
  ];

  it.each<[string, JsonObject, { name: string; value: string }[], unknown]>([
    [
      'are set in their place, new ones last',
      { tags },
      [
        { name: 'new', value: '' },
        { name: 'cost', value: '2' },
      ],
      [tags[0], { key: 'cost', value: '2', later: true }, { key: 'new', value: '' }],
    ],
    ['stay when none is set', { tags }, [], tags],
    ['may be the first', {}, [{ name: 'team', value: 'a' }], [{ key: 'team', value: 'a' }]],
  ])('%s', (_, document, asked, after) => {
    expect(edit(document, { tags: asked }).tags).toEqual(after);
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
  const containerChanges: fc.Arbitrary<ContainerChanges> = fc.record(
    {
      image: fc.string(),
      environment: listChange(['A', 'B', '__proto__']),
      secrets: listChange(['C', 'D']),
      environmentFiles: fc.array(fc.string(), { maxLength: 2 }),
      command: fc.array(fc.string(), { maxLength: 2 }),
      dockerLabels: fc.array(fc.record({ name: envName, value }), { maxLength: 2 }),
      logDriver: fc.constantFrom('awslogs', 'awsfirelens'),
      logOptions: fc.array(fc.record({ name: envName, value }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const changesOf = (names: readonly string[]): fc.Arbitrary<Changes> =>
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names, ''), containerChanges), { selector: ([name]) => name })
      .chain((all) =>
        fc.record(
          {
            family: fc.string(),
            cpu: fc.string(),
            cpuArchitecture: fc.string(),
            containers: fc.constant(new Map(all.filter(([name]) => name !== ''))),
          },
          { requiredKeys: ['containers'] },
        ),
      );
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
        const changes = new Map(
          namesIn(before.containerDefinitions).map((name) => [name, { environment: empty, secrets: empty }]),
        );
        expect(edit(before, { containers: changes })).toEqual(before);
      }),
    );
  });

  it('leaves all other fields and containers as they were, and does not touch what it was given', () => {
    fc.assert(
      fc.property(both, ([before, changes]) => {
        const copy = structuredClone(before);
        const changed = new Set(changes.containers?.keys());
        expect(outside(edit(before, changes), changed)).toEqual(outside(before, changed));
        expect(before).toEqual(copy);
      }),
    );
  });

  it('leaves every name that was set in one list only, with its value', () => {
    fc.assert(
      fc.property(both, ([before, changes]) => {
        const after = containerList(edit(before, changes)).filter(isJsonObject);
        for (const [name, { environment }] of changes.containers ?? []) {
          const assignments = environment?.set ?? [];
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
    family: null,
    cpu: null,
    runtimePlatform: null,
    containerDefinitions: containerList(document).map((one): Json => {
      if (!isJsonObject(one) || typeof one.name !== 'string' || !changed.has(one.name)) return one;
      return {
        ...one,
        image: null,
        environment: null,
        secrets: null,
        environmentFiles: null,
        command: null,
        dockerLabels: null,
        logConfiguration: null,
      };
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
