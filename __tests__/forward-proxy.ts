import { createServer, request as requestHttp } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A forward proxy that wants credentials, as a company has one before its runners. */
export interface ForwardProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The requests, e.g. `GET http://web.internal/health` or `CONNECT web.internal:443`. */
  readonly asked: readonly string[];
}

/**
 * @param hosts where each host that it knows really is, e.g. `{ 'web.internal': 8080 }`, on 127.0.0.1
 * @param credentials `user:password`; whoever has others gets a 407
 */
export async function startForwardProxy(
  hosts: Readonly<Record<string, number>>,
  credentials: string,
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const wanted = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '', 'http://none');
    const { 'proxy-authorization': given, ...headers } = request.headers;
    const port = hosts[url.hostname];
    if (given !== wanted) response.writeHead(407).end();
    else if (port === undefined) response.writeHead(502).end();
    else {
      const onward = { host: '127.0.0.1', port, method: request.method, path: url.pathname, headers };
      request.pipe(
        requestHttp(onward, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        }),
      );
    }
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    // Nobody is at the other end of the tunnel: only the request for it counts, and who made it.
    const isKnown = request.headers['proxy-authorization'] === wanted;
    socket.end(`HTTP/1.1 ${isKnown ? '502 Bad Gateway' : '407 Proxy Authentication Required'}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
