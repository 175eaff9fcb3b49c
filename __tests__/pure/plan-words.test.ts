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
  [{}, 'image: that of the task definition stays.'],
  [{ action: 'use', uri: 'a/web:1' }, 'image: a/web:1 exists and is used.'],
  [{ action: 'build', uri: 'a/web:1' }, 'image: a/web:1 is built and pushed; its digest is known then.'],
  [
    { action: 'build', uri: 'a/web:1', newRepository: 'scan on push' },
    'image: a/web:1 is built and pushed; its digest is known then. Its repository is created (scan on push).',
  ],
  [{ action: 'copy', from: 'a/web@x', uri: 'b/web@x', digest }, 'image: a/web@x is copied to b/web@x.'],
  [
    { action: 'copy', from: 'a/web@x', uri: 'b/web:copy-of-x' },
    'image: a/web@x is copied to b/web:copy-of-x; the digest of the copy is known then.',
  ],
])('what becomes of the image: %j', (image, sentence) => {
  expect(describeImage({ ...none, ...image })).toBe(sentence);
});
