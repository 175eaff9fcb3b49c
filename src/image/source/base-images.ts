import type { BuildInputs } from '../../inputs/build.ts';
import { parseReference } from '../../reference/image-reference.ts';
import type { ReadRegistry } from '../registry/logins.ts';
import { ecrRegistryOf } from '../registry/registry-host.ts';
import type { Instruction } from './dockerfile.ts';

/**
 * The registries of ECR that a build reads images from, as far as that can be told before it: those of base images, of
 * images that files are copied from, of build contexts and of caches. Pure.
 *
 * @param instructions of the Dockerfile; none where it can't be read
 * @param environment has the values of build arguments without one
 */
export function registriesRead(
  instructions: readonly Instruction[],
  inputs: Pick<BuildInputs, 'buildArgs' | 'buildContexts' | 'cacheFrom'>,
  environment: NodeJS.ProcessEnv,
): readonly ReadRegistry[] {
  const values = argumentsOf(instructions, inputs, environment);
  const images = [
    ...instructions.flatMap((one) => imagesIn(one, values)),
    ...inputs.buildContexts.flatMap((entry) => /^[^=]*=docker-image:\/\/(.+)$/.exec(entry)?.[1] ?? []),
    ...inputs.cacheFrom.flatMap((entry) => (/(?:^|,)ref=([^,]+)/.exec(entry)?.[1] ?? entry).trim()),
  ];
  const found = new Map<string, ReadRegistry>();
  for (const image of images) {
    const host = parseReference(image)?.registry;
    const registry = host === undefined ? undefined : ecrRegistryOf(host);
    if (host !== undefined && registry !== undefined) found.set(host, { host, ...registry });
  }
  return [...found.values()].slice(0, mostRegistries);
}

/** Nobody builds from more; each costs a call. */
const mostRegistries = 10;

function imagesIn({ keyword, rest }: Instruction, values: ReadonlyMap<string, string>): readonly string[] {
  if (keyword === 'FROM') return [expanded(/^(?:--\S+\s+)*(\S+)/.exec(rest)?.[1] ?? '', values)];
  if (keyword !== 'COPY' && keyword !== 'RUN') return [];
  return [...rest.matchAll(/\bfrom=([^\s,]+)/g)].map(([, from = '']) => from);
}

/** The arguments that FROM may use: those before the first one, with their defaults, and what the inputs give them. */
function argumentsOf(
  instructions: readonly Instruction[],
  { buildArgs }: Pick<BuildInputs, 'buildArgs'>,
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  const given = new Map(
    buildArgs.map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return at === -1 ? [entry, environment[entry] ?? ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  const values = new Map<string, string>();
  for (const { keyword, rest } of instructions) {
    if (keyword === 'FROM') break;
    if (keyword !== 'ARG') continue;
    for (const word of rest.split(/\s+/)) {
      const [, name = '', standard = ''] = /^(\w+)(?:=["']?([^"']*)["']?)?$/.exec(word) ?? [];
      if (name !== '') values.set(name, given.get(name) ?? expanded(standard, values));
    }
  }
  return values;
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`; a text that comes out longer than any image's name is none. */
function expanded(text: string, values: ReadonlyMap<string, string>): string {
  if (text.length > mostCharacters) return '';
  const full = text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::-([^}$]*))?\})/g,
    (_, plain: string | undefined, braced: string | undefined, standard: string | undefined) =>
      values.get(plain ?? braced ?? '') || (standard ?? ''),
  );
  return full.length > mostCharacters ? '' : full;
}

const mostCharacters = 1000;
