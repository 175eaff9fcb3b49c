import type { Builder } from '../../src/docker/builder.ts';
import { cacheFor, cacheTrouble } from '../../src/image/build/cache.ts';
import { otherRepository } from '../../src/image/registry/other-repository.ts';
import type { BuildInputs } from '../../src/inputs/build.ts';
import { buildInputs } from './a-build.ts';

const able: Builder = { kind: 'buildx', name: 'b', driver: 'remote', hasImageStore: true, platforms: [] };
const limited: Builder = { kind: 'buildx', name: 'b', platforms: [], driver: 'docker', hasImageStore: false };
type Target = Parameters<typeof cacheFor>[0]['repository'];
const ecr = (isImmutable: boolean): Target => ({
  uri: 'r/web',
  isImmutable: () => isImmutable,
  keepsCaches: true,
});
const other: Target = otherRepository('ghcr.io/web', 'ghcr.io/web is not in ECR');

const cache = (part: Partial<BuildInputs> = {}, builder: Builder = able, repository = ecr(false)) =>
  cacheFor({ inputs: { ...buildInputs, ...part }, builder, repository, platforms: ['linux/amd64'] });

describe('the cache of a build', () => {
  it('is in the repository of the image, as ECR takes it', () => {
    const { from, to, note } = cache();
    const place = from[0] ?? '';
    expect(place).toMatch(/^type=registry,ref=r\/web:buildcache-[0-9a-f]{8}$/);
    expect(to).toEqual([`${place},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`]);
    expect(note).toBeUndefined();
    expect(cache({ target: 'x' }).from).not.toEqual(from);
  });

  it.each<[string, Partial<BuildInputs>, Builder, Target, RegExp | undefined]>([
    ['it is switched off', { cache: false }, able, ecr(false), undefined],
    ['no-cache is true', { noCache: true }, able, ecr(false), undefined],
    ['there is no buildx', {}, { kind: 'classic', platforms: [] }, ecr(false), undefined],
    ['the repository is not in ECR', {}, able, other, undefined],
    ['the builder writes none', {}, limited, ecr(false), /builder b can't write one/],
    ['no tag may move', {}, able, ecr(true), /are immutable/],
  ])('is none when %s', (_, part, builder, repository, note) => {
    const found = cache(part, builder, repository);
    expect([found.from, found.to]).toEqual([[], []]);
    expect(found.note ?? '').toMatch(note ?? /^$/);
  });

  it('is that of the inputs, which does not fail the build either', () => {
    const cacheTo = ['type=gha,mode=max', 'type=inline', 'type=registry,ref=a,ignore-error=false'];
    expect(cache({ cacheFrom: ['type=gha'], cacheTo })).toEqual({
      from: ['type=gha'],
      to: ['type=gha,mode=max,ignore-error=true', 'type=inline', 'type=registry,ref=a,ignore-error=false'],
    });
  });

  it.each([
    [
      [
        '#6 importing cache manifest from r/web:c',
        '#6 ERROR: failed to configure registry cache importer: r/web:c: not found',
      ],
      undefined,
    ],
    [
      ['#6 importing cache manifest from r/web:c', '#6 ERROR: dial tcp: refused'],
      "The build's cache could not be read: dial tcp: refused",
    ],
    [
      ['#9 exporting cache to registry', '#9 preparing', '#9 ERROR: denied'],
      "The build's cache could not be written: denied",
    ],
    [['#5 RUN make', '#5 ERROR: broken'], undefined],
  ])('has trouble: %j', (lines, trouble) => {
    expect(cacheTrouble(lines)).toBe(trouble);
  });
});
