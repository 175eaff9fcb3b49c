import * as fc from 'fast-check';
import { ecrRegistryOf, isOutsideEcr } from '../../src/image/registry/registry-host.ts';
import {
  atDigest,
  isDigest,
  isSameRepository,
  isTag,
  parseReference,
  printReference,
  registryHost,
} from '../../src/reference/image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ecr = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';

describe('an image reference', () => {
  it.each([
    ['nginx', undefined, 'nginx', undefined, undefined],
    ['nginx:1.27', undefined, 'nginx', '1.27', undefined],
    ['team/web', undefined, 'team/web', undefined, undefined],
    ['localhost/web', 'localhost', 'web', undefined, undefined],
    ['localhost:5000/web', 'localhost:5000', 'web', undefined, undefined],
    ['127.0.0.1:5000/a/b/web:v1', '127.0.0.1:5000', 'a/b/web', 'v1', undefined],
    ['[::1]:5000/web', '[::1]:5000', 'web', undefined, undefined],
    [`${ecr}/team/web:v1`, ecr, 'team/web', 'v1', undefined],
    [`${ecr}/web@${digest}`, ecr, 'web', undefined, digest],
    [`${ecr}/web:v1@${digest}`, ecr, 'web', 'v1', digest],
    ['ghcr.io/org/a.b_c__d-e---f:_x', 'ghcr.io', 'org/a.b_c__d-e---f', '_x', undefined],
    ['web:5000', undefined, 'web', '5000', undefined],
  ])('%s', (text, registry, repository, tag, ofDigest) => {
    const reference = parseReference(text);
    expect(reference).toEqual({ registry, repository, tag, digest: ofDigest });
    expect(reference && printReference(reference)).toBe(text);
  });

  it.each([
    '',
    ' ',
    'Web',
    'team/Web',
    'web:',
    'web:-x',
    'web:a b',
    `web:${'t'.repeat(129)}`,
    'web@',
    'web@sha256:12',
    `web@${digest}@${digest}`,
    `web@md5:${'0'.repeat(32)}`,
    `web@${digest.toUpperCase()}`,
    '/web',
    'web/',
    'a//b',
    'a___b',
    'a..b',
    '-a',
    'host:99999999/web',
    'ho_st.de/web',
    'https://ghcr.io/org/web',
    'web\n',
    'web:v1\n',
    '--tag',
  ])('%j is none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  it('prints what it read', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-)[a-z0-9]{1,5}){0,2}$/);
    const reference = fc.record({
      registry: fc.option(fc.constantFrom('localhost', 'ghcr.io', '127.0.0.1:5000', ecr), { nil: undefined }),
      repository: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
      digest: fc.option(fc.constant(digest), { nil: undefined }),
    });
    fc.assert(
      fc.property(reference, (one) => {
        // Without a registry a first part with a dot would be one.
        fc.pre(one.registry !== undefined || !/^([^/]*\.[^/]*|localhost)\//.test(one.repository));
        expect(parseReference(printReference(one))).toEqual(one);
      }),
    );
  });

  it.each([
    ['nginx', 'docker.io/library/nginx:1', true],
    ['index.docker.io/team/web', 'team/web', true],
    [`${ecr}/web:a`, `${ecr}/web@${digest}`, true],
    [`${ecr}/web`, `${ecr}/web2`, false],
    [`${ecr}/web`, 'web', false],
    ['localhost:5000/web', 'localhost:5001/web', false],
  ])('%s and %s: same repository %s', (one, other, expected) => {
    const [a, b] = [parseReference(one), parseReference(other)];
    expect(a && b && isSameRepository(a, b)).toBe(expected);
  });

  it('names Docker Hub where no registry is named', () => {
    expect([registryHost({ registry: undefined }), registryHost({ registry: 'ghcr.io' })]).toEqual([
      'docker.io',
      'ghcr.io',
    ]);
  });

  it('is bound to a digest', () => {
    expect(atDigest(`${ecr}/web`, digest)).toBe(`${ecr}/web@${digest}`);
  });

  it.each([
    ['v1', true],
    ['_', true],
    ['V1.0-rc_1', true],
    ['t'.repeat(128), true],
    ['t'.repeat(129), false],
    ['.v1', false],
    ['-v1', false],
    ['v1\n', false],
    ['a/b', false],
    ['', false],
  ])('the tag %j is one: %s', (text, expected) => {
    expect(isTag(text)).toBe(expected);
  });

  it.each([
    [digest, true],
    [`${digest}0`, false],
    [digest.slice(0, -1), false],
    [digest.replace('sha256', 'sha512'), false],
  ])('the digest %s is one: %s', (text, expected) => {
    expect(isDigest(text)).toBe(expected);
  });
});

describe('the host of a registry', () => {
  it.each([
    ['111122223333.dkr.ecr.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['111122223333.dkr.ecr.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu', 'eusc-de-east-1'],
    ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['111122223333.dkr.ecr-fips.us-east-1.amazonaws.com', 'us-east-1'],
    ['111122223333.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
    ['111122223333.dkr-ecr-fips.us-east-2.on.aws', 'us-east-2'],
    ['111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
    ['111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
    ['111122223333.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
    ['111122223333.dkr.ecr.us-isof-south-1.csp.hci.ic.gov', 'us-isof-south-1'],
    ['111122223333.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk', 'eu-isoe-west-1'],
    ['111122223333.DKR.ECR.eu-central-1.amazonaws.com:443', 'eu-central-1'],
  ])('%s is ECR', (host, region) => {
    expect(ecrRegistryOf(host)).toEqual({ account: '111122223333', region });
    expect(isOutsideEcr(host)).toBe(false);
  });

  it.each([
    ['public.ecr.aws', true],
    ['docker.io', true],
    ['registry-1.docker.io', true],
    ['ghcr.io', true],
    ['quay.io', true],
    ['gcr.io', true],
    ['eu.gcr.io', true],
    ['europe-west1-docker.pkg.dev', true],
    ['registry.gitlab.com', true],
    ['mcr.microsoft.com', true],
    ['me.azurecr.io', true],
    ['127.0.0.1:5000', false],
    ['localhost:5000', false],
    ['registry.example.com', false],
    ['notghcr.io', false],
    ['ghcr.io.example.com', false],
    ['11112222333.dkr.ecr.eu-central-1.amazonaws.com', false],
    ['111122223333.dkr.ecr.eu-central-1.amazonaws.com.evil.example', false],
    ['111122223333xdkr.ecr.eu-central-1.amazonaws.com', false],
  ])('%s is certainly outside ECR: %s', (host, isOutside) => {
    expect(isOutsideEcr(host)).toBe(isOutside);
    expect(ecrRegistryOf(host)).toBeUndefined();
  });
});
