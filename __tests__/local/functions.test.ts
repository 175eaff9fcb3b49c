import { createServer, type RequestListener } from 'node:http';
import { lambdaFunctions } from '../../local/functions/functions.ts';
import { portOf } from '../../local/server/server.ts';

describe('a Lambda function', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  async function endpoint(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${portOf(server.address())}/`;
  }

  it('is an HTTP endpoint that gets the payload', async () => {
    const url = await endpoint((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        response.end(JSON.stringify({ hookStatus: 'SUCCEEDED', was: `${request.method} ${body}` })),
      );
    });
    expect(await lambdaFunctions({ check: url }).invoke('check', { lifecycleStage: 'PRE_SCALE_UP' })).toEqual(
      {
        kind: 'returned',
        body: { hookStatus: 'SUCCEEDED', was: 'POST {"lifecycleStage":"PRE_SCALE_UP"}' },
      },
    );
  });

  it.each<[string, RequestListener]>([
    ['throws', (_request, response) => response.writeHead(500).end('{"hookStatus":"SUCCEEDED"}')],
    ['returns no JSON', (_request, response) => response.end('fine')],
  ])('returned nothing when it %s', async (_name, answer) => {
    const functions = lambdaFunctions({ check: await endpoint(answer) });
    expect(await functions.invoke('check', {})).toEqual({ kind: 'returned', body: undefined });
  });

  it('is code of this process', async () => {
    const functions = lambdaFunctions({
      check: ({ lifecycleStage }) => ({ hookStatus: lifecycleStage ?? null }),
    });
    expect(await functions.invoke('check', { lifecycleStage: 'SCALE_UP' })).toEqual({
      kind: 'returned',
      body: { hookStatus: 'SCALE_UP' },
    });
  });

  it("is not invoked when it doesn't exist or doesn't answer", async () => {
    const url = await endpoint((request) => request.socket.destroy());
    const functions = lambdaFunctions({ check: url });
    expect(await functions.invoke('other', {})).toEqual({
      kind: 'not-invoked',
      why: 'Function not found: other',
    });
    expect(await functions.invoke('check', {})).toEqual({
      kind: 'not-invoked',
      why: `no answer from ${url}`,
    });
  });
});
