import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which something is in the bundle. */
export interface Package {
  readonly name: string;
  /** Its SPDX identifier. */
  readonly identifier: string;
  /** Its license's own text; empty where the package brings none. */
  readonly text: string;
}

/**
 * The folders of the packages that a build took modules from. Pure.
 *
 * @param modules what webpack calls each module: the loaders, then the path, with `!` between
 */
export function packageFolders(modules: readonly string[]): readonly string[] {
  const folders = modules.flatMap((name) => {
    const path = (name.split('!').at(-1) ?? '').replaceAll('\\', '/');
    return /^.*\/node_modules\/(?:@[^/]+\/)?[^/|]+/.exec(path.replace(/^.*\|(?=\/|[A-Z]:)/, ''))?.[0] ?? [];
  });
  return [...new Set(folders)].toSorted();
}

/** @throws Error for a package that has no license */
export function readPackage(folder: string): Package {
  const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly license?: unknown;
  };
  if (typeof license !== 'string' || license === '') throw new Error(`${name} names no license`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, identifier: license, text: texts.join('\n\n').replaceAll('\r\n', '\n') };
}

/**
 * The licenses file of the bundle, with each text once, below the names of all packages that have it: most of AWS's
 * packages have the same one. Nothing of a text is left out. Pure.
 */
export function renderLicenses(packages: readonly Package[]): string {
  const namesByLicense = Map.groupBy(packages, ({ identifier, text }) => `${identifier}\n${text}`.trim());
  return [...namesByLicense]
    .map(([license, those]) => `${[...new Set(those.map(({ name }) => name))].join('\n')}\n${license}\n`)
    .join('\n');
}
