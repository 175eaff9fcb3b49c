import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** What can go wrong with an answer on its way. */
export const answerFaults = [
  /** Takes the request and never answers. */
  'silent',
  /** Answers with headers and stops. */
  'stalled',
  /** Answers byte after byte, without an end. */
  'trickled',
  /** Ends the connection in the middle of an answer that has a length. */
  'cut',
  /** The same for an answer that comes in chunks. */
  'cut-chunk',
  /** Resets the connection before the answer. */
  'reset',
  /** Resets it in the middle. */
  'reset-midway',
] as const;

export type AnswerFault = (typeof answerFaults)[number] | 'endless';

export interface FaultyServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** The heads of the requests that came. */
  readonly heads: readonly string[];
  /** Resolves when a request has come. */
  asked(): Promise<void>;
}

/**
 * A server whose answers have a fault. `good` answers come before.
 * @param body what a whole answer would hold
 */
export async function startFaultyServer(
  fault: AnswerFault,
  body = '{"value":"0123456789"}',
): Promise<FaultyServer> {
  const sockets = new Set<Socket>();
  const drips = new Set<NodeJS.Timeout>();
  const heads: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      heads.push(data.toString());
      for (const resolve of waiting) resolve();
      answer(socket);
    });
  });
  const half = body.slice(0, body.length / 2);
  const sized = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const drip = (socket: Socket, bytes: string): void => {
    const timer = setInterval(() => socket.writable && socket.write(bytes), 10);
    drips.add(timer);
  };
  const answer = (socket: Socket): void => {
    switch (fault) {
      case 'silent':
        return;
      case 'stalled':
        socket.write(sized);
        return;
      case 'trickled':
        socket.write(chunked);
        return drip(socket, '1\r\n \r\n');
      case 'cut':
        socket.end(sized + half);
        return;
      case 'cut-chunk':
        socket.end(`${chunked}${half.length.toString(16)}\r\n${half}\r\n`);
        return;
      case 'reset':
        socket.resetAndDestroy();
        return;
      case 'reset-midway':
        socket.write(sized + half, () => socket.resetAndDestroy());
        return;
      case 'endless':
        socket.write(chunked);
        return drip(socket, `10000\r\n${' '.repeat(0x10000)}\r\n`);
      default:
        return fault satisfies never;
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    heads,
    asked: () => new Promise((resolve) => (heads.length > 0 ? resolve() : waiting.push(resolve))),
    [Symbol.asyncDispose]: async () => {
      for (const timer of drips) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
