import { groupLicenses } from '../../scripts/licenses.ts';

it('has each license once, below the names of all packages that have it', () => {
  const entries = [
    '@a/one\nApache-2.0\n\n  Apache License\n\n  Copyright A\n\n',
    'two\nMIT\nMIT License\n\nPermission is granted.\n\n',
    '@a/three\nApache-2.0\n  Apache License\n\n  Copyright A\n',
    'four\nApache-2.0\n  Apache License\n\n  Copyright B\n',
    'five\nApache-2.0\n\n',
  ];
  expect(groupLicenses(entries.join(''))).toBe(
    [
      '@a/one\n@a/three\nApache-2.0\nApache License\n\n  Copyright A\n',
      'two\nMIT\nMIT License\n\nPermission is granted.\n',
      'four\nApache-2.0\nApache License\n\n  Copyright B\n',
      'five\nApache-2.0\n',
    ].join('\n'),
  );
});
