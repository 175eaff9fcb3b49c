import { connect, createServer, type Socket } from 'node:net';
import { openPort } from '../server/server.ts';
import type { Endpoint, RunningListener } from './listener.ts';

/**
 * Listens on 127.0.0.1 and passes TCP connections to the targets in turn. A connection stays with its target until one
 * side ends it, whatever the weights have become since, as with a real Network Load Balancer (documented).
 *
 * @param targets the healthy targets for a connection, in the order in which they are tried; with none it is closed
 */
export async function listenTcp(port: number, targets: () => readonly Endpoint[]): Promise<RunningListener> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    open.add(incoming);
    incoming.once('close', () => open.delete(incoming));
    incoming.on('error', () => incoming.destroy());
    pass(incoming, targets().slice(0, 2));
  });
  const opened = await openPort(server, port);
  return {
    port: opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const one of open) one.destroy();
      }),
  };
}

/** A target that refuses the connection has had nothing of it, so the next one is tried once (our choice). */
function pass(incoming: Socket, [target, ...others]: readonly Endpoint[]): void {
  if (target === undefined) {
    incoming.destroy();
    return;
  }
  const outgoing = connect({ ...target, allowHalfOpen: true });
  outgoing.once('connect', () => {
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  outgoing.once('error', () => {
    if (outgoing.connecting || outgoing.bytesRead + outgoing.bytesWritten === 0) pass(incoming, others);
    else incoming.destroy();
  });
  incoming.once('close', () => outgoing.destroy());
}
