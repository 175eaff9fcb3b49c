import type { BuildInputs } from '../../inputs/build.ts';
import { parseReference } from '../../reference/image-reference.ts';
import type { ReadRegistry } from '../registry/logins.ts';
import { ecrRegistryOf } from '../registry/registry-host.ts';
import type { Instruction } from './dockerfile.ts';

/**
 * Lists the registries of ECR that a build reads from, as far as they are known before it: for base images, images that
 * files are copied from, build contexts and caches. Pure.
 *
 * @param instructions of the Dockerfile; empty if it can't be read
 * @param environment has the values of build arguments that are given by name only
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

/** Each one costs a call, and no real build reads from more. */
const mostRegistries = 10;

function imagesIn({ keyword, rest }: Instruction, values: ReadonlyMap<string, string>): readonly string[] {
  if (keyword === 'FROM') return [expand(/^(?:--\S+\s+)*(\S+)/.exec(rest)?.[1] ?? '', values)];
  if (keyword !== 'COPY' && keyword !== 'RUN') return [];
  return [...rest.matchAll(/\bfrom=([^\s,]+)/g)].map(([, from = '']) => from);
}

/** The arguments that FROM can use: those declared before it, with their defaults or the values of the inputs. */
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
      if (name !== '') values.set(name, given.get(name) ?? expand(standard, values));
    }
  }
  return values;
}

/** Expands `$NAME`, `${NAME}` and `${NAME:-default}`; empty if the result is longer than any image name. */
function expand(text: string, values: ReadonlyMap<string, string>): string {
  if (text.length > mostCharacters) return '';
  const full = text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::-([^}$]*))?\})/g,
    (_, plain: string | undefined, braced: string | undefined, standard: string | undefined) =>
      values.get(plain ?? braced ?? '') || (standard ?? ''),
  );
  return full.length > mostCharacters ? '' : full;
}

const mostCharacters = 1000;
