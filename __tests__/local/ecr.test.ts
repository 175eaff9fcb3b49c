import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock } from '../../local/base/clock.ts';
import { createAuthorization } from '../../local/ecr/authorization.ts';
import { createEcr, type Ecr } from '../../local/ecr/ecr.ts';
import { startGateway } from '../../local/ecr/gateway.ts';
import { digestOf, type ImageTable, imageTable } from '../../local/ecr/image-table.ts';
import { startRegistries } from '../../local/ecr/registries.ts';
import { startRegistry } from '../../local/ecr/registry.ts';
import { isImmutable } from '../../local/ecr/repositories.ts';
import { textOf } from '../../local/server/members.ts';
import type { Document } from '../../local/server/operation.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };
const clock = manualClock();
const authorization = createAuthorization(clock);
const noSuchRepository = {
  code: 'RepositoryNotFoundException',
  message: "The repository with name 'web' does not exist in the registry with id '123456789012'",
};

function start(registryHost = () => '127.0.0.1:5000'): { ecr: Ecr; images: ImageTable } {
  const images = imageTable(clock);
  return { ecr: createEcr({ account, clock, images, authorization, registryHost }), images };
}

/** Calls an operation as the server does: what it throws is a rejection. */
async function call({ operations }: Ecr, operation: string, input: Document): Promise<Document> {
  return (await operations[operation]?.(input, { region: 'eu-west-1', accessKeyId: 'local' })) ?? {};
}

