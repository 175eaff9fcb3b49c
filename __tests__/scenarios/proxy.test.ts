import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startForwardProxy } from '../forward-proxy.ts';
import { startWorld } from './world.ts';

const secrets = ['s3cret-of-proxy', 's3cret-of-health'];
const proxyUser = `me@here:${secrets[0]}`;

async function webServer() {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it.concurrent('health-check-url is asked through the proxy, with the credentials of both, and none is shown', async () => {
  await using web = await webServer();
  await using proxy = await startForwardProxy({ 'web.internal': web.port }, proxyUser);
  await using world = await startWorld();
  const run = await world.deploy(
    { image: 'v2', 'health-check-url': 'http://user:s3cret-of-health@web.internal/health' },
    { HTTP_PROXY: `http://me%40here:s3cret-of-proxy@${proxy.host}`, NO_PROXY: '127.0.0.1' },
  );
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  expect(proxy.asked).toEqual(['GET http://web.internal/health']);
  expect(web.authorizations).toEqual([`Basic ${btoa('user:s3cret-of-health')}`]);
  expect(run.printed).toMatch(/^::add-mask::s3cret-of-health$/m);
  const shown = run.printed.replaceAll(/^::add-mask::.*$/gm, '') + run.summary + JSON.stringify(run.outputs);
  for (const secret of [...secrets, btoa('user:s3cret-of-health')]) expect(shown).not.toContain(secret);
});

it.concurrent('AWS is asked through the proxy, with its credentials', async () => {
  await using world = await startWorld();
  const port = Number(new URL(world.fargate.endpoint).port);
  await using proxy = await startForwardProxy({ 'aws.internal': port }, proxyUser);
  const run = await world.deploy(
    { image: 'v2' },
    {
      AWS_ENDPOINT_URL: `http://aws.internal:${port}`,
      HTTP_PROXY: `http://me%40here:s3cret-of-proxy@${proxy.host}`,
    },
  );
  expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
  expect(proxy.asked.length).toBeGreaterThan(5);
});

it.concurrent('a proxy that opens no tunnel is told, without its password', async () => {
  await using world = await startWorld();
  await using proxy = await startForwardProxy({}, proxyUser);
  const run = await world.deploy(
    { image: 'v2' },
    { AWS_ENDPOINT_URL: 'https://aws.internal', https_proxy: `http://me:s3cret-of-proxy@${proxy.host}` },
  );
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-unreachable' });
  expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT aws.internal:443']));
  expect(run.log).toMatch(/407 Proxy Authentication Required/);
  expect(run.printed + run.summary).not.toContain('s3cret-of-proxy');
});

it.concurrent("a proxy's address that can be none is refused at once, and not shown", async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v2' }, { HTTPS_PROXY: 'socks5://me:s3cret-of-proxy@proxy:1080' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'runner-failed' });
  expect(run.log).toMatch(/HTTPS_PROXY is not the address of an HTTP proxy/);
  expect(run.printed + run.summary).not.toContain('s3cret-of-proxy');
});

it.concurrent('a key with a line end is told at once', async () => {
  await using world = await startWorld();
  const run = await world.deploy({ image: 'v2' }, { AWS_ACCESS_KEY_ID: 'AKIA1234\nAKIA5678' });
  expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-credentials' });
  expect(run.log).toMatch(/AWS_ACCESS_KEY_ID has a line end/);
  expect(run.log).not.toMatch(/trying again/);
  expect(run.printed).not.toContain('AKIA5678');
});
