import type { Engine } from '../local/docker/engine.ts';
import { owner, ownerLabel } from '../local/docker/owner.ts';

/** A base image of this process alone. */
export interface OwnBase {
  readonly name: string;
  /** Removes it, and what a build on it that was cut short has left. */
  remove(): Promise<void>;
}

/**
 * Labels a base image under a name of its own. The classic builder keeps each step of a build as an image without a
 * name; these inherit the label, and so can be told from those of others.
 */
export async function ownBase(engine: Engine, base: string): Promise<OwnBase> {
  const label = `${ownerLabel}=${owner(process.pid)}`;
  const name = `fargate-deploy/demo-base:${process.pid}`;
  const input = Buffer.from(`FROM ${base}\n`);
  const made = await engine.run(['build', '--quiet', '--label', label, '--tag', name, '-'], { input });
  // The label is for tidying up alone: a demo can do without.
  if (made.exitCode !== 0) return { name: base, remove: () => Promise.resolve() };
  return {
    name,
    remove: async () => {
      await engine.run(['image', 'rm', name]);
      await engine.run(['image', 'prune', '--force', '--filter', `label=${label}`]);
    },
  };
}