describe('repositories', () => {
  it('are made, described and deleted', async () => {
    const { ecr } = start();
    const made = await call(ecr, 'CreateRepository', { repositoryName: 'team/web' });
    expect(made.repository).toEqual({
      repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/team/web',
      registryId: '123456789012',
      repositoryName: 'team/web',
      repositoryUri: '127.0.0.1:5000/team/web',
      createdAt: clock.now() / 1000,
      imageTagMutability: 'MUTABLE',
      imageTagMutabilityExclusionFilters: undefined,
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(await call(ecr, 'DescribeRepositories', {})).toEqual({ repositories: [made.repository] });
    await call(ecr, 'DeleteRepository', { repositoryName: 'team/web' });
    expect(await call(ecr, 'DescribeRepositories', {})).toEqual({ repositories: [] });
  });

  it.each([
    ['DescribeRepositories', { repositoryNames: ['web'] }],
    ['DescribeImages', { repositoryName: 'web' }],
    ['BatchGetImage', { repositoryName: 'web', imageIds: [] }],
    ['DeleteRepository', { repositoryName: 'web' }],
  ])('that are not there are refused by %s', async (operation, input) => {
    await expect(call(start().ecr, operation, input)).rejects.toMatchObject(noSuchRepository);
  });

  it.each(['Web', 'a', 'web_', '/web', 'we b'])('are not called %j', async (repositoryName) => {
    await expect(call(start().ecr, 'CreateRepository', { repositoryName })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  it('are not deleted with images in them unless forced', async () => {
    const { ecr, images } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    images.put('web', { tags: ['1'] });
    const input = { repositoryName: 'web' };
    await expect(call(ecr, 'DeleteRepository', input)).rejects.toMatchObject({
      code: 'RepositoryNotEmptyException',
    });
    await call(ecr, 'DeleteRepository', { ...input, force: true });
    expect(await images.list('web')).toEqual([]);
  });

  it.each([
    ['MUTABLE', [], 'v1', false],
    ['IMMUTABLE', [], 'v1', true],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'dev-7', false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'v1', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.0'], 'v1.0', true],
    ['MUTABLE_WITH_EXCLUSION', ['v*.0'], 'v1x0', false],
  ])('with %s and exclusions %j: is %s immutable? %s', (setting, exclusions, tag, expected) => {
    expect(isImmutable({ setting, exclusions }, tag)).toBe(expected);
  });
});

describe('images', () => {
  it('are described by tag and by digest, an index with the size of its largest image', async () => {
    const { ecr, images } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    const digest = images.put('web', { tags: ['1', 'latest'], platform: ['linux/amd64', 'linux/arm64'] });
    const details = {
      registryId: '123456789012',
      repositoryName: 'web',
      imageDigest: digest,
      imageTags: ['1', 'latest'],
      imageSizeInBytes: 1_001_000,
      imagePushedAt: clock.now() / 1000,
      imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      imageStatus: 'ACTIVE',
    };
    for (const id of [{ imageTag: 'latest' }, { imageDigest: digest }]) {
      const input = { repositoryName: 'web', imageIds: [id] };
      expect(await call(ecr, 'DescribeImages', input)).toEqual({ imageDetails: [details] });
    }
    const all = await call(ecr, 'ListImages', { repositoryName: 'web', filter: { tagStatus: 'UNTAGGED' } });
    expect(all.imageIds).toHaveLength(2);
  });

  it('that are not there are an error of DescribeImages and a failure of BatchGetImage', async () => {
    const { ecr } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    const input = { repositoryName: 'web', imageIds: [{ imageTag: 'x' }] };
    await expect(call(ecr, 'DescribeImages', input)).rejects.toMatchObject({
      code: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'x'} does not exist within the repository with name 'web' in the registry with id '123456789012'",
    });
    expect(await call(ecr, 'BatchGetImage', input)).toEqual({
      images: [],
      failures: [
        {
          imageId: { imageTag: 'x' },
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        },
      ],
    });
  });

  it('give their manifest, which has the digest', async () => {
    const { ecr, images } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    const digest = images.put('web', { tags: ['1'] });
    const input = { repositoryName: 'web', imageIds: [{ imageTag: '1' }] };
    const { images: found } = await call(ecr, 'BatchGetImage', input);
    expect(found).toMatchObject([{ imageId: { imageDigest: digest, imageTag: '1' } }]);
    const manifest = await images.manifest('web', '1');
    expect(digestOf(manifest?.body ?? '')).toBe(digest);
  });

  it('are given another tag, unless an immutable one is taken', async () => {
    const { ecr, images } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web', imageTagMutability: 'IMMUTABLE' });
    const one = images.put('web', { tags: ['1'] });
    images.put('web', { tags: ['2'] });
    const imageManifest = (await images.manifest('web', one))?.body;
    const put = (imageTag: string, manifest = imageManifest) =>
      call(ecr, 'PutImage', { repositoryName: 'web', imageManifest: manifest, imageTag });
    expect(await put('latest')).toMatchObject({
      image: { imageId: { imageDigest: one, imageTag: 'latest' } },
    });
    expect(images.find('web', 'latest')).toBe(one);
    await expect(put('latest')).rejects.toMatchObject({ code: 'ImageAlreadyExistsException' });
    await expect(put('2')).rejects.toMatchObject({ code: 'ImageTagAlreadyExistsException' });
    await expect(put('3', '{"layers":[]}')).rejects.toMatchObject({ code: 'LayersNotFoundException' });
    const index = JSON.stringify({ manifests: [{ digest: `sha256:${'a'.repeat(64)}`, size: 1 }] });
    await expect(put('3', index)).rejects.toMatchObject({ code: 'ReferencedImagesNotFoundException' });
  });

  it('go with their last tag', async () => {
    const { ecr, images } = start();
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    const digest = images.put('web', { tags: ['1', '2'] });
    const remove = (imageTag: string) =>
      call(ecr, 'BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageTag }] });
    await remove('1');
    expect(images.find('web', '2')).toBe(digest);
    await remove('2');
    expect(images.find('web', digest)).toBeUndefined();
  });
});

describe('scans', () => {
  it('begin with the push or when asked, and take a while', async () => {
    const own = manualClock();
    const images = imageTable(own);
    const findings = () => ({ HIGH: ['CVE-1'] });
    const registryHost = () => 'r';
    const ecr = createEcr({ account, clock: own, images, authorization, registryHost, findings });
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    const imageConfiguration = { scanOnPush: true };
    await call(ecr, 'CreateRepository', {
      repositoryName: 'scanned',
      imageScanningConfiguration: imageConfiguration,
    });
    const index = images.put('web', { tags: ['1'] });
    const single = (await images.list('web')).find(({ digest }) => digest !== index)?.digest ?? '';
    const input = { repositoryName: 'web', imageId: { imageDigest: single } };
    await expect(call(ecr, 'DescribeImageScanFindings', input)).rejects.toMatchObject({
      code: 'ScanNotFoundException',
    });
    const begun = { imageScanStatus: { status: 'IN_PROGRESS' } };
    expect(await call(ecr, 'StartImageScan', input)).toMatchObject(begun);
    expect(await call(ecr, 'DescribeImageScanFindings', input)).toMatchObject(begun);
    own.advance(5);
    const done = {
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: {
        findingSeverityCounts: { HIGH: 1 },
        findings: [{ name: 'CVE-1', severity: 'HIGH' }],
      },
    };
    expect(await call(ecr, 'DescribeImageScanFindings', input)).toMatchObject(done);
    await expect(call(ecr, 'StartImageScan', { ...input, imageId: { imageTag: '1' } })).rejects.toMatchObject(
      { code: 'UnsupportedImageTypeException' },
    );
    images.put('scanned', { tags: ['1'] });
    const child = (await images.list('scanned')).find(({ tags }) => tags.length === 0)?.digest;
    const other = { repositoryName: 'scanned', imageId: { imageDigest: child } };
    expect(await call(ecr, 'DescribeImageScanFindings', other)).toMatchObject(begun);
  });
});

describe('the gateway before a real registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-ecr-'));
  const stops: (() => Promise<void>)[] = [];
  let host = '';
  const { ecr, images } = start(() => host);

  beforeAll(async () => {
    const registry = await startRegistry(folder);
    const repository = (name: string) => ecr.repository(name);
    const gateway = await startGateway({
      account,
      upstream: registry.host,
      images,
      authorization,
      repository,
      links: ecr.links,
      pullThrough: ecr.pullThrough,
    });
    host = gateway.host;
    stops.push(
      () => gateway.close(),
      () => registry.close(),
    );
    await call(ecr, 'CreateRepository', { repositoryName: 'web' });
    await call(ecr, 'CreateRepository', { repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' });
  }, 30_000);

  afterAll(async () => {
    for (const stop of stops) await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const manifestType = 'application/vnd.oci.image.manifest.v1+json';

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const token = Buffer.from(`AWS:${authorization.issue().password}`).toString('base64');
    const headers = new Headers(init.headers);
    headers.set('authorization', `Basic ${token}`);
    return await fetch(`http://${host}/v2/${path}`, { ...init, headers });
  }

  async function refusal(response: Response): Promise<{ status: number; code: unknown; message: unknown }> {
    const { errors }: { errors: { code: string; message: string }[] } = JSON.parse(await response.text());
    return { status: response.status, code: errors[0]?.code, message: errors[0]?.message };
  }

  async function pushBlob(repository: string, content: string): Promise<string> {
    const begun = await ask(`${repository}/blobs/uploads/?mount=sha256:0&from=other`, { method: 'POST' });
    const location = begun.headers.get('location') ?? '';
    const digest = digestOf(content);
    const separator = location.includes('?') ? '&' : '?';
    const path = `${location.replace(/^.*\/v2\//, '')}${separator}digest=${digest}`;
    const ended = await ask(path, { method: 'PUT', body: content });
    expect([begun.status, ended.status]).toEqual([202, 201]);
    return digest;
  }

  /** Pushes an image whose only content is that text. */
  async function pushImage(repository: string, tag: string, content: string): Promise<Response> {
    const digest = await pushBlob(repository, content);
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: content.length };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] });
    return await ask(`${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': manifestType },
      body,
    });
  }

  it('wants the password of GetAuthorizationToken', async () => {
    const response = await fetch(`http://${host}/v2/`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    const { authorizationData } = await call(ecr, 'GetAuthorizationToken', {});
    expect(authorizationData).toMatchObject([{ proxyEndpoint: `http://${host}` }]);
    expect((await ask('')).status).toBe(200);
  });

  it('takes what is pushed over into the images, and passes pulls on', async () => {
    expect((await pushImage('web', '1', '{"a":1}')).status).toBe(201);
    const [image, ...others] = await images.list('web');
    expect(others).toEqual([]);
    expect(image).toMatchObject({ tags: ['1'], mediaType: manifestType, sizeInBytes: 7 });
    const pulled = await ask('web/manifests/1', { headers: { accept: manifestType } });
    expect(digestOf(await pulled.text())).toBe(image?.digest);
    const blob = await ask(`web/blobs/${digestOf('{"a":1}')}`);
    expect(await blob.text()).toBe('{"a":1}');
  });

  it('gives a layer to whoever has its address', async () => {
    await pushImage('web', 'linked', '{"l":1}');
    const layerDigest = digestOf('{"l":1}');
    const { downloadUrl } = await call(ecr, 'GetDownloadUrlForLayer', { repositoryName: 'web', layerDigest });
    const fetched = await fetch(typeof downloadUrl === 'string' ? downloadUrl : '');
    expect([fetched.status, await fetched.text()]).toEqual([200, '{"l":1}']);
    expect((await fetch(`http://${host}/layers/guessed`)).status).toBe(401);
  });

  it('pulls an image by a tag that PutImage gave it', async () => {
    await pushImage('web', 'pushed', '{"p":1}');
    const imageManifest = (await images.manifest('web', 'pushed'))?.body;
    await call(ecr, 'PutImage', { repositoryName: 'web', imageManifest, imageTag: 'put' });
    const pulled = await ask('web/manifests/put', { headers: { accept: manifestType } });
    expect(await pulled.text()).toBe(imageManifest);
  });

  it('moves a tag that is mutable', async () => {
    await pushImage('web', 'moving', '{"b":1}');
    await pushImage('web', 'moving', '{"b":2}');
    const tagged = (await images.list('web')).filter(({ tags }) => tags.includes('moving'));
    expect(tagged).toHaveLength(1);
  });

  it('keeps a tag that is immutable', async () => {
    expect((await pushImage('fixed', 'v1', '{"c":1}')).status).toBe(201);
    expect((await pushImage('fixed', 'v1', '{"c":1}')).status).toBe(201);
    expect(await refusal(await pushImage('fixed', 'v1', '{"c":2}'))).toEqual({
      status: 400,
      code: 'TAG_INVALID',
      message:
        "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
    });
  });

  it('knows no repository that ECR does not know', async () => {
    expect(await refusal(await ask('nobody/blobs/uploads/', { method: 'POST' }))).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'nobody' does not exist in the registry with id '123456789012'",
    });
  });

  it('no longer gives an image that was deleted', async () => {
    await pushImage('web', 'gone', '{"d":1}');
    await call(ecr, 'BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageTag: 'gone' }] });
    expect(await refusal(await ask('web/manifests/gone'))).toMatchObject({
      status: 404,
      code: 'MANIFEST_UNKNOWN',
    });
  });
});

