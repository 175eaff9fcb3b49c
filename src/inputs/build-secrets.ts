import type { InputReader } from './reader.ts';

/** A secret of a build, by the id that the Dockerfile mounts it under. */
export interface BuildSecret {
  readonly id: string;
  readonly from: /** A function, so that no printed object shows it. */
    | { readonly kind: 'value'; readonly reveal: () => string }
    /** A path, relative to the checkout. */
    | { readonly kind: 'file'; readonly path: string }
    /** The name of a variable of the step's environment. */
    | { readonly kind: 'env'; readonly name: string };
}

export function readBuildSecrets(read: InputReader): readonly BuildSecret[] {
  return [
    ...read.list('build-secrets').map((entry): BuildSecret => {
      const { id, rest } = split(entry);
      return { id, from: { kind: 'value', reveal: () => rest } };
    }),
    ...read.list('build-secret-files').map((entry): BuildSecret => {
      const { id, rest } = split(entry);
      return { id, from: { kind: 'file', path: rest } };
    }),
    ...read.commaList('build-secret-envs').map((entry): BuildSecret => {
      const { id, rest } = split(entry);
      return { id, from: { kind: 'env', name: rest } };
    }),
  ];
}

/** Names a wrong entry by its position: no sentence here shows what may be a secret. */
export function buildSecretProblems(secrets: readonly BuildSecret[]): readonly string[] {
  const counts = { value: 0, file: 0, env: 0 };
  const placeOfId = new Map<string, string>();
  return secrets.flatMap(({ id, from }) => {
    counts[from.kind] += 1;
    const { name, form } = inputs[from.kind];
    const entry = `${name}: entry ${counts[from.kind]}`;
    if (!isSecretId(id) || valueOf(from) === '') return `${entry} is not ${form}`;
    const earlier = placeOfId.get(id);
    placeOfId.set(id, earlier ?? entry);
    // A line of base64 that ends in "=" reads as an id: so it is not shown.
    return earlier === undefined ? [] : `${entry} has the same id as ${earlier}`;
  });
}

const inputs = {
  value: { name: 'build-secrets', form: 'ID=VALUE' },
  file: { name: 'build-secret-files', form: 'ID=PATH' },
  env: { name: 'build-secret-envs', form: 'ID=VARIABLE' },
} as const;

/** It becomes a part of a list with commas on docker's command line. */
function isSecretId(text: string): boolean {
  return /^[\w./-]+$/.test(text);
}

function valueOf(from: BuildSecret['from']): string {
  if (from.kind === 'value') return from.reveal();
  return from.kind === 'file' ? from.path : from.name;
}

function split(entry: string): { readonly id: string; readonly rest: string } {
  const at = entry.indexOf('=');
  return at === -1 ? { id: '', rest: '' } : { id: entry.slice(0, at).trim(), rest: entry.slice(at + 1) };
}
