import * as fc from 'fast-check';
import { readWantedVersion } from '../../src/reference/rollback-version.ts';
import type { PastDeployment } from '../../src/rollback/past.ts';
import { chooseVersion, goodVersions } from '../../src/rollback/version-choice.ts';

const arnOf = (revision: number): string =>
  `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`;
const digestOf = (revision: number): string => `sha256:${String(revision).padStart(64, '0')}`;
const commitOf = (revision: number): string => `${revision}`.padStart(8, 'a').padEnd(40, '0');

function deployment(
  revision: number,
  status: string | undefined = 'SUCCESSFUL',
  digest = digestOf(revision),
) {
  return {
    createdAt: undefined,
    status,
    taskDefinitionArn: arnOf(revision),
    images: [{ container: 'app', image: `registry.example/web:v${revision}`, digest }],
    origin: { commit: commitOf(revision), run: undefined, repository: 'octo-org/web' },
  } satisfies PastDeployment;
}

/** `chosen` as `to` and the revisions deployed, the latest last; a minus before one that failed. */
function choose(
  to: string | undefined,
  deployed: readonly number[],
  options: { isGood?: boolean; digests?: readonly string[] } = {},
) {
  const past = deployed
    .map((one) => deployment(Math.abs(one), one < 0 ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL'))
    .toReversed();
  const running = deployed.findLast((one) => one > 0) ?? 0;
  const now = { taskDefinitionArn: arnOf(running), isGood: options.isGood ?? true };
  const target = chooseVersion(readWantedVersion(to), past, now, options.digests);
  return target.kind === 'found' ? Number(target.version.taskDefinitionArn.split(':').at(-1)) : target.kind;
}

describe('without a target', () => {
  it.each<[string, readonly number[], number | 'none']>([
    ['the good version before', [1, 2, 3], 2],
    ['not what failed in between', [1, 2, -3, 4], 2],
    ['not the one that runs, deployed again', [1, 2, 2, 2], 1],
    ['further back after a rollback, not forward again', [1, 2, 3, 2], 1],
    ['further back after two', [1, 2, 3, 4, 3, 2], 1],
    ['what came after a rollback counts', [1, 2, 3, 2, 4], 2],
    ['nothing before the first', [1], 'none'],
    ['nothing of a service where all failed', [-1, -2], 'none'],
    ['nothing before a version that was gone back to', [1, 2, 1], 'none'],
  ])('%s', (_, deployed, wanted) => {
    expect(choose(undefined, deployed)).toBe(wanted);
  });

  it('is the latest good one where what is PRIMARY has failed or is in flight', () => {
    expect(choose(undefined, [1, 2, -3], { isGood: false })).toBe(2);
  });

  it('goes so many steps', () => {
    const steps = ['-1', '-2', '-3', '-4'].map((to) => choose(to, [1, 2, -3, 4, 5]));
    expect(steps).toEqual([4, 2, 1, 'none']);
  });

  it('tells versions of one revision apart by their digests', () => {
    const past = [deployment(1, 'SUCCESSFUL', digestOf(9)), deployment(1)];
    expect(
      chooseVersion(readWantedVersion(undefined), past, { taskDefinitionArn: arnOf(1), isGood: true }),
    ).toEqual({
      kind: 'found',
      version: past[1],
    });
  });
});

describe('with a target', () => {
  it.each<[string, number | string]>([
    ['web:2', 2],
    [arnOf(2), 2],
    [digestOf(2), 2],
    ['v2', 2],
    [commitOf(2), 2],
    [commitOf(2).slice(0, 8).toUpperCase(), 2],
    ['web:3', 'never-healthy'],
    ['v3', 'never-healthy'],
    ['web:9', 'not-in-history'],
    ['v9', 'none'],
    [digestOf(9), 'none'],
    [commitOf(2).slice(0, 6), 'none'],
    // All commits here begin with it.
    ['aaaaaaa', 'ambiguous'],
  ])('%s is %s', (to, wanted) => {
    expect(choose(to, [1, 2, -3, 4])).toBe(wanted);
  });

  it('finds a tag by what the registry holds under it', () => {
    expect(choose('stable', [1, 2, 4], { digests: [digestOf(2)] })).toBe(2);
  });

  it('takes a version that failed once and was healthy later for a good one', () => {
    expect(choose('web:2', [1, -2, 2, 3])).toBe(2);
  });
});

it('never returns to what runs, nor to what never completed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -6, max: 6 }).filter((one) => one !== 0)), (deployed) => {
      const chosen = choose(undefined, deployed);
      if (typeof chosen === 'string') return;
      expect(deployed).toContain(chosen);
      expect(chosen).not.toBe(deployed.findLast((one) => one > 0));
    }),
  );
});

it('holds each good version once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 })), (deployed) => {
      const names = goodVersions(deployed.map((one) => deployment(one))).map((one) => one.taskDefinitionArn);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
