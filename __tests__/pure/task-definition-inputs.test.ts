import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Failure } from '../../src/process/failure.ts';
import { namesInBoth, parseAssignments, parseNames } from '../../src/task-definition/assignments.ts';
import { chooseContainer } from '../../src/task-definition/container.ts';
import { platformOf } from '../../src/task-definition/document.ts';
import { isSecretReference, readSecretValue } from '../../src/task-definition/secret-value.ts';
import type { JsonObject } from '../../src/text/json.ts';

const noName = (line: number): string =>
  `line ${line} has no valid name before the "=". A name begins with a letter, a digit or "_", and has no space, quote, "+" or "/"; CONTAINER/ may precede it.`;
const openQuote = (line: number): string =>
  `line ${line} opens a quote that isn't closed on the same line. Quotes have no meaning here. For a value of several lines, write NAME<<END, its lines, and END.`;

describe('assignments', () => {
  it.each([
    ['A=1', [{ name: 'A', value: '1' }]],
    ['A=key=value=more', [{ name: 'A', value: 'key=value=more' }]],
    ['A=x # y', [{ name: 'A', value: 'x # y' }]],
    ['A=', [{ name: 'A', value: '' }]],
    ['A= x', [{ name: 'A', value: ' x' }]],
    [
      '\n# a comment\n\n  B=2\r\nA=1\n',
      [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
    ],
    ['spring.datasource-url=x', [{ name: 'spring.datasource-url', value: 'x' }]],
    ['Logging:Level=x', [{ name: 'Logging:Level', value: 'x' }]],
    ['__proto__=x', [{ name: '__proto__', value: 'x' }]],
    ['2FA_ISSUER=x', [{ name: '2FA_ISSUER', value: 'x' }]],
    ['hosts[0].größe=x', [{ name: 'hosts[0].größe', value: 'x' }]],
    ['sidecar/A=1/2', [{ container: 'sidecar', name: 'A', value: '1/2' }]],
    ['A="x y"', [{ name: 'A', value: '"x y"' }]],
    ["A='#1'", [{ name: 'A', value: "'#1'" }]],
    ['A={"a": "b=c"}', [{ name: 'A', value: '{"a": "b=c"}' }]],
    ['A=x<<y', [{ name: 'A', value: 'x<<y' }]],
    [
      'A<<END\n-----BEGIN-----\n  a=b\n\n# c\nEND\nB=2',
      [
        { name: 'A', value: '-----BEGIN-----\n  a=b\n\n# c' },
        { name: 'B', value: '2' },
      ],
    ],
    ['A<<END\r\nx\r\nEND\r\n', [{ name: 'A', value: 'x' }]],
    ['A<<END\nEND', [{ name: 'A', value: '' }]],
    ['sidecar/A<<E\nx\nE', [{ container: 'sidecar', name: 'A', value: 'x' }]],
    ['', []],
  ])('%j', (text, assignments) => {
    expect(parseAssignments(text)).toEqual({ assignments, problems: [] });
  });

  it('are what the docs say of each way to write one', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/task-definition.md'), 'utf8');
    const rows = [...docs.matchAll(/^\| `(#? ?A=[^`]*)` \| (.*) \|$/gm)].map(([, line = '', says = '']) => [
      line,
      says,
    ]);
    expect(rows.length).toBeGreaterThanOrEqual(11);
    const documented = rows.map(([line = '', says = '']) => {
      const value = says === 'the empty text' ? '' : (/^`([^`]*)`/.exec(says)?.[1] ?? says);
      return [line, says === 'not set' ? [] : [{ name: 'A', value }]];
    });
    expect(rows.map(([line = '']) => [line, parseAssignments(line).assignments])).toEqual(documented);
  });

  it.each([
    [
      'A=1\nhunter2',
      [
        'line 2 has no "=". Write NAME=value. For a value of several lines, write NAME<<END, its lines, and END.',
      ],
    ],
    ['hunter2\nhunter2', ['lines 1-2 have no "=". Write NAME=value.']],
    ['=hunter2', [noName(1)]],
    ['export A=hunter2', ['line 1 begins with export. Remove that word: no shell reads this.']],
    ['A =hunter2', ['line 1 has a space before the "=". Write NAME=value.']],
    ['A: hunter2', ['line 1 is written as NAME: value. Write NAME=value.']],
    ['A: hunter2=x', ['line 1 is written as NAME: value. Write NAME=value.']],
    ['- A=hunter2', ['line 1 begins with "-". Write NAME=value instead of a YAML list.']],
    [
      '"A=hunter2"',
      [
        'line 1 begins with a quote. Write NAME=value without quotes around it. For a value of several lines, write NAME<<END, its lines, and END.',
      ],
    ],
    ['{"A": "=hunter2"}', ['this is JSON. Write one NAME=value per line.']],
    [' [{"name": "A",\n"value": "hunter2"}]', ['this is JSON. Write one NAME=value per line.']],
    ['hunter2+x=', [noName(1)]],
    ['hunter2/hunter2+==', [noName(1)]],
    ['A=hunter2\n\nA=hunter2', ['line 3 sets the same name as line 1.']],
    ['hunter2\n=hunter2', ['line 1 has no "=". Write NAME=value.', noName(2)]],
    [
      'A<<END\nhunter2=\nB=hunter2',
      ['line 1 begins a value of several lines, but the line that ends it is missing.'],
    ],
    ['hun ter2/A=1', [noName(1)]],
    ['A=1\nB="hunter2\nhunter2\nhunter2"\nC=2', [openQuote(2)]],
    ["A='hunter2\nhunter2", [openQuote(1)]],
  ])('%j has problems that do not show a value', (text, expected) => {
    const { problems } = parseAssignments(text);
    expect(problems).toEqual(expected);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('gives back what was written, whatever the values hold', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.:-]{0,20}$/);
    const value = fc.string().map((text) => text.replaceAll(/[\r\n]/g, '').trim());
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name, value }), { selector: (one) => one.name }),
        (assignments) => {
          const text = assignments.map((one) => `${one.name}=${one.value}`).join('\n');
          expect(parseAssignments(text)).toEqual({ assignments, problems: [] });
        },
      ),
    );
  });

  it('names what is in both lists', () => {
    const one = parseAssignments('A=1\nB=2\nC=3').assignments;
    const other = parseAssignments('C=/c\nD=/d\nA=/a').assignments;
    expect(namesInBoth(one, other)).toEqual(['A', 'C']);
  });

  it('reads names to take out', () => {
    expect(parseNames('A\n# no\n\n B \nA')).toEqual({ names: [{ name: 'A' }, { name: 'B' }], problems: [] });
    expect(parseNames('*\nlog/*\nlog/A')).toEqual({
      names: [{ name: '*' }, { container: 'log', name: '*' }, { container: 'log', name: 'A' }],
      problems: [],
    });
    expect(parseNames('A=1')).toEqual({
      names: [],
      problems: [expect.stringMatching(/^line 1 isn't a name\. A name begins/)],
    });
  });
});

