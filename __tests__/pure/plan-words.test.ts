import type { Plan } from '../../src/plan/show/plan.ts';
import { describeImage } from '../../src/plan/show/words.ts';

const none: Plan['image'] = {
  action: 'keep',
  from: null,
  uri: null,
  digest: null,
  newRepository: null,
  reason: null,
};
const digest = `sha256:${'0'.repeat(64)}`;

it.each<[Partial<Plan['image']>, string]>([
  [{ reason: 'No image is built: it is so.' }, 'image: No image is built: it is so.'],
  [{}, "image: the task definition's image stays."],
  [{ action: 'use', uri: 'a/web:1', digest }, 'image: a/web:1 exists and is used.'],
  [{ action: 'use', uri: 'a/web:1' }, 'image: a/web:1 is used; this run did not see whether it exists.'],
  [{ action: 'build', uri: 'a/web:1' }, 'image: a/web:1 is built and pushed, which gives it its digest.'],
  [
    { action: 'build', uri: 'a/web:1', newRepository: 'scan on push' },
    'image: a/web:1 is built and pushed, which gives it its digest. The repository is created first (scan on push).',
  ],
  [{ action: 'copy', from: 'a/web@x', uri: 'b/web@x', digest }, 'image: a/web@x is copied to b/web@x.'],
  [
    { action: 'copy', from: 'a/web@x', uri: 'b/web:copy-of-x' },
    'image: a/web@x is copied to b/web:copy-of-x, which gives it a new digest.',
  ],
])('says what happens to the image: %j', (image, sentence) => {
  expect(describeImage({ image: { ...none, ...image }, checks: [] })).toBe(sentence);
});

it.each([
  ['missing', "image: a/web:1 doesn't exist."],
  ['wrong', "image: a/web:1 exists but can't be used."],
  ['unknown', 'image: a/web:1 is used; this run did not see whether it exists.'],
  ['ok', 'image: a/web:1 exists and is used.'],
] as const)('says of an image whose check is %s what the check says', (state, sentence) => {
  const check = {
    check: 'image',
    what: 'image of app',
    name: 'a/web:1',
    state,
    detail: null,
    inUse: false,
  } as const;
  const image = { ...none, action: 'use', uri: 'a/web:1', digest } as const;
  expect(describeImage({ image, checks: [check] })).toBe(sentence);
});
