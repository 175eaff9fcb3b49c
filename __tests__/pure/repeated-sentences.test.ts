import { endOfLog, repeatedSentences } from '../repeated-sentences.ts';

it.each([
  ['a sentence once', 'The image is missing. Check its name.', []],
  [
    'a line and an annotation',
    'failed: It did not start again.\nError: It did not start again.',
    ['It did not start again.'],
  ],
  [
    'a headline and a list',
    '### It did not start again.\n- It did not start again.',
    ['It did not start again.'],
  ],
  [
    'bold labels',
    '**Likely cause:** It ran out of memory.\nLikely cause: It ran out of memory.',
    ['It ran out of memory.'],
  ],
  [
    'sentences behind others',
    'A. It ran out of memory.\nB. It ran out of memory. C.',
    ['It ran out of memory.'],
  ],
  ['a timeline', '```mermaid\nprovision for 10 s :0, 1\nprovision for 10 s :0, 1\n```', []],
  ['ids and titles', 'app: exit code 1\napp: exit code 1', []],
])('finds in %s what stands twice', (_, text, repeated) => {
  expect(repeatedSentences(text)).toEqual(repeated);
});

it.each([
  ['from the evidence on', 'begun\n\nFailed tasks:\nError: It failed.', '\nFailed tasks:\nError: It failed.'],
  [
    'the annotation alone',
    'begun\nIt failed.\nError: It failed.\n\nWhat runs now:',
    'Error: It failed.\n\nWhat runs now:',
  ],
])('takes as the end of a log %s', (_, log, end) => {
  expect(endOfLog(log)).toBe(end);
});
