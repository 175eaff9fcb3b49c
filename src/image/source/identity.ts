import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { BuildInputs } from '../../inputs/build.ts';
import type { Sources } from './sources.ts';

/** The name under which a build is found again. */
export interface Identity {
  /** A tag: `<sha>-<8 hex>`, or `build-<16 hex>` where the context has no commit. */
  readonly tag: string;
  /** Why this build is like no other, as a part of a sentence; undefined: the same build has the same tag. */
  readonly unique: string | undefined;
}

/**
 * Names a build by the commits of all repositories that take part and by all inputs that make another image of it. A build
 * of anything that no commit has gets a name that no other build has, so that two different builds never share one.
 *
 * Such a build still gets a name: by the tags that were asked for alone it could lose its last one, and a lifecycle
 * rule for untagged images would take it while it runs.
 *
 * @param options.environment has the values of build arguments without one
 */
export function identify(options: {
  readonly sources: Sources;
  readonly inputs: BuildInputs;
  readonly platforms: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}): Identity {
  const { sources, inputs, platforms, environment } = options;
  const { commit, unique, parts: made } = sources;
  if (commit === undefined) {
    return {
      tag: `build-${randomBytes(8).toString('hex')}`,
      unique: unique ?? 'the commit of the context is not known',
    };
  }
  const parts = [
    'build 2',
    made,
    inputs.target,
    inputs.buildArgs.map((arg) => (arg.includes('=') ? arg : `${arg}=${environment[arg] ?? ''}`)),
    inputs.buildContexts,
    platforms,
    inputs.labels,
    inputs.annotations,
    inputs.secrets.map(({ id }) => id),
    inputs.ssh.map((entry) => entry.split('=')[0]),
    [inputs.compression, inputs.provenance, inputs.sbom, inputs.network, inputs.addHosts],
    // Buildx makes a build argument of it (documented).
    environment.SOURCE_DATE_EPOCH,
    unique === undefined ? undefined : randomUUID(),
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  return { tag: `${commit.sha}-${hash}`, unique };
}
