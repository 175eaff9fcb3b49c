import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../src/process/failure.ts';
import { readLeft, readRecordLeft, stateFile } from '../../src/run/saved-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'saved-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

function left(state: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(state)) process.env[`STATE_${name}`] = value;
}

function commandOf(mark: string): string {
  const progress = { isRollingBack: false, rollsBackCompleted: false };
  return JSON.stringify({ work: { kind: 'docker-command', mark }, progress });
}

describe('what a step has left for its post', () => {
  it('is nothing where nothing was saved', () => {
    expect(readLeft()).toEqual({ journal: [], region: undefined, signIn: undefined });
    expect(readRecordLeft()).toBeUndefined();
  });

  it('is read from the variables that the runner sets', () => {
    const signIn = { roleArn: 'arn:aws:iam::123456789012:role/deploy', note: 'é' };
    left({
      'journal-1': commandOf('a'),
      region: 'eu-west-1',
      'sign-in': JSON.stringify(signIn),
      record: '42',
    });
    expect(readLeft()).toMatchObject({
      journal: [{ work: { mark: 'a' } }],
      region: 'eu-west-1',
      signIn,
    });
    expect(readRecordLeft()).toBe(42);
  });

  it('is what is still open, in the order in which it began', () => {
    left({
      'journal-10': commandOf('tenth'),
      'journal-2': commandOf('second'),
      'journal-1': '',
      region: '',
      record: '',
    });
    // Not of the journal.
    process.env.OTHER_STATE_journal = 'not JSON';
    expect(readLeft().journal.map(({ work }) => work)).toEqual([
      { kind: 'docker-command', mark: 'second' },
      { kind: 'docker-command', mark: 'tenth' },
    ]);
    expect(readLeft().region).toBeUndefined();
    expect(readRecordLeft()).toBeUndefined();
  });

  it.each([
    ['journal-2', '{}', /^STATE_journal-2: it is no work that this version of the action saves$/],
    ['journal', '[', /^STATE_journal: /],
    ['sign-in', '{', /JSON/],
  ])('is refused where %s is %s', (name, value, message) => {
    left({ 'journal-1': commandOf('a'), [name]: value });
    expect(() => readLeft()).toThrow(message);
  });

  it('says what it could not read', () => {
    left({ 'journal-1': '[' });
    expect(() => readLeft()).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
  });
});

describe('the state file', () => {
  const path = join(folder, 'state');

  function open(file: string) {
    process.env.GITHUB_STATE = file;
    const said: string[] = [];
    return { state: stateFile((line) => said.push(line)), said };
  }

  it('keeps values for post', () => {
    writeFileSync(path, '');
    const { state, said } = open(path);
    state.keep('region', 'eu-west-1');
    state.keepIfPossible('journal-1', 'work');
    expect(readFileSync(path, 'utf8')).toMatch(
      /^region<<(\S+)\neu-west-1\n\1\njournal-1<<(\S+)\nwork\n\2\n$/,
    );
    expect(said).toEqual([]);
  });

  it('lets nothing begin that it cannot keep', () => {
    const { state } = open(join(folder, 'missing', 'state'));
    let thrown: unknown;
    try {
      state.keep('journal-1', 'work');
    } catch (error) {
      thrown = error;
    }
    const { code, fault, message, advice, cause } = thrown as Failure;
    expect({ code, fault, message: message.replaceAll(folder, 'FOLDER'), advice }).toMatchSnapshot();
    expect(cause).toBeInstanceOf(Error);
  });

  it('says once that it cannot keep what has begun', () => {
    const { state, said } = open(join(folder, 'missing', 'state'));
    state.keepIfPossible('journal-1', 'work');
    expect(said).toHaveLength(1);
    state.keepIfPossible('journal-1', '');
    expect(said.map((line) => line.replaceAll(folder, 'FOLDER'))).toMatchSnapshot();
  });
});
