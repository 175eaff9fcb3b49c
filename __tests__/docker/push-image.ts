import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tar } from '../../local/docker/tar.ts';

/** Where an image is pushed to, by the registry's own protocol: no engine has to hold it. */
export interface PushPlace {
  readonly host: string;
  readonly repository: string;
  /** The password of the user AWS; none where nobody asks. */
  readonly password?: string;
}

const type = 'application/vnd.oci.image';

/**
 * Pushes an image of these platforms with nothing in it that runs: an index where there are several, as buildx makes it.
 * @returns its digest
 */
export async function pushImage(
  place: PushPlace,
  tag: string,
  architectures: readonly string[],
): Promise<string> {
  const [only, ...more] = architectures;
  if (only !== undefined && more.length === 0) return (await pushSingle(place, only, tag)).digest;
  const manifests = [];
  for (const architecture of architectures) {
    manifests.push({ ...(await pushSingle(place, architecture)), platform: { os: 'linux', architecture } });
  }
  const index = { schemaVersion: 2, mediaType: `${type}.index.v1+json`, manifests };
  return (await putManifest(place, index, tag)).digest;
}

async function pushSingle(place: PushPlace, architecture: string, tag?: string): Promise<Pushed> {
  const content = tar([{ name: architecture, directory: true }]);
  const layer = await pushBlob(place, gzipSync(content));
  const config = {
    architecture,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(content)] },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: {
      mediaType: `${type}.config.v1+json`,
      ...(await pushBlob(place, Buffer.from(JSON.stringify(config)))),
    },
    layers: [{ mediaType: `${type}.layer.v1.tar+gzip`, ...layer }],
  };
  return { mediaType: manifest.mediaType, ...(await putManifest(place, manifest, tag)) };
}

interface Pushed {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

async function pushBlob(place: PushPlace, content: Buffer): Promise<Omit<Pushed, 'mediaType'>> {
  const { host, repository } = place;
  const digest = digestOf(content);
  const begun = await ask(place, 'blobs/uploads/', { method: 'POST' });
  const url = new URL(begun.headers.get('location') ?? '', `http://${host}/v2/${repository}/`);
  url.searchParams.set('digest', digest);
  const ended = await ask(place, `http://${host}${url.pathname}${url.search}`, {
    method: 'PUT',
    body: new Uint8Array(content),
  });
  expect(ended.status).toBe(201);
  return { digest, size: content.length };
}

async function putManifest(
  place: PushPlace,
  manifest: { readonly mediaType: string },
  tag: string | undefined,
): Promise<Omit<Pushed, 'mediaType'>> {
  const body = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(body);
  const put = await ask(place, `manifests/${tag ?? digest}`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body: new Uint8Array(body),
  });
  expect(put.status).toBe(201);
  return { digest, size: body.length };
}

function ask({ host, repository, password }: PushPlace, path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (password !== undefined) {
    headers.set('authorization', `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`);
  }
  return fetch(new URL(path, `http://${host}/v2/${repository}/`), { ...init, headers });
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
