import * as fc from 'fast-check';
import { harmless, runnerLog } from '../../src/process/log.ts';
import { hostileText } from './hostile-text.ts';

/** The blanks that .NET's `TrimStart` takes away, which a runner calls before it looks for a command. */
const blanks = /^[\s\u0085]+/;

/** As a runner decides whether a line is a command. */
function isCommand(line: string): boolean {
  return line.replace(blanks, '').startsWith('::') || line.includes('##[');
}

function logged(tell: (log: ReturnType<typeof runnerLog>) => void): string {
  const written: string[] = [];
  tell(runnerLog((text) => written.push(text)));
  return written.join('');
}

/** What goes to the standard output itself: the runner's own commands. */
function printed(tell: (log: ReturnType<typeof runnerLog>) => void): string {
  const write = process.stdout.write.bind(process.stdout);
  const written: string[] = [];
  process.stdout.write = (text: string | Uint8Array) => {
    written.push(String(text));
    return true;
  };
  try {
    tell(runnerLog());
  } finally {
    process.stdout.write = write;
  }
  return written.join('');
}

describe('harmless', () => {
  it.each([
    ['2 of 3 new tasks running', '2 of 3 new tasks running'],
    ['arn::with::colons', 'arn::with::colons'],
    ['::error::x', ': :error::x'],
    [' \t::error::x', ' \t: :error::x'],
    ['\u0085\u00a0::error::x', '\u0085\u00a0: :error::x'],
    [':::error::x', ': ::error::x'],
    ['a ##[error]x', 'a ## [error]x'],
    ['####[error]x', '#### [error]x'],
  ])('%j', (line, expected) => {
    expect(harmless(line)).toBe(expected);
  });
});

describe('the log', () => {
  it.each([
    ['a line', 'text', 'text\n'],
    ['nothing', '', '\n'],
    ['an indent', '  | text', '  | text\n'],
    ['a second line', 'one\n::error::two', 'one\n: :error::two\n'],
    ['a carriage return', 'one\r::error::two', 'one\n: :error::two\n'],
    ['both', 'one\r\n\r\n::two', 'one\n\n: :two\n'],
    ['a hidden command', ':\u200b:error::x', ': :error::x\n'],
    ['another hidden command', '#\u001b[0m#[error]x', '## [error]x\n'],
    ['colours', '\u001b[31mred', 'red\n'],
  ])('says %s', (_what, text, expected) => {
    expect(logged((log) => log.say(text))).toBe(expected);
  });

  it.each([
    ['text', '  | text\n'],
    ['::error::x', '  | : :error::x\n'],
    ['one\n::error::x', '  | one ::error::x\n'],
    ['##[error]x', '  | ## [error]x\n'],
  ])('shows the foreign text %j in one line behind a bar', (text, expected) => {
    expect(logged((log) => log.foreign(text))).toBe(expected);
  });

  it('never prints a line that a runner takes as a command', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const lines = logged((log) => {
          log.say(text);
          log.foreign(text);
        }).split(/\r\n|[\r\n]/);
        expect(lines.filter(isCommand)).toEqual([]);
      }),
    );
  });

  it.each<[string, (log: ReturnType<typeof runnerLog>, text: string) => void, RegExp]>([
    ['debug', (log, text) => log.debug(text), /^::debug::[^\r\n]*\n$/],
    ['notice', (log, text) => log.notice(text), /^::notice::[^\r\n]*\n$/],
    ['warning', (log, text) => log.warning(text), /^::warning::[^\r\n]*\n$/],
    ['error', (log, text) => log.error(text, text), /^::error (title=[^\r\n:,]*)?::[^\r\n]*\n$/],
    [
      'fold',
      (log, text) => {
        void log.fold(text, () => new Promise(() => undefined));
      },
      /^::group::[^\r\n]*\n$/,
    ],
  ])('prints one command, the one of %s', (_name, tell, pattern) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(printed((log) => tell(log, text))).toMatch(pattern);
      }),
    );
  });

  it('keeps the lines of an annotation', () => {
    expect(printed((log) => log.error('title: 100%, or so', 'one\r\n  two\u001b[0m\n::three'))).toBe(
      '::error title=title%3A 100%25%2C or so::one%0Atwo%0A::three\n',
    );
  });

  it('ends a fold also when what is in it fails', async () => {
    const write = process.stdout.write.bind(process.stdout);
    let text = '';
    process.stdout.write = (part: string | Uint8Array) => {
      text += String(part);
      return true;
    };
    const log = runnerLog();
    const folded = log.fold('build', async () => {
      log.say('inside');
      throw new Error('no');
    });
    await expect(folded.finally(() => (process.stdout.write = write))).rejects.toThrow('no');
    expect(text).toBe('::group::build\ninside\n::endgroup::\n');
  });
});

it('what is said twice is annotated once', () => {
  const text = printed((log) => {
    for (const line of ['one', 'two', 'one']) log.warning(line);
    for (const line of ['three', 'three']) log.notice(line);
  });
  expect(text).toBe('::warning::one\n::warning::two\n::notice::three\n');
});
