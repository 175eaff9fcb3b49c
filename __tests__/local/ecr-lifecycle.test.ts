import { manualClock } from '../../local/base/clock.ts';
import { createAuthorization } from '../../local/ecr/authorization.ts';
import { createEcr } from '../../local/ecr/ecr.ts';
import { imageTable } from '../../local/ecr/image-table.ts';
import { documentsOf, textOf } from '../../local/server/members.ts';
import type { Document } from '../../local/server/operation.ts';
import { readLifecyclePolicy } from '../../src/image/registry/lifecycle-policy.ts';

const day = 86_400;

async function start() {
  const clock = manualClock();
  const images = imageTable(clock);
  const account = { accountId: '123456789012', region: 'eu-west-1' };
  const authorization = createAuthorization(clock);
  const registryHost = () => '127.0.0.1:5000';
  const { operations } = createEcr({ account, clock, images, authorization, registryHost });
  const call = async (operation: string, input: Document): Promise<Document> =>
    (await operations[operation]?.({ repositoryName: 'web', ...input }, caller)) ?? {};
  await call('CreateRepository', {});
  return { clock, images, call };
}

const caller = { region: 'eu-west-1', accessKeyId: 'local' };

const rule = (selection: Document, members: Document = {}): Document => ({
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1, ...selection },
  action: { type: 'expire' },
  ...members,
});

const policy = (...rules: readonly Document[]): string => JSON.stringify({ rules });

describe('a lifecycle policy', () => {
  it('is kept, and gone with its repository', async () => {
    const { call, clock } = await start();
    const none = { code: 'LifecyclePolicyNotFoundException' };
    await expect(call('GetLifecyclePolicy', {})).rejects.toMatchObject(none);
    const lifecyclePolicyText = policy(rule({}));
    await call('PutLifecyclePolicy', { lifecyclePolicyText });
    expect(await call('GetLifecyclePolicy', {})).toEqual({
      registryId: '123456789012',
      repositoryName: 'web',
      lifecyclePolicyText,
    });
    await call('DeleteRepository', {});
    clock.advance(1);
    await call('CreateRepository', {});
    await expect(call('GetLifecyclePolicy', {})).rejects.toMatchObject(none);
    await call('PutLifecyclePolicy', { lifecyclePolicyText });
    await call('DeleteLifecyclePolicy', {});
    await expect(call('DeleteLifecyclePolicy', {})).rejects.toMatchObject(none);
  });

  it.each<[string, string]>([
    ['it is not JSON', '{'],
    ['it has no rules', policy()],
    ['two rules have the same rulePriority', policy(rule({}), rule({ tagStatus: 'any' }))],
    [
      'a rule for any tagStatus has to have the highest rulePriority',
      policy(rule({ tagStatus: 'any' }), rule({}, { rulePriority: 2 })),
    ],
    [
      'tagPrefixList or tagPatternList belong to the tagStatus tagged, which needs one',
      policy(rule({ tagStatus: 'tagged' })),
    ],
    ['countUnit belongs to sinceImagePushed', policy(rule({ countType: 'sinceImagePushed' }))],
    ['a countNumber is not positive', policy(rule({ countNumber: 0 }))],
    ['an action is not expire', policy(rule({}, { action: { type: 'keep' } }))],
  ])('is refused: %s', async (why, lifecyclePolicyText) => {
    const { call } = await start();
    await expect(call('PutLifecyclePolicy', { lifecyclePolicyText })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(why),
    });
  });

  it('counts the newest images as those to keep, by the first rule that means them', async () => {
    const { call, images, clock } = await start();
    const push = (tag: string): string => {
      clock.advance(1);
      return images.put('web', { tags: [tag] });
    };
    const [dev1, prod, dev2, other] = [push('dev-1'), push('prod'), push('dev-2'), push('other')];
    const lifecyclePolicyText = policy(
      rule({ tagStatus: 'tagged', tagPrefixList: ['dev-'] }),
      rule({ tagStatus: 'any' }, { rulePriority: 2 }),
    );
    expect(await preview(call, lifecyclePolicyText)).toEqual([dev1, prod]);
    expect([dev2, other]).not.toContain(dev1);
  });
});

describe('the standard policy of a new repository', () => {
  it('expires caches and what has no tag, never a build or a part of an index', async () => {
    const { call, images, clock } = await start();
    const build = images.put('web', { tags: ['abc-12345678', 'latest'] });
    const index = images.put('web', { tags: ['def-12345678'], platform: ['linux/amd64', 'linux/arm64'] });
    const cache = images.put('web', { tags: ['buildcache-1'] });
    const lost = images.put('web', { tags: ['moved'] });
    images.put('web', { tags: ['moved', 'newer-12345678'] });
    images.put('web', { tags: ['latest', 'last-12345678'] });
    const lifecyclePolicyText = await readLifecyclePolicy('standard', '/nowhere');
    const after = async (days: number): Promise<readonly unknown[]> => {
      clock.advance(days * day);
      return preview(call, lifecyclePolicyText);
    };
    expect(await after(7)).toEqual([]);
    expect(await after(1)).toEqual([lost]);
    const late = await after(400);
    expect(late).toEqual([cache, lost]);
    expect(late).not.toContain(build);
    expect(late).not.toContain(index);
  });
});

async function preview(
  call: (operation: string, input: Document) => Promise<Document>,
  lifecyclePolicyText: string,
): Promise<readonly unknown[]> {
  await call('PutLifecyclePolicy', { lifecyclePolicyText });
  await call('StartLifecyclePolicyPreview', {});
  const { previewResults } = await call('GetLifecyclePolicyPreview', {});
  return documentsOf({ previewResults }, 'previewResults').map((one) => textOf(one, 'imageDigest'));
}
