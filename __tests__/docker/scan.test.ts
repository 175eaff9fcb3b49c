import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');
const found = () => ({ HIGH: ['CVE-2026-4711', 'CVE-2026-4712'], LOW: ['CVE-2026-1'] });

it('an image with findings is built, and not deployed', async () => {
  await using world = await startDeployWorld({ builder, findings: found });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  world.commit();
  const run = await world.deploy({ 'fail-on-severity': 'high' });
  expect(run.outputs).toMatchObject({
    result: 'failed',
    reason: 'scan-findings',
    message: expect.stringMatching(/found 2 high findings; fail-on-severity is high\.$/),
  });
  expect(run.log).toContain('CVE-2026-4711');
  expect(run.log).not.toContain('CVE-2026-1 ');
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  // Again without a build: the image is there, and its findings are too.
  const again = await world.deploy({ 'fail-on-severity': 'medium' });
  expect(again.outputs['reason']).toBe('scan-findings');
  expect(again.log).toContain('nothing to build');
  const critical = await world.deploy({ 'fail-on-severity': 'critical' });
  expect(critical.outputs['result']).toBe('deployed');
}, 60_000);

it('the images of an index are scanned, of one that exists too', async () => {
  const repository = { imageScanningConfiguration: { scanOnPush: true } };
  await using world = await startDeployWorld({ builder, findings: found, repository });
  world.fargate.images.put('web', { tags: ['v1'], platform: ['linux/amd64', 'linux/arm64'] });
  const run = await world.deploy({ image: 'v1', 'fail-on-severity': 'informational' });
  expect(run.outputs).toMatchObject({
    reason: 'scan-findings',
    message: expect.stringMatching(/found 2 high and 1 low findings/),
  });
  expect(world.fargate.calls.of('StartImageScan')).toEqual([]);
}, 60_000);

it('an image that may not be read is not taken for one without findings', async () => {
  await using world = await startDeployWorld({ builder, findings: found });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  world.commit();
  world.fargate.faults.add({
    service: 'ecr',
    operation: 'BatchGetImage',
    fault: { kind: 'denied' },
    times: 'always',
  });
  const run = await world.deploy({ 'fail-on-severity': 'high' });
  expect(run.outputs).toMatchObject({
    reason: 'scan-unknown',
    message: expect.stringMatching(/can't be read, so its scan can't be checked/),
  });
  expect(world.fargate.calls.of('UpdateService')).toEqual([]);
}, 60_000);