describe('a pull-through cache', () => {
  it('brings an image with its layers by a pull through the gateway, not by a look', async () => {
    const folders = ['up', 'own'].map(() => mkdtempSync(join(tmpdir(), 'fargate-ecr-')));
    const [upstream, store] = await Promise.all(folders.map((folder) => startRegistry(folder)));
    if (upstream === undefined || store === undefined) throw new Error('There are no registries');
    const config = JSON.stringify({ os: 'linux', architecture: 'amd64' });
    const digest = digestOf(config);
    const place = `http://${upstream.host}/v2/library/tool`;
    const begun = await fetch(`${place}/blobs/uploads/`, { method: 'POST' });
    const upload = new URL(begun.headers.get('location') ?? '', place);
    upload.searchParams.set('digest', digest);
    await fetch(upload, { method: 'PUT', body: config });
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
      layers: [],
    });
    await fetch(`${place}/manifests/1`, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: manifest,
    });

    const images = imageTable(clock);
    const parts = { account, clock, images, authorization };
    const ecr = createEcr({ ...parts, registryHost: () => '', store: store.host });
    const { links, pullThrough } = ecr;
    const repository = (name: string) => ecr.repository(name);
    const gateway = await startGateway({
      account,
      upstream: store.host,
      images,
      authorization,
      repository,
      links,
      pullThrough,
    });
    try {
      const rule = { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: upstream.host };
      await call(ecr, 'CreatePullThroughCacheRule', rule);
      await expect(call(ecr, 'CreatePullThroughCacheRule', rule)).rejects.toMatchObject({
        code: 'PullThroughCacheRuleAlreadyExistsException',
      });
      const look = { repositoryName: 'hub/library/tool', imageIds: [{ imageTag: '1' }] };
      await expect(call(ecr, 'BatchGetImage', look)).rejects.toMatchObject({
        code: 'RepositoryNotFoundException',
      });
      const headers = { authorization: `Basic ${btoa(`AWS:${authorization.issue().password}`)}` };
      const pull = (what: string): Promise<Response> =>
        fetch(`http://${gateway.host}/v2/hub/library/${what}`, {
          headers: { ...headers, accept: mediaType },
        });
      expect((await pull('tool/manifests/2')).status).toBe(404);
      expect(await (await pull('tool/manifests/1')).text()).toBe(manifest);
      expect(await (await pull(`tool/blobs/${digest}`)).text()).toBe(config);
      expect(await call(ecr, 'BatchGetImage', look)).toMatchObject({ images: [{ imageManifest: manifest }] });
      const rules = await call(ecr, 'DescribePullThroughCacheRules', {});
      expect(rules).toMatchObject({ pullThroughCacheRules: [rule] });
      await call(ecr, 'DeletePullThroughCacheRule', { ecrRepositoryPrefix: 'hub' });
      expect(await call(ecr, 'DescribePullThroughCacheRules', {})).toEqual({ pullThroughCacheRules: [] });
    } finally {
      await Promise.all([gateway.close(), upstream.close(), store.close()]);
      for (const folder of folders) rmSync(folder, { recursive: true });
    }
  }, 30_000);
});

