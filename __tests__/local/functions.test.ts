import { createServer, type RequestListener } from 'node:http';
import { httpFunctions } from '../../local/functions/functions.ts';
import { portOf } from '../../local/server/server.ts';

describe('a function at an HTTP endpoint', () => {
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

  it('gets the payload and answers for the function', async () => {
    const url = await endpoint((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        response.end(JSON.stringify({ hookStatus: 'SUCCEEDED', was: `${request.method} ${body}` })),
      );
    });
    expect(await httpFunctions({ check: url }).invoke('check', { lifecycleStage: 'PRE_SCALE_UP' })).toEqual({
      kind: 'returned',
      body: { hookStatus: 'SUCCEEDED', was: 'POST {"lifecycleStage":"PRE_SCALE_UP"}' },
    });
  });

  it.each<[string, RequestListener]>([
    ['throws', (_request, response) => response.writeHead(500).end('{"hookStatus":"SUCCEEDED"}')],
    ['returns no JSON', (_request, response) => response.end('fine')],
  ])('returned nothing when it %s', async (_name, answer) => {
    const functions = httpFunctions({ check: await endpoint(answer) });
    expect(await functions.invoke('check', {})).toEqual({ kind: 'returned', body: undefined });
  });

  it("is not invoked when it doesn't exist or doesn't answer", async () => {
    const url = await endpoint((request) => request.socket.destroy());
    const functions = httpFunctions({ check: url });
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
