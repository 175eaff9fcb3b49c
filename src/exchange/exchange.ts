import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Clock, systemClock } from '../process/clock.ts';
import { decoded } from '../text/credentials.ts';
import { ExchangeError, type ExchangeFault } from './exchange-error.ts';
import { type Agents, createAgents } from './proxy.ts';

/** A request as it goes onto the wire. */
export interface Request {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** A whole answer; of a header that came several times the values are joined. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Limits {
  /** From the begin to the last byte of the answer, however it comes. */
  readonly totalMilliseconds: number;
  readonly connectMilliseconds: number;
  /** The limit of the answer's body; 0: the status is the whole answer, and the body isn't waited for. */
  readonly mostBytes: number;
  /** Ends the exchange at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request and reads its whole answer: the one way on which this action asks anybody anything. It always ends,
 * within its limits: also when the other side never answers, stops or trickles in the middle, or breaks off.
 *
 * @param clock measures the limits. Real time: the other side's answers take real time on whatever clock the run is.
 * @throws ExchangeError; errors of Node.js for what can't be connected to or sent
 */
export function exchange(
  request: Request,
  limits: Limits,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<Answer> {
  const { signal } = limits;
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    let maybeSent = false;
    let isAnswered = false;
    const end = (settle: () => void): void => {
      if (ended.signal.aborted) return;
      ended.abort();
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    const fail = (fault: Exclude<ExchangeFault, 'not-understood'>, cause?: unknown): void =>
      end(() => {
        reject(new ExchangeError(fault, messageOf(fault, request, limits), maybeSent, cause));
        sent?.destroy();
      });
    const cancel = (): void => fail('cancelled');

    const { protocol, hostname, port, method, path, headers, body } = request;
    const isTls = protocol === 'https:';
    let sent: ReturnType<typeof requestHttp> | undefined;
    if (signal?.aborted) return cancel();
    sent = (isTls ? requestHttps : requestHttp)({
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      method,
      path,
      headers,
      agent: isTls ? agents().https : agents().http,
    });
    sent.once('socket', (socket) => {
      // A connection that was kept is there already. One through a proxy is handed over when its tunnel stands.
      const isReady = !socket.connecting && !('secureConnecting' in socket && socket.secureConnecting);
      const connected = (): void => {
        maybeSent = true;
      };
      if (isReady) connected();
      else socket.once(isTls ? 'secureConnect' : 'connect', connected);
    });
    sent.on('error', (error) => end(() => reject(error)));
    // Whatever else happened: a request that is closed before an answer began is over.
    sent.once('close', () => {
      if (!isAnswered) fail('cut-off');
    });
    sent.once('response', (response) => {
      isAnswered = true;
      maybeSent = true;
      const { statusCode: status = 0, statusMessage: reason = '' } = response;
      const finish = (bytesRead: Uint8Array): void =>
        end(() => resolve({ status, reason, headers: joined(response.headers), body: bytesRead }));
      if (limits.mostBytes === 0) {
        finish(new Uint8Array());
        sent.destroy();
        return;
      }
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      response.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
        if (bytes > limits.mostBytes) fail('too-large');
        else chunks.push(chunk);
      });
      response.on('error', (error) => fail('cut-off', error));
      response.once('close', () => fail('cut-off'));
      response.once('end', () => {
        if (response.complete) finish(Buffer.concat(chunks));
        else fail('cut-off');
      });
    });
    signal?.addEventListener('abort', cancel);
    void clock.sleep(limits.connectMilliseconds, ended.signal).then(() => {
      if (!maybeSent) fail('not-connected');
    });
    void clock.sleep(limits.totalMilliseconds, ended.signal).then(() => fail('too-slow'));
    sent.end(body);
  });
}

/** A request for a whole address. Credentials in it are sent as HTTP has them, in a header. */
export function requestOf(
  url: URL,
  method: string,
  headers: Request['headers'] = {},
  body?: Request['body'],
): Request {
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    method,
    path: `${url.pathname}${url.search}`,
    headers: { ...basicAuthorization(url), ...headers },
    body,
  };
}

function basicAuthorization({ username, password }: URL): Request['headers'] {
  if (username === '' && password === '') return {};
  const pair = [username, password].map(decoded).join(':');
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

let shared: Agents | undefined;

/** The agents of the whole process: they keep connections, and use the proxies of its environment. */
function agents(): Agents {
  shared ??= createAgents(process.env);
  return shared;
}

function messageOf(
  fault: Exclude<ExchangeFault, 'not-understood'>,
  { hostname }: Request,
  limits: Limits,
): string {
  const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;
  switch (fault) {
    case 'not-connected':
      return `no connection to ${hostname} within ${seconds(limits.connectMilliseconds)}`;
    case 'too-slow':
      return `no complete answer from ${hostname} within ${seconds(limits.totalMilliseconds)}`;
    case 'cut-off':
      return `${hostname} broke off the connection before the end of its answer`;
    case 'too-large':
      return `the answer of ${hostname} has more than ${limits.mostBytes} bytes`;
    case 'cancelled':
      return `the request to ${hostname} ended because the run was cancelled`;
    default:
      return fault satisfies never;
  }
}

function joined(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );
}
