import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Account } from '../base/account.ts';
import { openPort } from '../server/server.ts';
import type { Authorization } from './authorization.ts';
import { digestOf, type ImageTable } from './image-table.ts';
import type { LayerLinks } from './layer-links.ts';
import type { PullThrough } from './pull-through.ts';
import { immutableTagText, isImmutable, type Repository, unknownRepositoryText } from './repositories.ts';

/** A proxy between Docker and the real registry that makes the registry behave like ECR. */
export interface Gateway {
  /** `127.0.0.1:PORT`, the start of repository URIs. */
  readonly host: string;
  close(): Promise<void>;
}

interface GatewayOptions {
  readonly account: Account;
  /** Host and port of the registry; undefined if tasks are simulated, since nothing pushes then. */
  readonly upstream: string | undefined;
  readonly images: ImageTable;
  readonly authorization: Authorization;
  readonly repository: (name: string) => Repository | undefined;
  readonly links: LayerLinks;
  readonly pullThrough: PullThrough;
}

/**
 * Requires the password of GetAuthorizationToken, knows only the repositories of the local ECR, enforces immutable tags, adds
 * pushed manifests to the table of images, and forwards everything else to the registry.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((incoming, response) => {
    serve(options, incoming, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 600_000;
  const port = await openPort(server, 0);
  return {
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  options: GatewayOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { account, authorization, images, repository } = options;
  const url = new URL(incoming.url ?? '/', 'http://registry');
  const linked = options.links.find(url.pathname);
  if (linked !== undefined) {
    url.pathname = `/v2/${linked.repository}/blobs/${linked.digest}`;
    pass(options, incoming, response, url);
    return;
  }
  if (!authorization.accepts(incoming.headers.authorization)) {
    const realm = `Basic realm="http://${incoming.headers.host ?? ''}/",service="ecr.amazonaws.com"`;
    response.setHeader('www-authenticate', realm);
    refuse(response, { status: 401, code: 'UNAUTHORIZED', message: 'Not Authorized' });
    return;
  }
  if (url.pathname === '/v2/' || url.pathname === '/v2') {
    send(response, { status: 200, contentType: 'application/json', body: '{}' });
    return;
  }
  const [, name = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.+)$/.exec(url.pathname) ?? [];
  if (kind === 'manifests' && incoming.method !== 'PUT') await options.pullThrough.bring(name, reference);
  const found = repository(name);
  if (found === undefined) {
    const message = unknownRepositoryText(name, account);
    refuse(response, { status: 404, code: 'NAME_UNKNOWN', message });
  } else if (kind === 'manifests' && incoming.method === 'PUT') {
    await push({ options, repository: found, reference, incoming, response, url });
  } else if (kind === 'manifests' && images.find(name, reference) === undefined) {
    refuse(response, { status: 404, code: 'MANIFEST_UNKNOWN', message: 'Requested image not found' });
  } else if (kind === 'manifests' && options.upstream === undefined) {
    await answerFromTable({ images, name, reference }, response);
  } else {
    // PutImage may have added the tag, which the registry doesn't know.
    if (kind === 'manifests') url.pathname = `/v2/${name}/manifests/${images.find(name, reference) ?? ''}`;
    // Documented: layers are mounted from another repository only if the account enables that.
    url.searchParams.delete('mount');
    url.searchParams.delete('from');
    pass(options, incoming, response, url);
  }
}

/**
 * Pushes a manifest. Pushing the same image to its immutable tag again succeeds, which is our choice: the API's
 * ImageAlreadyExistsException suggests it.
 */
async function push(call: {
  readonly options: GatewayOptions;
  readonly repository: Repository;
  readonly reference: string;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}): Promise<void> {
  const { options, repository, reference, incoming, response, url } = call;
  const body = await buffer(incoming);
  const digest = digestOf(body);
  const tag = reference.startsWith('sha256:') ? undefined : reference;
  const before = options.images.find(repository.name, reference);
  if (
    tag !== undefined &&
    before !== undefined &&
    before !== digest &&
    isImmutable(repository.mutability, tag)
  ) {
    const message = immutableTagText(repository.name, tag);
    refuse(response, { status: 400, code: 'TAG_INVALID', message });
    return;
  }
  const mediaType = incoming.headers['content-type'] ?? '';
  const outgoing = toRegistry(options, incoming, response, url);
  outgoing?.once('response', ({ statusCode }) => {
    if (statusCode === 201)
      options.images.push(repository.name, { digest, mediaType, body: body.toString(), tag });
  });
  outgoing?.end(body);
}

function pass(options: GatewayOptions, incoming: IncomingMessage, response: ServerResponse, url: URL): void {
  const outgoing = toRegistry(options, incoming, response, url);
  if (outgoing !== undefined) incoming.pipe(outgoing);
}

/** Answers with a manifest of the table, for an image without a registry. */
async function answerFromTable(
  { images, name, reference }: { images: ImageTable; name: string; reference: string },
  response: ServerResponse,
): Promise<void> {
  const manifest = await images.manifest(name, reference);
  if (manifest === undefined) return;
  response.setHeader('docker-content-digest', manifest.digest);
  send(response, { status: 200, contentType: manifest.mediaType, body: manifest.body });
}

/** Sends a request to the registry, and its answer to the caller. The registry never gets the password. */
function toRegistry(
  { upstream }: GatewayOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  if (upstream === undefined) {
    const message = 'This local Fargate simulates tasks; it has no registry to push to or pull from.';
    refuse(response, { status: 405, code: 'UNSUPPORTED', message });
    return undefined;
  }
  const { authorization: _authorization, connection: _connection, ...headers } = incoming.headers;
  const target = `http://${upstream}${url.pathname}${url.search}`;
  const outgoing = request(target, { method: incoming.method, headers, agent: false });
  outgoing.once('response', (answer) => {
    const { connection: _closed, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, rest);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  outgoing.once('error', () => response.destroy());
  response.once('close', () => outgoing.destroy());
  return outgoing;
}

/** Docker shows it as `name unknown: MESSAGE` and the like. */
function refuse(
  response: ServerResponse,
  { status, code, message }: { status: number; code: string; message: string },
): void {
  send(response, {
    status,
    contentType: 'application/json',
    body: JSON.stringify({ errors: [{ code, message }] }),
  });
}

function send(
  response: ServerResponse,
  { status, contentType, body }: { status: number; contentType: string; body: string },
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'docker-distribution-api-version': 'registry/2.0',
  });
  response.end(body);
}
