import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { BuildInputs } from '../../inputs/build.ts';
import type { Sources } from './sources.ts';

/** The tag that identifies a build. */
export interface Identity {
  /** `<sha>-<8 hex>`, or `build-<16 hex>` if the context has no commit. */
  readonly tag: string;
  /** Why no other build has this tag, as a clause; undefined: the same build has the same tag. */
  readonly unique: string | undefined;
}

/**
 * Identifies a build by the commits of all repositories in it and by every input that changes the image. A build with
 * uncommitted content gets a unique tag, so two different builds never share one.
 *
 * Even a unique build needs such a tag: other builds can move all of its other tags, and a lifecycle rule for untagged
 * images could then delete it while it runs.
 *
 * @param options.environment has the values of build arguments that are given by name only
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
      unique: unique ?? 'the commit of the context is unknown',
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
    // Buildx turns it into a build argument (documented).
    environment.SOURCE_DATE_EPOCH,
    unique === undefined ? undefined : randomUUID(),
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  return { tag: `${commit.sha}-${hash}`, unique };
}
