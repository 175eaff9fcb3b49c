import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/process/failure.ts';
import { classify, loadFile } from '../../src/task-definition/load.ts';
import { parseTaskDefinition } from '../../src/task-definition/parse.ts';

/** Code and message of the failure that the function throws. */
function failureOf(act: () => unknown): { readonly code: string; readonly message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the source of a task definition', () => {
  const files = new Set(['web', 'deploy/task.json', 'task.yml', '/abs/task.json']);
  const isFile = (path: string): boolean => files.has(path);
  const arn = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7';

  it.each([
    ['deploy/task.json', { kind: 'file', path: 'deploy/task.json' }],
    ['task.yml', { kind: 'file', path: 'task.yml' }],
    ['/abs/task.json', { kind: 'file', path: '/abs/task.json' }],
    // a file comes first, even if a family may be called so
    ['web', { kind: 'file', path: 'web' }],
    ['api', { kind: 'reference', reference: 'api' }],
    ['api:12', { kind: 'reference', reference: 'api:12' }],
    [arn, { kind: 'reference', reference: arn }],
    [
      'arn:aws-us-gov:ecs:us-gov-west-1:111122223333:task-definition/web',
      { kind: 'reference', reference: 'arn:aws-us-gov:ecs:us-gov-west-1:111122223333:task-definition/web' },
    ],
    [
      'arn:aws-cn:ecs:cn-north-1:111122223333:task-definition/web:1',
      { kind: 'reference', reference: 'arn:aws-cn:ecs:cn-north-1:111122223333:task-definition/web:1' },
    ],
  ])('%s', (input, expected) => {
    expect(classify(input, isFile)).toEqual(expected);
  });

  it.each([
    ['deploy/missing.json', 'task-definition-missing'],
    ['missing.json', 'task-definition-missing'],
    ['missing.yaml', 'task-definition-missing'],
    ['missing.YML', 'task-definition-missing'],
    ['folder/task', 'task-definition-missing'],
    ['web:latest', 'task-definition-invalid'],
    ['my app', 'task-definition-invalid'],
    ['arn:aws:ecs:eu-central-1:111122223333:service/staging/web', 'task-definition-invalid'],
  ])('%s is refused and named', (input, code) => {
    const failure = failureOf(() => classify(input, isFile));
    expect(failure).toEqual({ code, message: expect.stringContaining(input) });
  });
});

