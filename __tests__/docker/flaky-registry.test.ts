import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { startRegistry, type TestRegistry } from './build-push-ground.ts';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ isOpen: true });
});
afterAll(() => registry.close());

it.each(builders)(
  'a push that breaks off is made again ($name)',
  async (builder) => {
    await using flaky = await breakingOff(registry, 1);
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const run = await world.deploy({ repository: `${flaky.host}/web` });
    expect(run.outputs['result']).toBe('deployed');
    expect(flaky.broken()).toBe(1);
  },
  60_000,
);

it.each(builders)(
  'a registry that stays broken is told ($name)',
  async (builder) => {
    await using flaky = await breakingOff(registry, 1000);
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const run = await world.deploy({ repository: `${flaky.host}/web` });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'push-failed' });
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  },
  120_000,
);

/** The registry behind a way on which the first manifests break off. */
async function breakingOff({ host }: TestRegistry, times: number) {
  let broken = 0;
  const server: Server = createServer((incoming, response) => {
    if (incoming.method === 'PUT' && (incoming.url ?? '').includes('/manifests/') && broken < times) {
      broken += 1;
      incoming.resume();
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"UNKNOWN","message":"something broke"}]}');
      return;
    }
    const { host: own = '', ...headers } = incoming.headers;
    const outgoing = request(
      `http://${host}${incoming.url ?? ''}`,
      { method: incoming.method, headers: { ...headers, host: own } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  return {
    host: `127.0.0.1:${port}`,
    broken: () => broken,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
