import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { manualClock } from '../../local/base/clock.ts';
import { AwsError, type Operations } from '../../local/server/operation.ts';
import { publishedRates, unlimited } from '../../local/server/rates.ts';
import { type Server, type ServerOptions, startServer } from '../../local/server/server.ts';
import { createSts } from '../../local/sts/sts.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };
const clock = manualClock();
const started: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** A server with these operations of ECS, and a client that asks it only once. */
async function serve(
  ecs: Operations,
  options: Partial<ServerOptions> = {},
): Promise<{ server: Server; client: ECSClient }> {
  const sts = createSts({ account, clock });
  const server = await startServer({
    account,
    clock,
    port: 0,
    operations: { ecs, sts: sts.operations },
    unknownMembers: 'keep',
    rates: unlimited,
    hasFile: () => true,
    refuseSigner: (signer) => sts.refuse(signer),
    ...options,
  });
  const client = new ECSClient({ ...clientOptions(server), maxAttempts: 1 });
  started.push(
    () => client.destroy(),
    () => server.close(),
  );
  return { server, client };
}

function clientOptions(server: Server) {
  return {
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'secret' },
  };
}

/** The body and status of a request that no SDK would send. */
async function post(
  server: Server,
  target: string,
  body: string,
): Promise<{ status: number; body: unknown }> {
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
  const response = await fetch(server.endpoint, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

const ecsTarget = 'AmazonEC2ContainerServiceV20141113.';

describe('the server', () => {
  it('gives a handler the input and who called, and its answer to the SDK', async () => {
    const seen: unknown[] = [];
    const { client } = await serve({
      ListClusters: (input, call) => {
        seen.push(input, call);
        return { clusterArns: ['arn:one'], nextToken: undefined };
      },
    });
    const { clusterArns, $metadata } = await client.send(new ListClustersCommand({ maxResults: 3 }));
    expect(clusterArns).toEqual(['arn:one']);
    expect(seen).toEqual([{ maxResults: 3 }, { region: 'eu-central-1', accessKeyId: 'local' }]);
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('turns an error of a handler into the exception of the SDK', async () => {
    const { client } = await serve({
      DescribeServices: () => {
        throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      },
    });
    await expect(client.send(new DescribeServicesCommand({ services: ['web'] }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ['no operation of the service', `${ecsTarget}Undeploy`, 'UnknownOperationException'],
    ['an operation that is not served', `${ecsTarget}ListAttributes`, 'UnknownOperationException'],
    ['a service that is not served', 'AWSEvents.PutTargets', 'UnknownOperationException'],
  ])('refuses %s', async (_what, target, code) => {
    const { server } = await serve({});
    expect(await post(server, target, '{}')).toMatchObject({ status: 400, body: { __type: code } });
  });

  it('speaks XML where the service does', async () => {
    const { server } = await serve({});
    const sts = new STSClient(clientOptions(server));
    started.unshift(() => sts.destroy());
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand());
    expect({ Account, Arn }).toEqual({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/local',
    });
  });
});

describe('the schema check', () => {
  const register = { RegisterTaskDefinition: () => ({ taskDefinition: { revision: 1 } }) };

  it.each([
    ['a text for a number', { cpu: '256' }, 'STRING_VALUE can not be converted to an Integer'],
    ['a number for a text', { name: 7 }, 'NUMBER_VALUE can not be converted to a String'],
    ['a flag for a text', { image: true }, 'TRUE_VALUE can not be converted to a String'],
    ['a structure for a list', { command: {} }, 'Start of structure or map found where not expected.'],
    ['a list for a structure', { healthCheck: [] }, 'Start of list found where not expected.'],
    ['a text for a list', { command: 'run' }, 'Expected list or null'],
  ])('refuses %s deep inside', async (_what, container, text) => {
    const { server } = await serve(register);
    const body = JSON.stringify({ family: 'web', containerDefinitions: [container] });
    const [member] = Object.keys(container);
    expect(await post(server, `${ecsTarget}RegisterTaskDefinition`, body)).toEqual({
      status: 400,
      body: { __type: 'SerializationException', message: `${text} (containerDefinitions[0].${member})` },
    });
  });

  it('refuses a request without a required member', async () => {
    const { client } = await serve({ ...register, UpdateService: () => ({}) });
    const send = client.send(
      new RegisterTaskDefinitionCommand({ family: undefined, containerDefinitions: [] }),
    );
    await expect(send).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Family should not be null or empty.',
    });
    await expect(client.send(new UpdateServiceCommand({ service: undefined }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('refuses a body that is no JSON', async () => {
    const { server } = await serve(register);
    expect(await post(server, `${ecsTarget}RegisterTaskDefinition`, '{"family":')).toMatchObject({
      body: { __type: 'SerializationException' },
    });
  });

  it.each([
    ['keep', { family: 'web', containerDefinitions: [{ turbo: true }], bold: 1 }],
    ['drop', { family: 'web', containerDefinitions: [{}] }],
  ] as const)(
    'has the reading %s for members that the schema does not know',
    async (unknownMembers, expected) => {
      const seen: unknown[] = [];
      const { server } = await serve(
        {
          RegisterTaskDefinition: (input) => {
            seen.push(input);
            return {};
          },
        },
        { unknownMembers },
      );
      const input = { family: 'web', containerDefinitions: [{ turbo: true, image: null }], bold: 1 };
      await post(server, `${ecsTarget}RegisterTaskDefinition`, JSON.stringify(input));
      expect(seen).toEqual([expected]);
    },
  );

  it('has the reading refuse for members that the schema does not know', async () => {
    const { server } = await serve(register, { unknownMembers: 'refuse' });
    const body = JSON.stringify({ family: 'web', containerDefinitions: [{ turbo: true }] });
    expect(await post(server, `${ecsTarget}RegisterTaskDefinition`, body)).toEqual({
      status: 400,
      body: { __type: 'SerializationException', message: 'Unknown member containerDefinitions[0].turbo' },
    });
  });

  it.each([
    [
      'of a wrong type',
      { services: [{ desiredCount: '1' }] },
      'services[0].desiredCount is "1", not a number',
    ],
    ['with a date as text', { services: [{ createdAt: '2026-01-01' }] }, 'not a timestamp'],
    ['with a member nobody knows', { services: [{ desired: 1 }] }, 'services[0].desired is unknown'],
  ])('fails loudly on an answer of our own %s', async (_what, answer, text) => {
    const { server } = await serve({ DescribeServices: () => answer });
    const { status, body } = await post(server, `${ecsTarget}DescribeServices`, '{"services":["web"]}');
    expect(status).toBe(500);
    expect(body).toMatchObject({ __type: 'InternalFailure', message: expect.stringContaining(text) });
  });

  it('lets a stored task definition carry members from the future', async () => {
    const { server } = await serve({
      DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [{ turbo: true }] } }),
    });
    const answer = await post(server, `${ecsTarget}DescribeTaskDefinition`, '{"taskDefinition":"web"}');
    expect(answer.body).toEqual({ taskDefinition: { containerDefinitions: [{ turbo: true }] } });
  });
});

describe('faults', () => {
  const list = new ListClustersCommand({});

  it.each([
    ['throttle', 'ThrottlingException', 'Rate exceeded', 400],
    ['server-error', 'ServerException', 'Service Unavailable. Please try again later.', 500],
    ['expired', 'ExpiredTokenException', 'The security token included in the request is expired', 400],
    [
      'denied',
      'AccessDeniedException',
      'User: arn:aws:iam::123456789012:user/local is not authorized to perform: ecs:ListClusters on resource: * because no identity-based policy allows the ecs:ListClusters action',
      400,
    ],
  ] as const)('answer %s instead of working', async (kind, name, message, httpStatusCode) => {
    let worked = 0;
    const { client, server } = await serve({ ListClusters: () => ({ clusterArns: [String(++worked)] }) });
    server.faults.add({ operation: 'ListClusters', fault: { kind } });
    await expect(client.send(list)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } });
    expect(worked).toBe(0);
    expect((await client.send(list)).clusterArns).toEqual(['1']);
  });

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s closes the connection with %i times the work done', async (kind, expected) => {
    let worked = 0;
    const { client, server } = await serve({ ListClusters: () => ({ clusterArns: [String(++worked)] }) });
    server.faults.add({ fault: { kind } });
    await expect(client.send(list)).rejects.toThrow('read ECONNRESET');
    expect(worked).toBe(expected);
    expect(server.calls.all()).toMatchObject([{ operation: 'ListClusters', fault: kind }]);
  });

  it('hang until the caller goes, which the calls after it tell', async () => {
    const { client, server } = await serve({ ListClusters: () => ({}) });
    server.faults.add({ fault: { kind: 'hang' } });
    const gone = new AbortController();
    const hanging = client.send(list, { abortSignal: gone.signal });
    while (server.calls.count() === 0) await new Promise((resolve) => setImmediate(resolve));
    await client.send(list);
    gone.abort();
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
    const stillOpen = () => server.calls.all().map((made) => made.stillOpen);
    expect(stillOpen()).toEqual([[], ['ListClusters']]);
    do await client.send(list);
    while (stillOpen().at(-1)?.length !== 0);
  });

  it('let calls pass first, hit as often as asked and can be taken back', async () => {
    const { client, server } = await serve({ ListClusters: () => ({}) });
    const remove = server.faults.add({
      service: 'ecs',
      times: 'always',
      after: 1,
      fault: { kind: 'throttle' },
    });
    const outcomes: string[] = [];
    const call = () =>
      client.send(list).then(
        () => outcomes.push('answered'),
        (error: Error) => outcomes.push(error.name),
      );
    for (let turn = 0; turn < 3; turn++) await call();
    remove();
    await call();
    expect(outcomes).toEqual(['answered', 'ThrottlingException', 'ThrottlingException', 'answered']);
  });

  it('answer a stale read with what was true before', async () => {
    let count = 0;
    const { client, server } = await serve({ ListClusters: () => ({ clusterArns: [String(++count)] }) });
    const read = async () => (await client.send(list)).clusterArns;
    await read();
    clock.advance(10);
    await read();
    server.faults.add({ fault: { kind: 'stale' } });
    server.faults.add({ fault: { kind: 'stale', seconds: 5 } });
    expect([await read(), await read(), await read()]).toEqual([['2'], ['1'], ['3']]);
  });

  it('leave a call without any answer until the caller gives up', async () => {
    const { client, server } = await serve({ ListClusters: () => ({}) });
    server.faults.add({ fault: { kind: 'hang' } });
    const giveUp = new AbortController();
    const call = client.send(list, { abortSignal: giveUp.signal });
    while (server.calls.count() === 0) await new Promise(setImmediate);
    giveUp.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the log of calls', () => {
  it('keeps what was asked and answered and nothing of the authorization', async () => {
    const { client, server } = await serve({ ListClusters: () => ({ clusterArns: ['a'] }) });
    await client.send(new ListClustersCommand({ maxResults: 1 }));
    expect(server.calls.of('ListClusters')).toEqual([
      {
        service: 'ecs',
        operation: 'ListClusters',
        region: 'eu-central-1',
        input: { maxResults: 1 },
        output: { clusterArns: ['a'] },
        at: expect.any(Number),
        clockAt: clock.now(),
        accessKeyId: 'local',
        userAgent: expect.stringContaining('api/ecs#'),
        stillOpen: [],
      },
    ]);
    expect(server.calls.count('ListServices')).toBe(0);
    expect(JSON.stringify(server.calls.all())).not.toMatch(/Signature|secret/i);
  });
});

describe("AWS's published rates", () => {
  it('throttle the twenty-first registration until a second has passed', async () => {
    const { client } = await serve({ RegisterTaskDefinition: () => ({}) }, { rates: publishedRates(clock) });
    const register = () =>
      client.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [] }));
    for (let turn = 0; turn < 20; turn++) await register();
    await expect(register()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    clock.advance(1);
    await register();
    await expect(register()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