describe('the registries of other accounts and regions', () => {
  const paris = { accountId: account.accountId, region: 'eu-west-3' };
  const foreign = { accountId: '210987654321', region: 'eu-central-1' };
  const client = (region: string) => ({ region, accessKeyId: 'local' });

  it('are reached by their id and region, with a password of that region', async () => {
    await using stack = new AsyncDisposableStack();
    const { own, others, operations } = await startRegistries(
      {
        account,
        others: [paris, foreign],
        clock,
        hasRegistry: false,
        tempFolder: undefined,
        findings: undefined,
      },
      stack,
    );
    const ask = async (operation: string, input: Document, region: string): Promise<Document> =>
      (await operations[operation]?.(input, client(region))) ?? {};
    const uriOf = async (input: Document, region: string): Promise<unknown> =>
      (await ask('CreateRepository', { repositoryName: 'web', ...input }, region))['repository'];
    expect(await uriOf({}, 'eu-west-1')).toMatchObject({ repositoryUri: `${own.host}/web` });
    expect(await uriOf({}, 'eu-west-3')).toMatchObject({ repositoryUri: `${others[0]?.host}/web` });
    const { repository } = await ask(
      'CreateRepository',
      { repositoryName: 'web', registryId: foreign.accountId },
      'eu-central-1',
    );
    expect(repository).toMatchObject({ repositoryUri: `${others[1]?.host}/web`, registryId: '210987654321' });
    expect(new Set([own.host, ...others.map(({ host }) => host)]).size).toBe(3);
    const elsewhere = { repositoryNames: ['web'], registryId: foreign.accountId };
    await expect(ask('DescribeRepositories', elsewhere, 'eu-west-1')).rejects.toMatchObject({
      code: 'RepositoryNotFoundException',
    });

    const login = async (region: string): Promise<readonly unknown[]> => {
      const { authorizationData } = await ask('GetAuthorizationToken', {}, region);
      const [data] = Array.isArray(authorizationData) ? authorizationData : [];
      const answered = Object(data) as Document;
      const answers = [own, ...others].map(async ({ host }) => {
        const headers = { authorization: `Basic ${textOf(answered, 'authorizationToken') ?? ''}` };
        return (await fetch(`http://${host}/v2/`, { headers })).status;
      });
      return [answered['proxyEndpoint'], ...(await Promise.all(answers))];
    };
    expect(await login('eu-west-1')).toEqual([`http://${own.host}`, 200, 401, 401]);
    expect(await login('eu-west-3')).toEqual([`http://${others[0]?.host}`, 401, 200, 401]);
    expect(await login('eu-central-1')).toEqual([
      'https://123456789012.dkr.ecr.eu-central-1.amazonaws.com',
      401,
      401,
      200,
    ]);
  });
});