describe('the text of a task definition', () => {
  const wanted = { family: 'web', containerDefinitions: [{ name: 'web', command: [''], environment: [] }] };

  it.each([
    ['JSON', 'task.json', JSON.stringify(wanted)],
    ['JSON after a byte order mark', 'task.json', `\uFEFF${JSON.stringify(wanted)}`],
    ['JSON with tabs', 'task.json', JSON.stringify(wanted, undefined, '\t')],
    ['JSON in a file of any name', 'task', JSON.stringify(wanted)],
    [
      'YAML',
      'task.yml',
      'family: web\ncontainerDefinitions:\n  - name: web\n    command: [""]\n    environment: []\n',
    ],
    [
      'what describe prints',
      'task.json',
      JSON.stringify({ taskDefinition: { ...wanted, revision: 3 }, tags: [] }),
    ],
    ['read-only fields', 'task.json', JSON.stringify({ ...wanted, status: 'ACTIVE', deleteRequestedAt: 1 })],
  ])('%s', (_, path, text) => {
    expect(parseTaskDefinition(text, path)).toEqual(wanted);
  });

  it("keeps the tags that the console shows inside it, save AWS's own", () => {
    const own = { key: 'team', value: '' };
    const tags = [{ key: 'aws:cloudformation:stack-name', value: 'x' }, own];
    const shown = { ...wanted, taskDefinitionArn: 'arn', compatibilities: ['FARGATE'], tags };
    expect(parseTaskDefinition(JSON.stringify(shown), 'task.json')).toEqual({ ...wanted, tags: [own] });
    expect(parseTaskDefinition(JSON.stringify({ ...wanted, tags: [] }), 'task.json')).toEqual({
      ...wanted,
      tags: [],
    });
  });

  it('resolves anchors, and merges as YAML 1.1 does', () => {
    const text = `
containerDefinitions:
  - &app
    name: app
    image: web:1
    environment: &environment
      - { name: A, value: !!str 0755 }
  - <<: *app
    name: worker
    environment: *environment
`;
    const environment = [{ name: 'A', value: '0755' }];
    expect(parseTaskDefinition(text.replaceAll('\n', '\r\n'), 't.yaml')).toEqual({
      containerDefinitions: [
        { name: 'app', image: 'web:1', environment },
        { name: 'worker', image: 'web:1', environment },
      ],
    });
  });

  it.each([
    '9007199254740991',
    '-0',
    '1.10',
    '1e3',
    '0.1',
    '100',
    '1E-7',
    '1.7976931348623157e308',
    '5e-324',
  ])('keeps the number %s', (number) => {
    const document = parseTaskDefinition(`{"containerDefinitions": [], "n": ${number}}`, 't.json');
    expect(document).toEqual({ containerDefinitions: [], n: Number(number) });
    expect(parseTaskDefinition(`containerDefinitions: []\nn: ${number}`, 't.yml')).toEqual(document);
  });

  it("keeps the tags that describe prints beside it, save AWS's own", () => {
    const tags = [
      { key: 'team', value: 'red' },
      { key: 'aws:cloudformation:stack-name', value: 'x' },
    ];
    expect(parseTaskDefinition(JSON.stringify({ taskDefinition: wanted, tags }), 'task.json')).toEqual({
      ...wanted,
      tags: [{ key: 'team', value: 'red' }],
    });
  });

  it('takes words of YAML 1.1 as words', () => {
    const text = 'containerDefinitions: []\nfamily: no\nday: 2026-11-20\nmode: 0755\n';
    expect(parseTaskDefinition(text, 't.yaml')).toEqual({
      containerDefinitions: [],
      family: 'no',
      day: '2026-11-20',
      mode: 755,
    });
  });

  it.each([
    ['t.json', '{\n  "family": "web",\n  "cpu": oops\n}', 't.json:3:10'],
    ['t.json', '{\n  "family": "web",\n', 't.json:3:1'],
    ['t.json', '', 't.json:1:1'],
    ['t.json', '{"family": "web",}', 't.json:1:18'],
    ['t.json', '{"a": [1, 2 3]}', 't.json:1:13'],
    ['t.json', '{"a": {"b" 1}}', 't.json:1:12'],
    ['t.json', '{"a": truely}', 't.json:1:7'],
    ['t.json', '{}\n// done', 't.json:2:1'],
    ['t.yml', 'family: web\ncpu: "256\n', 't.yml:3:1'],
    ['t.yml', 'family: web\nfamily: api\n', 't.yml:2:1'],
    ['t.yml', 'family: !secret web\n', 't.yml:1:9'],
    ['t.yml', 'family: web\n---\nfamily: api\n', 't.yml:2:1'],
    ['t.yml', 'containerDefinitions: []\nvolumes: [{size: .inf}]\n', 't.yml:2:18'],
    ['t.yml', 'containerDefinitions: []\nvolumes: [{size: .nan}]\n', 't.yml:2:18'],
    ['t.yml', 'containerDefinitions: []\nx: 0xffffffffffffffff\n', 't.yml:2:4'],
    ['t.yml', 'containerDefinitions: []\nx: 12345678901234567890\n', 't.yml:2:4'],
    ['t.yml', 'containerDefinitions: []\nx: !!binary aGVsbG8=\n', 't.yml:2:4'],
    ['t.yml', 'containerDefinitions: []\n? {a: b}\n: c\n', 't.yml:2:3'],
    ['t.json', '{"containerDefinitions": [],\n "x": {"a": 1, "\\u0061": 2}}', 't.json:2:16'],
    ['t.json', '{"containerDefinitions": [],\n "x": [9007199254740993]}', 't.json:2:8'],
    ['t.json', '{"containerDefinitions": [],\n "x": 1e400}', 't.json:2:7'],
    ['t.json', '{"containerDefinitions": [],\n "x": 0.12345678901234567890}', 't.json:2:7'],
    ['t.json', '[]', 'no object'],
    ['t.json', '{"family": "web"}', 'it has no list containerDefinitions'],
    ['t.json', '{"containerDefinitions": {"name": "web"}}', 'containerDefinitions is no list'],
    [
      't.json',
      '{"ContainerDefinitions": []}',
      'it has ContainerDefinitions, where ECS has containerDefinitions',
    ],
    ['t.yml', 'container_definition: []', 'it has container_definition, where ECS has containerDefinitions'],
  ])('%s %j is refused at its place', (path, text, place) => {
    expect(failureOf(() => parseTaskDefinition(text, path))).toEqual({
      code: 'task-definition-unreadable',
      message: expect.stringContaining(place),
    });
  });

  it.each(['t.json', 't.yml'])('%s that is nested without an end is refused', (path) => {
    const text = `{"containerDefinitions": [], "x": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(() => parseTaskDefinition(text, path)).toThrow(/The task definition t\.\w+:1:\d+ cannot be used/);
  });

  it('never quotes the text, which may hold a secret', () => {
    expect(failureOf(() => parseTaskDefinition('{"a": hunter2}', 't.json')).message).not.toContain('hunter2');
    expect(failureOf(() => parseTaskDefinition('a: "hunter2', 't.yml')).message).not.toContain('hunter2');
  });
});

describe('a task definition file', () => {
  it('is read relative to the workspace', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'task-definition-'));
    try {
      await writeFile(join(workspace, 'task.json'), '{"containerDefinitions": []}');
      await expect(loadFile('task.json', workspace)).resolves.toEqual({ containerDefinitions: [] });
      const [quoted, latin] = [
        { containerDefinitions: [], x: 'ä' },
        '{"x": "ä", "containerDefinitions": []}',
      ];
      const printed = Buffer.from(`\uFEFF${JSON.stringify(quoted)}`, 'utf16le');
      await writeFile(join(workspace, 'powershell.json'), printed);
      await expect(loadFile('powershell.json', workspace)).resolves.toEqual(quoted);
      await writeFile(join(workspace, 'latin.json'), Buffer.from(latin, 'latin1'));
      await expect(loadFile('latin.json', workspace)).rejects.toMatchObject({
        code: 'task-definition-unreadable',
        message: expect.stringContaining('UTF-8'),
      });
      await expect(loadFile('other.json', workspace)).rejects.toMatchObject({
        code: 'task-definition-missing',
      });
    } finally {
      await rm(workspace, { recursive: true });
    }
  });
});
