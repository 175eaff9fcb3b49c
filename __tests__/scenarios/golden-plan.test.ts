import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningClock } from '../../local/base/clock.ts';
import { startFargate } from '../../local/fargate.ts';
import { setUpStage } from '../../scripts/demo/stage.ts';
import { runStep } from '../../scripts/runner.ts';
import { readable } from '../pure/rendered-summary.ts';

const root = join(import.meta.dirname, '../..');

/** Without what differs from run to run: ports, digests, the ids of resources. */
function stable(text: string): string {
  const digests = new Map<string, string>();
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'REGISTRY')
    .replaceAll(/sha256:([0-9a-f]{12})[0-9a-f]*/g, (_, start: string) => {
      const name = digests.get(start) ?? `sha256:DIGEST-${digests.size + 1}`;
      digests.set(start, name);
      return name;
    })
    .replaceAll(/targetgroup\/web\/[0-9a-f]+/g, 'targetgroup/web/ID');
}

/** The demo's service, which has no tasks yet, and its first version; a change of a word of this is seen in review. */
it('the plan of the demo service', async () => {
  await using fargate = await startFargate({ runtime: 'simulated', clock: runningClock(20) }).then(
    (started) => ({
      ...started,
      [Symbol.asyncDispose]: () => started.close(),
    }),
  );
  const workspace = mkdtempSync(join(tmpdir(), 'fargate-deploy-plan-'));
  try {
    cpSync(join(root, 'examples', 'web'), workspace, { recursive: true });
    const stage = await setUpStage(fargate);
    fargate.images.put(stage.repository, { tags: ['v1'] });
    const run = await runStep({
      action: root,
      workspace,
      environment: fargate.environment,
      inputs: {
        operation: 'plan',
        cluster: stage.cluster,
        service: stage.service,
        'task-definition': 'task-definition.json',
        image: 'v1',
        'environment-variables': 'PASSWORD=hunter2',
        'desired-count': '2',
        'circuit-breaker': 'rollback',
        'minimum-healthy-percent': '50',
      },
    });
    expect(run.exitCode).toBe(0);
    expect(stable(run.log)).toMatchSnapshot('log');
    expect(stable(readable(run.summary))).toMatchSnapshot('summary');
    expect(JSON.parse(stable(run.outputs['plan'] ?? ''))).toMatchSnapshot('plan');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});
