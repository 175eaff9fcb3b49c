import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kindOf } from '../../src/aws/errors.ts';
import { exchange, type Limits, requestOf } from '../../src/exchange/exchange.ts';
import { type AnswerFault, answerFaults, startFaultyServer } from '../faulty-server.ts';

const limits = { connectMilliseconds: 1, totalMilliseconds: 2, mostBytes: 100_000 };

/** A clock on which a limit is reached when the test says so. */
function limitClock() {
  const sleepers: { milliseconds: number; wake: () => void }[] = [];
  return {
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        sleepers.push({ milliseconds, wake: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
    reach: (limit: number): void => {
      for (const { milliseconds, wake } of sleepers) if (milliseconds === limit) wake();
    },
  };
}

const endingByItself: ReadonlySet<AnswerFault> = new Set([
  'cut',
  'cut-chunk',
  'reset',
  'reset-midway',
  'endless',
]);

describe('an exchange ends, whatever becomes of the answer', () => {
  it.each([
    ['silent', 'too-slow'],
    ['stalled', 'too-slow'],
    ['trickled', 'too-slow'],
    ['cut', 'cut-off'],
    ['cut-chunk', 'cut-off'],
    ['reset', undefined],
    ['reset-midway', undefined],
    ['endless', 'too-large'],
  ] as const)('%s', async (fault, ends) => {
    await using server = await startFaultyServer(fault);
    const clock = limitClock();
    const asked = exchange(requestOf(new URL(server.url), 'GET'), limits, clock).catch(
      (error: unknown) => error,
    );
    await server.asked();
    if (!endingByItself.has(fault)) clock.reach(limits.totalMilliseconds);
    const error = await asked;
    expect(kindOf(error)).toBe('lost');
    // Whether a reset or the answer before it is seen first is up to the system.
    expect(error).toMatchObject(ends === undefined ? {} : { fault: ends, maybeSent: true });
  });

  it.each(answerFaults.filter((fault) => !endingByItself.has(fault)))(
    'with the signal: %s',
    async (fault) => {
      await using server = await startFaultyServer(fault);
      const controller = new AbortController();
      const own: Limits = { ...limits, signal: controller.signal };
      const asked = exchange(requestOf(new URL(server.url), 'GET'), own, limitClock()).catch(
        (error: unknown) => error,
      );
      await server.asked();
      controller.abort();
      await expect(asked).resolves.toMatchObject({ fault: 'cancelled', maybeSent: true });
    },
  );

  it('before anything is sent where the signal is aborted already', async () => {
    await using server = await startFaultyServer('silent');
    const own: Limits = { ...limits, signal: AbortSignal.abort() };
    await expect(exchange(requestOf(new URL(server.url), 'GET'), own, limitClock())).rejects.toMatchObject({
      fault: 'cancelled',
      maybeSent: false,
    });
    expect(server.heads).toEqual([]);
  });

  it('without a connection: TLS never begins', async () => {
    await using server = await startFaultyServer('silent');
    const clock = limitClock();
    const url = new URL(`https://127.0.0.1:${server.port}/`);
    const asked = exchange(requestOf(url, 'GET'), limits, clock).catch((error: unknown) => error);
    await server.asked();
    clock.reach(limits.connectMilliseconds);
    await expect(asked).resolves.toMatchObject({ fault: 'not-connected', maybeSent: false });
  });

  it('with the status alone where that is the whole answer, also of a page without an end', async () => {
    await using server = await startFaultyServer('endless');
    const answer = await exchange(
      requestOf(new URL(server.url), 'GET'),
      { ...limits, mostBytes: 0 },
      limitClock(),
    );
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });

  it('at once for what no request can carry', async () => {
    const request = requestOf(new URL('http://127.0.0.1:1/'), 'GET', { authorization: 'a\nb' });
    await expect(exchange(request, limits, limitClock())).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
  });
});

describe('a whole exchange', () => {
  it('sends method, path, headers and body as they are, and reads all of the answer', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push([method, url, headers.authorization, headers['x-own'], Buffer.concat(chunks).toString()]);
        response.writeHead(201, { 'x-two': ['a', 'b'] }).end('é'.repeat(10_000));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://us%40er:p%3Ass@127.0.0.1:${port}/a%20b/../c?x=%2F`);
    const answers = await Promise.all(
      [1, 2].map(() => exchange(requestOf(url, 'POST', { 'x-own': 'y' }, 'body'), limits, limitClock())),
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const basic = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`;
    const one = ['POST', '/c?x=%2F', basic, 'y', 'body'];
    expect(seen).toEqual([one, one]);
    for (const { status, headers, body } of answers) {
      expect([status, headers['x-two']]).toEqual([201, 'a, b']);
      expect(new TextDecoder().decode(body)).toBe('é'.repeat(10_000));
    }
  });

  it('sends credentials that are no percent-encoding as they are', () => {
    expect(requestOf(new URL('http://u:50%25%zz@h/'), 'GET').headers).toEqual({
      authorization: `Basic ${Buffer.from('u:50%25%zz').toString('base64')}`,
    });
  });
});
