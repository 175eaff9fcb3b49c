import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What a source file imports when it runs; types are erased. */
function importsOf(source: string): readonly string[] {
  const statements = source.matchAll(/^(?:import|export) (?!type )([^;]*?from )?'([^']+)';/gms);
  const loaded = source.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [...[...statements].map(([, , path = '']) => path), ...[...loaded].map(([, path = '']) => path)];
}

/** The packages that a script and everything it imports load. */
function packagesOf(script: string, visited = new Set<string>()): ReadonlySet<string> {
  if (visited.has(script)) return new Set();
  visited.add(script);
  return new Set(
    importsOf(read(script)).flatMap((path) => {
      if (path.startsWith('node:')) return [];
      if (path.startsWith('.'))
        return [...packagesOf(relative(root, join(root, dirname(script), path)), visited)];
      return [path.split('/', path.startsWith('@') ? 2 : 1).join('/')];
    }),
  );
}

const scripts = [
  ...(/runsWithoutTools = \[(.*?)\]/s.exec(read('scripts/run.mjs'))?.[1] ?? '').matchAll(/'(.*?)'/g),
].map(([, script = '']) => script);

it('the scripts that run without the tools exist', () => {
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
});

it.each(scripts)('%s loads only packages that `npm ci --omit=dev` installs', (script) => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  expect([...packagesOf(script)].filter((name) => !(name in dependencies))).toEqual([]);
});

it('an import counts when it stays after the types are erased', () => {
  expect(
    importsOf(
      "import { a } from 'a';\nimport type { B } from 'b';\nexport { c } from './c.ts';\nconst d = await import('d');\n",
    ),
  ).toEqual(['a', './c.ts', 'd']);
});
