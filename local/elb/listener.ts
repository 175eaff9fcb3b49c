import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { openPort } from '../server/server.ts';

/** Host and port of a target that may get requests. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface RunningListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and passes HTTP requests to the targets in turn. A target that drains gets no new request,
 * those that run finish. Every request has a connection of its own to the target: a kept one could be closed by a
 * task that stops just when a request is sent on it.
 *
 * @param targets the healthy targets for a request, in the order in which they are tried; with none the answer is 503. A real load balancer then also
 *   tries the unhealthy ones ("fail open", documented); 503 says more to the person who tries things here.
 */
export async function listen(
  port: number,
  targets: (request: IncomingMessage) => readonly Endpoint[],
): Promise<RunningListener> {
  const server = createServer((incoming, response) => {
    const healthy = targets(incoming);
    if (healthy.length === 0) {
      refuse(response, 503, 'Service Temporarily Unavailable');
      return;
    }
    pass(incoming, response, healthy.slice(0, 2));
  });
  server.keepAliveTimeout = 60_000;
  const opened = await openPort(server, port);
  return {
    port: opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * A connection that is refused has had nothing of the request, so the next target is tried once. That is our choice:
 * a real load balancer answers 502.
 */
function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  [target, ...others]: readonly Endpoint[],
): void {
  if (target === undefined) {
    refuse(response, 502, 'Bad Gateway');
    return;
  }
  const outgoing = request({
    ...target,
    method: incoming.method,
    path: incoming.url,
    headers: {
      ...withoutHopByHop(incoming.headers),
      'x-forwarded-for': incoming.socket.remoteAddress ?? '127.0.0.1',
      'x-forwarded-proto': 'http',
    },
    agent: false,
  });
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  outgoing.once('error', (error) => {
    if (response.headersSent) response.destroy();
    else if ('code' in error && error.code === 'ECONNREFUSED') pass(incoming, response, others);
    else refuse(response, 502, 'Bad Gateway');
  });
  response.once('close', () => outgoing.destroy());
  outgoing.once('socket', (socket) => {
    // Nothing is read of the request before there is a connection to give it to.
    if (socket.connecting) socket.once('connect', () => incoming.pipe(outgoing));
    else incoming.pipe(outgoing);
  });
}

function withoutHopByHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = headers;
  return rest;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
