import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuildSecret } from '../../inputs/build-secrets.ts';
import { Failure } from '../../process/failure.ts';
import { NotReadable, readBounded } from '../../process/read-file.ts';

/** How the secrets of one build reach docker, and what to hide of them. */
export interface SecretMounts {
  /** `--secret=...`: where to find each one, never its value. */
  readonly arguments: readonly string[];
  /** The values, as variables of the build process alone. */
  readonly environment: Readonly<Record<string, string>>;
  /** The texts to hide in the output of the build. */
  readonly hidden: readonly string[];
}

/**
 * Passes secrets in the environment of the one process that builds, so they are on no command line and on no disk. Linux
 * allows 128 KiB per variable; a longer value goes into a file in the private folder.
 *
 * @param options.folder private, and removed after the run
 * @throws Failure input-invalid for a missing file or variable
 */
export async function mountSecrets(options: {
  readonly secrets: readonly BuildSecret[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workspace: string;
  readonly folder: string;
}): Promise<SecretMounts> {
  const { secrets, folder } = options;
  const read = await readSecrets(options);
  const args: string[] = [];
  const environment: Record<string, string> = {};
  for (const [index, { id, from }] of secrets.entries()) {
    const value = read[index] ?? '';
    if (from.kind === 'file') {
      args.push(`--secret=id=${id},${field(`src=${resolve(options.workspace, from.path)}`)}`);
    } else if (Buffer.byteLength(value) < mostBytes) {
      const name = `FARGATE_DEPLOY_BUILD_SECRET_${index + 1}`;
      environment[name] = value;
      args.push(`--secret=id=${id},env=${name}`);
    } else {
      const file = join(folder, `secret-${index + 1}`);
      await writeFile(file, value, { mode: 0o600 });
      args.push(`--secret=id=${id},${field(`src=${file}`)}`);
    }
  }
  return { arguments: args, environment, hidden: textsToHide(read) };
}

/** Reads the values, in the order of the secrets. */
export async function readSecrets(options: {
  readonly secrets: readonly BuildSecret[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workspace: string;
}): Promise<readonly string[]> {
  const { secrets, environment, workspace } = options;
  const read = await Promise.all(
    secrets.map(async ({ id, from }) => {
      if (from.kind === 'value') return { value: from.reveal() };
      if (from.kind === 'env') {
        const value = environment[from.name];
        return value
          ? { value }
          : { problem: `build-secret-envs: ${id}: the variable ${from.name} doesn't exist or is empty` };
      }
      const place = `build-secret-files: ${id}: ${from.path}`;
      return readBounded(resolve(workspace, from.path), mostFileBytes).then(
        (bytes) => ({ value: bytes.toString() }),
        (error: unknown) => ({
          problem: `${place} ${error instanceof NotReadable ? error.message : "can't be read"}`,
        }),
      );
    }),
  );
  const problems = read.flatMap((one) => ('problem' in one ? one.problem : []));
  if (problems.length > 0) {
    throw new Failure({ code: 'input-invalid', fault: 'yours', message: problems.join('\n') });
  }
  return read.flatMap((one) => ('value' in one ? one.value : []));
}

/**
 * The lines of these values that are long enough to differ from ordinary text. A shorter one would be hidden wherever it
 * happens to occur: in digests, in names, in outputs, which GitHub drops if they contain a masked text.
 */
export function textsToHide(values: readonly string[]): readonly string[] {
  const texts = values.flatMap(longLines);
  // The longest first: one may contain another.
  return [...new Set(texts)].toSorted((one, other) => other.length - one.length);
}

function longLines(value: string): readonly string[] {
  return value
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line.length >= leastCharacters);
}

/**
 * The ids of secrets that are too short to hide.
 * @param values in the order of the secrets
 */
export function idsNotHidden(secrets: readonly BuildSecret[], values: readonly string[]): readonly string[] {
  return secrets.flatMap(({ id }, index) => {
    const value = values[index] ?? '';
    return value.trim() !== '' && longLines(value).length === 0 ? id : [];
  });
}

/** The limit of Azure's agents, which the runner descends from (documented); the runner itself has none. */
const leastCharacters = 6;

/** The largest secret that BuildKit takes (500 KiB, by its source). */
const mostFileBytes = 500 * 1024;

const mostBytes = 100 * 1024;

/** The value of `--secret` is a line of CSV. */
function field(text: string): string {
  return /[,"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
