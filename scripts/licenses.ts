import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package with code in the bundle. */
export interface Package {
  readonly name: string;
  /** Its SPDX identifier. */
  readonly identifier: string;
  /** The text of its license; empty where the package has none. */
  readonly text: string;
}

/**
 * The folders of the packages that a build took modules from.
 *
 * @param modules webpack's name of each module: the loaders, then the path, separated by `!`
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
  if (typeof license !== 'string' || license === '') throw new Error(`${name} has no license`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, identifier: license, text: texts.join('\n\n').replaceAll('\r\n', '\n') };
}

/**
 * The licenses file of the bundle, with each text once, in full, below the names of all packages that have it: most of
 * AWS's packages share one.
 */
export function renderLicenses(packages: readonly Package[]): string {
  const namesByLicense = Map.groupBy(packages, ({ identifier, text }) => `${identifier}\n${text}`.trim());
  return [...namesByLicense]
    .map(([license, those]) => `${[...new Set(those.map(({ name }) => name))].join('\n')}\n${license}\n`)
    .join('\n');
}
