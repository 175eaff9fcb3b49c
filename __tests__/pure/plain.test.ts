import * as fc from 'fast-check';
import { plain, printable } from '../../src/text/sanitize.ts';
import { hostileText } from './hostile-text.ts';

describe('plain', () => {
  it.each([
    ['nothing special', 'web: exit code 1', 'web: exit code 1'],
    ['a typographic apostrophe', 'The task can\u2019t pull', "The task can't pull"],
    ['space around', '  text\n', 'text'],
    ['lines and tabs', 'one\r\n\ttwo\nthree', 'one two three'],
    ['colours', '\u001b[31;1mred\u001b[0m', 'red'],
    ['a title of the terminal', '\u001b]0;title\u0007text', 'text'],
    ['a link of the terminal', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['a lone escape', '\u001bctext\u001b', 'text'],
    ['an escape within an escape', '\u001b\u001b[31m[31mtext', '[31m[31mtext'],
    ['a C1 control sequence', '\u009b31mtext', '31mtext'],
    ['backspaces', 'good\b\b\b\bbad', 'goodbad'],
    ['reordering', 'user\u202eetis\u202c\u2066x\u2069', 'useretisx'],
    ['characters without width', 'a\u200bb\u200dc\u2060d\ufeffe\u00adf', 'abcdef'],
    ['tags', 'a\u{e0041}b', 'ab'],
    ['line separators', 'a\u2028b\u2029c\u0085d', 'abcd'],
    ['a half of a character', 'a\ud83db', 'ab'],
    ['other languages and signs', 'déployé ✓ 配置 🚀', 'déployé ✓ 配置 🚀'],
  ])('makes one line of %s', (_what, raw, expected) => {
    expect(plain(raw)).toBe(expected);
  });

  it.each([
    ['1234567890', 10, '1234567890'],
    ['12345678901', 10, '1234567890 ... (1 more characters)'],
    ['123456789🚀', 10, '123456789 ... (1 more characters)'],
    ['   12   ', 2, '12'],
  ])('%j is at most %d long', (raw, most, expected) => {
    expect(plain(raw, most)).toBe(expected);
  });

  it('leaves nothing that a terminal or a reader could be misled by, whatever comes in', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 50 }), (raw, most) => {
        const shown = plain(raw, most);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown.length).toBeLessThanOrEqual(most + 40);
      }),
    );
  });

  it('is plain at the first time', () => {
    fc.assert(
      fc.property(hostileText, (raw) => {
        const once = plain(raw, 100_000);
        expect(plain(once, 100_000)).toBe(once);
      }),
    );
  });
});

describe('printable', () => {
  it('keeps the indent and the length', () => {
    expect(printable(`  ${'x'.repeat(5000)}\u001b[0m `)).toBe(`  ${'x'.repeat(5000)} `);
  });
});
