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

it.each(
  builders.flatMap((builder) =>
    (['layer', 'manifest'] as const).map((at) => ({ name: builder.name, builder, at })),
  ),
)(
  'a push that breaks off at a $at is made again ($name)',
  async ({ builder, at }) => {
    await using flaky = await breakingOff(registry, at, 1);
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
    await using flaky = await breakingOff(registry, 'manifest', 1000);
    await using world = await startDeployWorld({ builder });
    world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
    world.commit();
    const run = await world.deploy({ repository: `${flaky.host}/web` });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'push-failed' });
    expect(world.fargate.calls.of('UpdateService')).toEqual([]);
  },
  120_000,
);

/** The registry behind a way on which the first layers lose their connection, or the first manifests are refused. */
async function breakingOff({ host }: TestRegistry, at: 'layer' | 'manifest', times: number) {
  let broken = 0;
  const server: Server = createServer((incoming, response) => {
    // An engine sends a layer by PATCH, BuildKit by one PUT.
    const isLayer = /^(PATCH|PUT)$/.test(incoming.method ?? '') && incoming.url?.includes('/blobs/uploads/');
    if (at === 'layer' && isLayer && broken < times) {
      broken += 1;
      incoming.once('data', () => incoming.socket.destroy());
      return;
    }
    const isManifest = incoming.method === 'PUT' && (incoming.url ?? '').includes('/manifests/');
    if (at === 'manifest' && isManifest && broken < times) {
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
