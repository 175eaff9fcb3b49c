import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';

/** A build secret. Its id is the one that the Dockerfile mounts. */
export interface BuildSecret {
  readonly id: string;
  readonly from: /** A function, so that no printed object shows it. */
    | { readonly kind: 'value'; readonly reveal: () => string }
    /** Relative to the checkout. */
    | { readonly kind: 'file'; readonly path: string }
    /** A variable of the step's environment. */
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

/** Names a wrong entry by its position: no text here shows what may be a secret. */
export function buildSecretProblems(secrets: readonly BuildSecret[]): readonly InputProblem[] {
  const counts = { value: 0, file: 0, env: 0 };
  const placeOfId = new Map<string, string>();
  return secrets.flatMap(({ id, from }) => {
    counts[from.kind] += 1;
    const { input, form } = inputs[from.kind];
    const entry = `entry ${counts[from.kind]}`;
    if (!isSecretId(id) || valueOf(from) === '')
      return { input, text: `${entry} isn't ${form}. Write one ${form} per line.` };
    const earlier = placeOfId.get(id);
    placeOfId.set(id, earlier ?? `${entry} of ${input}`);
    // The id isn't shown: a line of base64 that ends in "=" reads as one.
    return earlier === undefined ? [] : { input, text: `${entry} has the same id as ${earlier}.` };
  });
}

const inputs = {
  value: { input: 'build-secrets', form: 'id=value' },
  file: { input: 'build-secret-files', form: 'id=path' },
  env: { input: 'build-secret-envs', form: 'id=VARIABLE' },
} as const;

/** Refuses a comma, because the id becomes part of a list with commas on docker's command line. */
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
