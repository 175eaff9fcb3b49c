import type { ServerResponse } from 'node:http';
import type { Reply } from './protocol.ts';

/** Sends a response. */
export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Sends half of the body that the header announces. */
export function sendHalf(
  response: ServerResponse,
  { status, headers, body }: Reply,
  then: () => void = () => undefined,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), then);
}

/** Sends ten bytes a second until the caller gives up: it is never silent, and never complete. */
export function trickle(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  let sent = 0;
  const drip = setInterval(() => response.write(body.charAt(sent++)), 100);
  response.once('close', () => clearInterval(drip));
}
