import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeHostileRepository } from '../scenarios/hostile-repository.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

const able = builders.filter(({ hasImageStore }) => hasImageStore);

describe.each(able)('for provenance, with $name', (builder) => {
  it('buildx asks git about a context, and obeys no folder that looks like a repository', async () => {
    await using world = await startDeployWorld({ builder });
    using hostile = makeHostileRepository();
    world.write({ 'notes.txt': '' });
    world.commit();
    hostile.layBare(join(world.workspace, 'app'));
    rmSync(hostile.marker, { force: true });
    const run = await world.deploy(
      { context: 'app', provenance: 'true' },
      { BUILDX_GIT_CHECK_DIRTY: 'true', BUILDX_GIT_LABELS: 'full' },
    );
    const started = existsSync(hostile.marker) ? readFileSync(hostile.marker, 'utf8') : 'nothing';
    expect([run.log, run.exitCode, started]).toEqual([run.log, 0, 'nothing']);
  }, 120_000);
});