describe('the value of a secret', () => {
  const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbCdEf';
  it.each([
    [secret, 'secret'],
    [`${secret}:password::`, 'secret'],
    [`${secret}:password:AWSPREVIOUS:`, 'secret'],
    ['arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:db', 'secret'],
    ['arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/db/password', 'parameter'],
    ['arn:aws:ssm:eu-central-1:111122223333:parameter/db', 'parameter'],
    // Secrets that AWS manages, and keys of JSON with spaces.
    ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1f2e-AbCdEf:password::', 'secret'],
    ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:redshift!main-admin-AbCdEf', 'secret'],
    ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:events!connection/a/b-AbCdEf', 'secret'],
    ['arn:aws-eusc:secretsmanager:eusc-de-east-1:111122223333:secret:db-AbCdEf:user name::', 'secret'],
    ['/prod/db/password', 'parameter-name'],
    ['ghp_settings', 'parameter-name'],
    [`ghp_${'a1'.repeat(18)}`, 'refused'],
    [`github_pat_${'a1'.repeat(30)}`, 'refused'],
    [`sk_live_${'a1'.repeat(12)}`, 'refused'],
    [`AKIA${'A1'.repeat(8)}`, 'refused'],
    [`xoxb-${'1'.repeat(12)}`, 'refused'],
    [`glpat-${'a1'.repeat(10)}`, 'refused'],
    ['db_password', 'parameter-name'],
    ['db.password-2', 'parameter-name'],
    ['', 'refused'],
    ['hunter two', 'refused'],
    ['pa$$word', 'refused'],
    ['postgres://user:password@host/db', 'refused'],
    ['a/b', 'refused'],
    ['/a//b', 'refused'],
    ['arn:aws:s3:::bucket', 'refused'],
    ['arn:aws:kms:eu-central-1:111122223333:key/1', 'refused'],
    ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:a b', 'refused'],
  ])('%j is %s', (value, kind) => {
    expect([readSecretValue(value).kind, isSecretReference(value)]).toEqual([kind, kind !== 'refused']);
  });

  it('that is refused is not in the answer', () => {
    expect(readSecretValue('hunter two')).toEqual({ kind: 'refused' });
  });
});

/** The chosen name, or code and message of the failure. */
function choose(containerDefinitions: readonly JsonObject[], name?: string): string {
  try {
    return chooseContainer({ containerDefinitions }, name);
  } catch (error) {
    return error instanceof Failure ? `${error.code}: ${error.message}` : 'unexpected';
  }
}

describe('the container', () => {
  const [web, log, init] = [{ name: 'web' }, { name: 'log' }, { name: 'init', essential: false }];

  it.each([
    ['the named one', [web, log], 'log', 'log'],
    ['the only one', [init], undefined, 'init'],
    ['the only essential one', [init, web], undefined, 'web'],
    [
      'none of that name',
      [web, log],
      'app',
      expect.stringMatching(/^container-not-found: .* app.* web, log/),
    ],
    [
      'nearly that name',
      [web, log],
      'wbe',
      'container-not-found: The task definition has no container wbe, which the input container-name names. It has: web, log.',
    ],
    [
      'several essential ones',
      [web, init, log],
      undefined,
      expect.stringMatching(/^container-ambiguous: .*: web, log\./),
    ],
    ['none at all', [], undefined, expect.stringMatching(/^container-not-found/)],
  ])('%s', (_, containers, name, expected) => {
    expect(choose(containers, name)).toEqual(expected);
  });
});

it.each([
  [{}, 'linux/amd64'],
  [{ runtimePlatform: {} }, 'linux/amd64'],
  [{ runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } }, 'linux/arm64'],
  [{ runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' } }, 'linux/amd64'],
  [{ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }, 'windows/amd64'],
])('the platform of %j is %s', (document, platform) => {
  expect(platformOf(document)).toBe(platform);
});
