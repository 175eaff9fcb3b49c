import * as fc from 'fast-check';
import { distanceOf } from '../../src/text/word-distance.ts';

it.each([
  ['', '', 0],
  ['memory', 'memory', 0],
  ['', 'cpu', 3],
  ['cpu', '', 3],
  ['memry', 'memory', 1],
  ['memmory', 'memory', 1],
  ['mamory', 'memory', 1],
  ['emmory', 'memory', 1],
  ['memroy', 'memory', 1],
  ['memoyr', 'memory', 1],
  ['emmoyr', 'memory', 2],
  ['kitten', 'sitting', 3],
  // Neighbours alone change places: two letters with another between them are two wrong ones.
  ['abc', 'cba', 2],
  ['ab', 'bxa', 3],
  ['xab', 'bay', 2],
  ['aab', 'bca', 3],
])('from %j to %j it is %i slips', (one, other, slips) => {
  expect(distanceOf(one, other)).toBe(slips);
});

it('is the same there and back, and no more than all letters of the longer word', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      expect(distanceOf(one, other)).toBe(distanceOf(other, one));
      expect(distanceOf(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
      expect(distanceOf(one, other)).toBeGreaterThanOrEqual(Math.abs(one.length - other.length));
    }),
  );
});
