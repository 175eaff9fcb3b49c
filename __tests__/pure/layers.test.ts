import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folders } from '../../oxlint.config.ts';

const root = join(import.meta.dirname, '../..');

/** Lints a tree of files with the rules of this repository, and answers with `file: rule` for each complaint. */
function lint(files: Readonly<Record<string, string>>): readonly string[] {
  mkdirSync(join(root, 'build'), { recursive: true });
  const place = mkdtempSync(join(root, 'build/layers-'));
  try {
    // build/ is ignored by git, and so by the linter; a repository of its own is not.
    mkdirSync(join(place, '.git'));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(place, file)), { recursive: true });
      writeFileSync(join(place, file), text);
    }
    cpSync(join(root, 'oxlint.config.ts'), join(place, 'oxlint.config.ts'));
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '--format', 'json', 'src', 'local'],
      { cwd: place, encoding: 'utf8' },
    );
    const { diagnostics }: { diagnostics: { filename: string; code: string }[] } = JSON.parse(stdout);
    return diagnostics.map(({ filename, code }) => `${filename}: ${code}`).toSorted();
  } finally {
    rmSync(place, { recursive: true });
  }
}

const file = 'export const one = 1;\n';
const importing = (path: string): string => `import { one } from '${path}';\nexport const two = one + 1;\n`;
const importingType = (path: string): string =>
  `import type { One } from '${path}';\nexport type Two = One;\n`;

test('a file imports from its own folder and from those below, and no files import each other', () => {
  expect(
    lint({
      // Downwards, and to a neighbour.
      'src/text/one.ts': file,
      'src/aws/down.ts': importing('../text/one.ts'),
      'src/aws/neighbour.ts': importing('./down.ts')
        .replaceAll('one', 'two')
        .replace('two = two', 'three = two'),
      'src/image/build/down.ts': importing('../registry/one.ts'),
      'src/image/registry/one.ts': file,
      'src/main.ts': importing('./text/one.ts'),
      // Upwards.
      'src/text/up.ts': importing('../operations/one.ts'),
      'src/operations/one.ts': file,
      'src/text/up-to-a-file-beside.ts': importing('../beside.ts'),
      'src/beside.ts': file,
      'src/aws/up-by-type.ts': "import type { Two } from '../service/type.ts';\nexport type Three = Two;\n",
      'src/service/type.ts': 'export type Two = 2;\n',
      'src/image/registry/up-beside.ts': importing('../build/one.ts'),
      'src/image/build/one.ts': file,
      'src/image/source/up-to-parent.ts': importing('../one.ts'),
      'src/image/one.ts': file,
      'src/deployment/up-to-child.ts': importing('./rollback/one.ts'),
      'src/deployment/rollback/one.ts': file,
      // The local Fargate too.
      'local/base/one.ts': file,
      'local/ecs/model/down.ts': importing('../../base/one.ts'),
      'local/main.ts': importing('./base/one.ts'),
      'local/ecs/model/up-by-type.ts':
        "import type { Two } from '../operations/type.ts';\nexport type Three = Two;\n",
      'local/ecs/operations/type.ts': 'export type Two = 2;\n',
      'local/server/up.ts': importing('../logs/one.ts'),
      'local/logs/one.ts': file,
      'local/server/up-to-a-file-beside.ts': importing('../beside.ts'),
      'local/beside.ts': file,
      'local/elb/egg.ts': "import type { Hen } from './hen.ts';\nexport type Egg = Hen;\n",
      'local/elb/hen.ts': "import type { Egg } from './egg.ts';\nexport type Hen = Egg;\n",
      // In a circle.
      'src/service/egg.ts': importingType('./hen.ts')
        .replace('Two', 'Egg')
        .replace('One }', 'Hen }')
        .replace('= One', '= Hen'),
      'src/service/hen.ts': importingType('./egg.ts')
        .replace('Two', 'Hen')
        .replace('One }', 'Egg }')
        .replace('= One', '= Egg'),
    }),
  ).toEqual([
    'local/ecs/model/up-by-type.ts: eslint(no-restricted-imports)',
    'local/elb/egg.ts: import(no-cycle)',
    'local/elb/hen.ts: import(no-cycle)',
    'local/server/up-to-a-file-beside.ts: eslint(no-restricted-imports)',
    'local/server/up.ts: eslint(no-restricted-imports)',
    'src/aws/up-by-type.ts: eslint(no-restricted-imports)',
    'src/deployment/up-to-child.ts: eslint(no-restricted-imports)',
    'src/image/registry/up-beside.ts: eslint(no-restricted-imports)',
    'src/image/source/up-to-parent.ts: eslint(no-restricted-imports)',
    'src/service/egg.ts: import(no-cycle)',
    'src/service/hen.ts: import(no-cycle)',
    'src/text/up-to-a-file-beside.ts: eslint(no-restricted-imports)',
    'src/text/up.ts: eslint(no-restricted-imports)',
  ]);
});

test('only the registry folder imports the files of one registry', () => {
  expect(
    lint({
      'src/image/registry/ecr-scan.ts': file,
      'src/image/registry/other-repository.ts': file,
      'src/image/registry/port.ts': importing('./ecr-scan.ts'),
      'src/image/copy/by-the-port.ts': importing('../registry/port.ts')
        .replaceAll('one', 'two')
        .replace('two = two', 'three = two'),
      'src/image/copy/ecr.ts': importing('../registry/ecr-scan.ts'),
      'src/image/other.ts': importing('./registry/other-repository.ts'),
      'src/operations/by-type.ts': importingType('../image/registry/ecr-scan.ts').replaceAll('One', 'one'),
      'src/beside.ts': importing('./image/registry/ecr-scan.ts'),
    }),
  ).toEqual([
    'src/beside.ts: eslint(no-restricted-imports)',
    'src/image/copy/ecr.ts: eslint(no-restricted-imports)',
    'src/image/other.ts: eslint(no-restricted-imports)',
    'src/operations/by-type.ts: eslint(no-restricted-imports)',
  ]);
});

test.each(Object.entries(folders))('every folder of %s/ has its place in the order', (house, order) => {
  const found = readdirSync(join(root, house), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.ts') && entry.parentPath !== join(root, house))
    .map((entry) => entry.parentPath.slice(join(root, house).length + 1));
  expect([...new Set(found)].toSorted()).toEqual(order.toSorted());
});
