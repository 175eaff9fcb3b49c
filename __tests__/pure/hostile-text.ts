import * as fc from 'fast-check';

const forTerminals = ['\u001b', '\u001b[', '\u001b]', '\u009b', '\u0007', '\u0000', '\b'];
const unseen = ['\u202e', '\u2066', '\u200b', '\u00ad', '\ufeff', '\u2028', '\u0085', '\ud83d'];
const space = ['\r', '\n', '\r\n', '\n\n', '\t', ' ', '\u00a0', '    code'];
const forRunners = [':', '::', '##[', '##', '[', '::add-mask::x', '##[command]', '::error::'];
const forMarkdown = ['`', '```', '````', '~~~', '|', '*', '_', '#', '>', '-', '=', '===', '1.', '1)', '\\'];
const links = [
  '![x](http://evil.example)',
  '[x](javascript:a)',
  '[x]',
  '[x]: http://evil.example',
  '[^1]',
  '[^1]: x',
  '<http://evil.example>',
  'http://evil.example',
  'ftp://evil.example',
  'www.evil.example',
  'mailto:',
  'a@evil.example',
];
const forHtml = ['<img src=x>', '</td></tr></table>', '</code>', '<!--', '-->', '&lt;', '"', "'"];
const references = ['&#64;someone', '&commat;', '&#x3c;img src=x&#x3e;', '&colon;', '&#58;'];
const forGitHub = ['@someone', '$x$', '$$', '$`', '#1', 'octo/web#1', 'GH-1', ':tada:', '[!NOTE]', '[ ] x'];

/** Any text, and many that are made of what means something to a terminal, a runner, Markdown or HTML. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom(
          ...[
            forTerminals,
            unseen,
            space,
            forRunners,
            forMarkdown,
            links,
            forHtml,
            references,
            forGitHub,
          ].flat(),
        ),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
