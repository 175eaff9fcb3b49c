import { createServer } from 'node:http';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { portOf } from '../../local/server/server.ts';
import { openAws } from '../../src/aws/clients.ts';
import { sendRaw } from '../../src/aws/raw/request.ts';
import { systemClock } from '../../src/process/clock.ts';

const before = { ...process.env };
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

describe('a configured endpoint keeps its path, as in the SDK', () => {
  it.each(['', '/', '/base', '/base/', '/base/of/all', '/base?through=gateway'])('%j', async (rest) => {
    const url = `http://127.0.0.1:${portOf(server.address())}${rest}`;
    process.env['AWS_ENDPOINT_URL'] = url;
    const { ecs } = openAws('eu-west-1', systemClock);
    const sts = new STSClient({ region: 'eu-west-1', maxAttempts: 1 });
    await sts.send(new GetCallerIdentityCommand()).catch(() => undefined);
    await sendRaw(ecs, { service: 'iam', method: 'POST', body: '' });
    await sendRaw(ecs, { service: 's3', method: 'HEAD', path: '/config/web.env' });
    const [own, posted, headed] = asked;
    expect(posted).toBe(own);
    expect(headed).toBe(`HEAD ${new URL(url).pathname.replace(/\/$/, '')}/config/web.env`);
  });
});
