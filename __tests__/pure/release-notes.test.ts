import { isNewer, notesOf, parseVersion, problemsOfRelease } from '../../scripts/release-notes.ts';

const changelog = `# Changelog

## Unreleased

- Not yet.

## 1.2.0 - 2026-12-01

- More.

### Changed

- Other.

## [1.1.0]

- First.

## 1.0.0
`;

it.each([
  ['1.2.3', [1, 2, 3], false],
  ['10.0.0', [10, 0, 0], false],
  ['2.0.0-rc.1', [2, 0, 0], true],
])('%s is a version', (text, numbers, isPrerelease) => {
  expect(parseVersion(text)).toEqual({ text, numbers, isPrerelease });
});

it.each(['', 'v1.2.3', '1.2', '1.2.3.4', '01.2.3', '1.2.3+build', '1.2.3 ', '1.2.3;rm'])(
  '%j is none',
  (text) => {
    expect(parseVersion(text)).toBeUndefined();
  },
);

it.each([
  ['1.2.3', '1.2.2', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0', '1.9.9', true],
  ['1.2.3', '1.2.3', false],
  ['1.2.3', '1.3.0', false],
])('is %s newer than %s: %s', (one, other, expected) => {
  const [first, second] = [parseVersion(one), parseVersion(other)];
  if (first === undefined || second === undefined) throw new Error('no versions');
  expect(isNewer(first, second)).toBe(expected);
});

it.each([
  ['1.2.0', '- More.\n\n### Changed\n\n- Other.'],
  ['1.1.0', '- First.'],
  ['1.0.0', undefined],
  ['1.2', undefined],
  ['3.0.0', undefined],
])('the changelog says of %s: %j', (version, notes) => {
  expect(notesOf(changelog, version)).toBe(notes);
});

it('nothing keeps a version that all files have from being released', () => {
  const ref = 'refs/heads/main';
  expect(problemsOfRelease({ version: '1.2.0', packageVersion: '1.2.0', changelog, ref })).toEqual([]);
});

it('what keeps one is told all together', () => {
  const options = { version: '1.3', packageVersion: '1.2.0', changelog, ref: 'refs/heads/topic' };
  expect(problemsOfRelease(options)).toEqual([
    '"1.3" is not a version such as 1.2.3.',
    'package.json has the version 1.2.0.',
    'CHANGELOG.md has nothing under "## 1.3".',
    'Releases are made from main, not from refs/heads/topic.',
  ]);
});
