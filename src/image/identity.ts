import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { BuildInputs } from '../inputs/build.ts';
import type { Checkout } from './checkout.ts';
import { whyNotCommitted } from './clean.ts';
import { findDockerfile, isRemote } from './find-dockerfile.ts';

/** The name under which a build is found again. */
export interface Identity {
  /** A tag: `<sha>-<8 hex>`, or `build-<16 hex>` where no commit is checked out. */
  readonly tag: string;
  /** Why this build is like no other, as a part of a sentence; undefined: the same build has the same tag. */
  readonly unique: string | undefined;
}

/**
 * Names a build by its commit and by all inputs that make another image of it. A build of files that the commit does
 * not have gets a name that no other build has, so that two different builds never share one.
 *
 * @param options.unique why the build is like no other, if it is
 * @param options.workspace the folder that paths of the inputs count from
 * @param options.environment has the values of build arguments without one
 */
export async function identify(options: {
  readonly checkout: Checkout;
  readonly unique: string | undefined;
  readonly inputs: BuildInputs;
  readonly platforms: readonly string[];
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<Identity> {
  const { checkout, unique, inputs, platforms, workspace, environment } = options;
  const place = async (path: string): Promise<string> =>
    isRemote(path) ? path : relative(checkout.root, await real(resolve(workspace, path)));
  const parts = [
    'build 1',
    await place(inputs.context),
    isRemote(inputs.context) ? inputs.file : await place(findDockerfile(inputs, workspace).path),
    inputs.target,
    inputs.buildArgs.map((arg) => (arg.includes('=') ? arg : `${arg}=${environment[arg] ?? ''}`)),
    inputs.buildContexts,
    platforms,
    inputs.labels,
    inputs.annotations,
    inputs.secrets.map(({ id }) => id),
    inputs.ssh.map((entry) => entry.split('=')[0]),
    [inputs.compression, inputs.provenance, inputs.sbom, inputs.network, inputs.addHosts],
    unique === undefined ? undefined : randomUUID(),
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  return { tag: `${checkout.commit}-${hash}`, unique };
}

/** Why a build has to be one of its own, as a part of a sentence; undefined: the commit and the inputs tell all of it. */
export async function whyUnique(
  checkout: Checkout,
  inputs: BuildInputs,
  workspace: string,
): Promise<string | undefined> {
  return whyForced(inputs) ?? whyChanged(checkout, inputs, workspace);
}

/**
 * Names a build of files that no commit has: a name that no other build has. By the tags that were asked for alone it could lose
 * its last one, and a lifecycle rule for untagged images would take it while it runs.
 */
export function identifyUncommitted(): Identity {
  return { tag: `build-${randomBytes(8).toString('hex')}`, unique: 'no commit is checked out' };
}

function whyForced({ rebuild, noCache, pull }: BuildInputs): string | undefined {
  if (rebuild) return 'rebuild is true';
  if (noCache) return 'no-cache is true';
  return pull ? 'pull is true' : undefined;
}

/** The first of all contexts that is not as the commit has it. */
async function whyChanged(
  { root }: Checkout,
  inputs: BuildInputs,
  workspace: string,
): Promise<string | undefined> {
  if (isRemote(inputs.context)) return 'the context is fetched from elsewhere';
  const others = inputs.buildContexts.map((entry) => entry.slice(entry.indexOf('=') + 1));
  if (others.some((source) => /^(https?|git|ssh|oci-layout):|^git@/.test(source))) {
    return 'a context of build-contexts is fetched from elsewhere';
  }
  const folders = others.filter((source) => !isRemote(source));
  const [context, dockerfile, top] = await Promise.all([
    real(resolve(workspace, inputs.context)),
    real(findDockerfile(inputs, workspace).path),
    real(root),
  ]);
  const reasons = await Promise.all([
    whyNotCommitted({ root: top, context, dockerfile }),
    ...folders.map(async (folder) =>
      whyNotCommitted({ root: top, context: await real(resolve(workspace, folder)), dockerfile: undefined }),
    ),
  ]);
  return reasons.find((reason) => reason !== undefined);
}

/** The path without links, as git tells it; where it is not there, as it is. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
