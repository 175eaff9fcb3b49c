import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answersAsWanted } from '../../src/operations/health-check.ts';
import type { Clock } from '../../src/process/clock.ts';

type Answer = number | 'reset';

/** Asks a server with the given answers, the last one again and again, on a clock that only sleeping moves. */
async function ask(answers: readonly Answer[], abortAfterSleeps = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const asked: unknown[] = [];
  const said: string[] = [];
  let sleeps = 0;
  const clock: Clock = {
    now: () => 0,
    date: () => new Date(0),
    random: () => 0,
    sleep: async () => {
      sleeps++;
      if (sleeps >= abortAfterSleeps) controller.abort();
    },
  };
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? 0;
    asked.push([request.url, request.headers.authorization]);
    if (answer === 'reset') request.socket.resetAndDestroy();
    else response.writeHead(answer, { location: '/elsewhere', connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const run = { clock, signal: controller.signal };
    const url = `http://user:s3cret@127.0.0.1:${port}/health?a=b`;
    const result = await answersAsWanted({
      input: 'health-check-url',
      url,
      status: 200,
      run,
      say: (line) => said.push(line),
    });
    return { result, said, asked, sleeps };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const basic = `Basic ${Buffer.from('user:s3cret').toString('base64')}`;

describe('the health check of the address', () => {
  it.each<[string, Answer[], string[]]>([
    ['at once', [200], []],
    ['after a while', [503, 'reset', 200], ['status 503 instead of 200', 'read ECONNRESET']],
  ])('is good when it answers as wanted %s', async (_what, answers, problems) => {
    await expect(ask(answers)).resolves.toEqual({
      result: { isGood: true },
      said: [
        ...problems.map(
          (said) =>
            expect.stringMatching(
              `^health-check-url: http://127\\.0\\.0\\.1:\\d+/health: .*${said}`,
            ) as string,
        ),
        expect.stringMatching(
          /^health-check-url: http:\/\/127\.0\.0\.1:\d+\/health answered with status 200$/,
        ) as string,
      ],
      asked: answers.map(() => ['/health?a=b', basic]),
      sleeps: answers.length - 1,
    });
  });

  it.each<[string, Answer, RegExp]>([
    ['another status', 404, /^it answered with status 404 instead of 200$/],
    ['a redirect', 302, /^it answered with status 302 instead of 200$/],
    ['nothing', 'reset', /ECONNRESET|socket hang up/],
  ])('is bad after six times of %s', async (_what, answer, said) => {
    const seen = await ask([answer]);
    expect([seen.asked.length, seen.sleeps]).toEqual([6, 5]);
    expect(seen.result).toEqual({ isGood: false, said: expect.stringMatching(said) as string });
    expect(JSON.stringify(seen.said)).not.toContain('s3cret');
    // The same answer is logged once.
    expect(seen.said).toHaveLength(1);
  });

  it('ends with the cancel', async () => {
    const seen = await ask([503], 2);
    expect(seen.asked.length).toBe(2);
    expect(seen.result).toMatchObject({ isGood: false });
  });
});
