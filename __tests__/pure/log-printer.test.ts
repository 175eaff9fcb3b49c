import { stripVTControlCharacters } from 'node:util';
import { logPrinter } from '../../scripts/log-printer.ts';
import { openScreen, wrapped } from '../../scripts/screen.ts';

function startScreen(options: { readonly isTTY?: boolean; readonly columns?: number } = {}) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { screen: openScreen({ ...options, write }), written };
}

const log = [
  'web runs web:1',
  '::group::Building',
  '  | step 1',
  '  | step 2',
  '::endgroup::',
  '::error::Failed.',
];

it.each([
  [false, '  │ web runs web:1\n  │ ▼ Building\n  │   | step 1\n  │   | step 2\n  │ Error: Failed.\n'],
  [true, '  │ web runs web:1\n  │ ▶ Building (2 lines, 1 s)\n  │ Error: Failed.\n'],
])('prints a log line by line as it comes; folds groups: %j', (foldsGroups, expected) => {
  const { screen, written } = startScreen();
  const print = logPrinter(screen, { foldsGroups });
  for (const part of `${log.join('\n')}\n`.split(/(?<=[pg])/)) print(part);
  expect(stripVTControlCharacters(written.join(''))).toBe(expected);
});

it('a pipe gets no live line, and whole lines', () => {
  const { screen, written } = startScreen({ columns: 10 });
  screen.live(() => 'waiting');
  screen.line('a line of more than ten characters');
  screen.live(undefined);
  expect(written).toEqual(['a line of more than ten characters\n']);
});

it('a terminal shows the live line below the others, no longer than a row', () => {
  const { screen, written } = startScreen({ isTTY: true, columns: 12 });
  screen.live(() => 'waiting for ECS');
  screen.line('the tasks start', '| ');
  screen.live(undefined);
  screen.line('done');
  expect(written.map((text) => stripVTControlCharacters(text).replace('\r', '<'))).toEqual([
    '<⠋ waiting f',
    '<| the tasks\n| start\n',
    '<⠋ waiting f',
    '<',
    'done\n',
  ]);
});

it.each([
  ['', ['']],
  ['  | two blanks before', ['  | two', 'blanks', 'before']],
  ['averylongwordthatdoesnotfit in', ['averylongwordthatdoesnotfit', 'in']],
  ['\u001B[31mred red\u001B[39m', ['\u001B[31mred red\u001B[39m']],
])('%j is parted between words', (text, lines) => {
  expect(wrapped(text, 8)).toEqual(lines);
});
