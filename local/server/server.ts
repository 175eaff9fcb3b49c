import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { answer, type Handlers } from './answer.ts';
import { type Calls, callLog } from './calls.ts';
import { faultError, staleOutput } from './fault-effects.ts';
import { type Fault, type Faults, faultList } from './faults.ts';
import { AwsError, type Document } from './operation.ts';
import { errorReply, outputReply, type Reply, type Request, readRequest } from './protocol.ts';
import type { Rates } from './rates.ts';
import { type Signer, signerOf } from './signature.ts';
import { send, sendHalf, trickle } from './transmission.ts';

export interface Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  readonly calls: Calls;
  readonly faults: Faults;
  /** How many requests still wait for their response. */
  openRequests(): number;
  close(): Promise<void>;
}

export interface ServerOptions extends Handlers {
  readonly account: Account;
  readonly clock: Clock;
  /** 0 takes any free port. */
  readonly port: number;
  readonly rates: Rates;
  /** Whether S3 has it; `bucket/key`. */
  readonly hasFile: (path: string) => boolean;
  /** The error for a signer, for example one whose session has ended. */
  readonly refuseSigner: (signer: Signer) => AwsError | undefined;
}

/** Serves the AWS APIs on 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const calls = callLog();
  const faults = faultList();
  let open = 0;
  const waiting = new Set<Waiting>();

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const outcome = await handle(incoming, (caller) => {
      waiting.add(caller);
      // A connection that ends early closes the response, too.
      response.once('close', () => waiting.delete(caller));
    });
    if (outcome.kind === 'reply') send(response, outcome.reply);
    else if (outcome.kind === 'reset') incoming.socket.resetAndDestroy();
    else if (outcome.kind === 'cut') sendHalf(response, outcome.reply);
    else if (outcome.kind === 'break') sendHalf(response, outcome.reply, () => incoming.socket.destroy());
    else if (outcome.kind === 'trickle') trickle(response, outcome.reply);
    // After `hang` and `cut` the socket stays open until the caller or close() ends it.
  };

  const handle = async (incoming: IncomingMessage, waits: (caller: Waiting) => void): Promise<Outcome> => {
    const requestId = randomUUID();
    if (incoming.method === 'HEAD') return reply(headFile(options.hasFile, incoming.url ?? '', requestId));
    const body = await text(incoming);
    const signer = signerOf(incoming.headers);
    let request: Request;
    try {
      request = readRequest(incoming.headers, body);
    } catch (error) {
      return reply(errorReply(undefined, awsErrorOf(error), requestId));
    }
    const fault = faults.next(request.service.name, request.operation);
    const record = {
      service: request.service.name,
      operation: request.operation,
      input: request.input,
      ...(fault === undefined ? {} : { fault: fault.kind }),
      at: Date.now(),
      clockAt: options.clock.now(),
      accessKeyId: signer.accessKeyId,
      ...(signer.region === undefined ? {} : { region: signer.region }),
      userAgent: incoming.headers['user-agent'] ?? '',
      stillOpen: [...waiting].map(({ operation }) => operation),
    };
    waits({ operation: request.operation });
    if (fault?.kind === 'reset-before' || fault?.kind === 'hang') {
      calls.add(record);
      return { kind: fault.kind === 'hang' ? 'hang' : 'reset' };
    }
    try {
      const output = await work(request, signer, fault);
      calls.add({ ...record, output });
      if (fault?.kind === 'reset-after') return { kind: 'reset' };
      if (fault?.kind === 'hang-after') return { kind: 'hang' };
      const whole = outputReply(request, output, requestId);
      const isPartial = fault?.kind === 'cut' || fault?.kind === 'break' || fault?.kind === 'trickle';
      return isPartial ? { kind: fault.kind, reply: whole } : reply(whole);
    } catch (thrown) {
      const error = awsErrorOf(thrown);
      calls.add({ ...record, error: { code: error.code, message: error.message } });
      if (fault?.kind === 'reset-after') return { kind: 'reset' };
      return reply(errorReply(request.service, error, requestId));
    }
  };

  const work = async (request: Request, signer: Signer, fault: Fault | undefined): Promise<Document> => {
    const refused = faultError(fault, request, signer, options.account) ?? options.refuseSigner(signer);
    if (refused !== undefined) throw refused;
    if (request.service.name === 'ecs' && !options.rates(request.operation))
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    const stale = staleOutput(fault, request, calls, options.clock);
    if (stale !== undefined) return stale;
    const region = signer.region ?? options.account.region;
    return await answer(options, request, { region, accessKeyId: signer.accessKeyId });
  };

  const http = createServer((incoming, response) => {
    open++;
    serve(incoming, response)
      .catch(() => incoming.socket.destroy())
      .finally(() => open--);
  });
  // Closing a kept connection just as its client sends would look like a fault.
  http.keepAliveTimeout = 600_000;
  const port = await openPort(http, options.port);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    calls,
    faults,
    openRequests: () => open,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** The port of a server that listens on TCP. */
/**
 * Has a server listen on 127.0.0.1, and answers with its port.
 * @throws Error when nothing can listen there
 */
export async function openPort(server: TcpServer, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return portOf(server.address());
}

export function portOf(address: ReturnType<TcpServer['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
  return address.port;
}

/** S3's HeadObject, path-style: the only S3 operation here. */
function headFile(hasFile: ServerOptions['hasFile'], url: string, requestId: string): Reply {
  const headers = { 'x-amz-request-id': requestId };
  let path: string;
  try {
    path = decodeURIComponent(url.slice(1));
  } catch {
    return { status: 400, headers, body: '' };
  }
  return { status: hasFile(path) ? 200 : 404, headers, body: '' };
}

/** A caller whose response hasn't been sent completely. */
interface Waiting {
  readonly operation: string;
}

type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'cut' | 'break' | 'trickle'; readonly reply: Reply }
  | { readonly kind: 'hang' };

function reply(of: Reply): Outcome {
  return { kind: 'reply', reply: of };
}

function awsErrorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalFailure', `The local Fargate failed: ${message}`, 500);
}
