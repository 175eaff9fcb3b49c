import { packageFolders, renderLicenses } from '../../scripts/licenses.ts';

describe('the licenses file', () => {
  it('has each license once, below the names of all packages that have it', () => {
    const apache = 'Apache License\n\n  Copyright A';
    expect(
      renderLicenses([
        { name: '@a/one', identifier: 'Apache-2.0', text: apache },
        { name: 'two', identifier: 'MIT', text: 'MIT License\n\nPermission is granted.' },
        { name: '@a/three', identifier: 'Apache-2.0', text: apache },
        { name: 'four', identifier: 'Apache-2.0', text: 'Apache License\n\n  Copyright B' },
        { name: 'five', identifier: 'Apache-2.0', text: '' },
        // Another version of the same.
        { name: 'two', identifier: 'MIT', text: 'MIT License\n\nPermission is granted.' },
      ]),
    ).toBe(
      [
        '@a/one\n@a/three\nApache-2.0\nApache License\n\n  Copyright A\n',
        'two\nMIT\nMIT License\n\nPermission is granted.\n',
        'four\nApache-2.0\nApache License\n\n  Copyright B\n',
        'five\nApache-2.0\n',
      ].join('\n'),
    );
  });
});

describe('the packages in a bundle', () => {
  const loaders =
    '/r/node_modules/@vercel/ncc/dist/loader.js??rules[1]!/r/node_modules/@vercel/ncc/dist/b.js!';
  it.each([
    ['a module', `${loaders}/r/node_modules/yaml/dist/index.js`, ['/r/node_modules/yaml']],
    ['one of a scope', `${loaders}/r/node_modules/@a/b/index.js`, ['/r/node_modules/@a/b']],
    ['an ES module', `javascript/esm|${loaders}/r/node_modules/@a/b/index.js`, ['/r/node_modules/@a/b']],
    ['one without loaders', 'javascript/esm|/r/node_modules/@a/b/index.js', ['/r/node_modules/@a/b']],
    ['several joined', `${loaders}/r/node_modules/@a/b/index.js|0123abc`, ['/r/node_modules/@a/b']],
    [
      'another version inside',
      '/r/node_modules/a/node_modules/@b/c/i.js',
      ['/r/node_modules/a/node_modules/@b/c'],
    ],
    ['on Windows', `x!C:\\r\\node_modules\\a\\i.js`, ['C:/r/node_modules/a']],
    ['a source of ours', `${loaders}/r/build/src/step.js`, []],
    ['what Node.js has', 'external node-commonjs "node:fs"', []],
    ["the bundler's runtime", 'webpack/runtime/ensure chunk', []],
  ])('%s', (_what, module, folders) => {
    expect(packageFolders([module, module])).toEqual(folders);
  });
});
