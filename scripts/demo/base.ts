import type { Engine } from '../../local/docker/engine.ts';
import { owner, ownerLabel } from '../../local/docker/owner.ts';

/** A base image for this process only. */
export interface OwnBase {
  readonly name: string;
  /** Removes it, and what an interrupted build on it left behind. */
  remove(): Promise<void>;
}

/**
 * Labels a base image under a new name. The classic builder keeps each step of a build as an unnamed image; these inherit
 * the label, which tells them from images of other builds.
 */
export async function ownBase(engine: Engine, base: string): Promise<OwnBase> {
  const label = `${ownerLabel}=${owner(process.pid)}`;
  const name = `fargate-deploy/demo-base:${process.pid}`;
  const input = Buffer.from(`FROM ${base}\n`);
  const made = await engine.run(['build', '--quiet', '--label', label, '--tag', name, '-'], { input });
  // The label only serves to clean up; the demo works without it.
  if (made.exitCode !== 0) return { name: base, remove: () => Promise.resolve() };
  return {
    name,
    remove: async () => {
      await engine.run(['image', 'rm', name]);
      await engine.run(['image', 'prune', '--force', '--filter', `label=${label}`]);
    },
  };
}
