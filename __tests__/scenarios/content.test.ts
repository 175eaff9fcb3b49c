import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Document, Json } from '../../local/server/operation.ts';
import { startWorld, type World } from './world.ts';

/** What the bundle asked ECS to register last. */
function lastRegistered(world: World): Document {
  return documentOf(world.fargate.calls.of('RegisterTaskDefinition').at(-1)?.input);
}

function appOf({ containerDefinitions }: Document): Document {
  return documentOf(Array.isArray(containerDefinitions) ? containerDefinitions[0] : undefined);
}

function arnOf(revision: number): string {
  return `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`;
}

function documentOf(value: Json | undefined): Document {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

describe('the task definition', () => {
  it.concurrent('keeps fields that are newer than the bundle, at every depth, and empty values and tags', async () => {
    await using world = await startWorld({
      // An ECS that knows them.
      unknownMembers: 'keep',
      taskDefinition: {
        futureField: { nested: [{ deep: '' }] },
        tags: [{ key: 'team', value: 'web' }],
      },
      container: { futureMember: [], dockerLabels: { empty: '' } },
    });
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs.result).toBe('deployed');
    const document = lastRegistered(world);
    expect(document).toMatchObject({
      family: 'web',
      futureField: { nested: [{ deep: '' }] },
      tags: expect.arrayContaining([{ key: 'team', value: 'web' }]) as unknown,
    });
    expect(appOf(document)).toMatchObject({
      futureMember: [],
      dockerLabels: { empty: '' },
      environment: [{ name: 'MODE', value: '' }],
      image: run.outputs.image,
    });
    for (const field of ['revision', 'status', 'taskDefinitionArn', 'registeredAt']) {
      expect(document).not.toHaveProperty(field);
    }
  });

  it.concurrent('takes variables and secrets', async () => {
    await using world = await startWorld();
    world.fargate.accountServices.parameters.add('/web/token');
    const run = await world.deploy({
      image: 'v2',
      'environment-variables': 'MODE=fast\nQUERY=a=b#c\nEMPTY=',
      secrets: 'TOKEN=arn:aws:ssm:eu-west-1:123456789012:parameter/web/token',
    });
    expect(run.outputs.result).toBe('deployed');
    expect(appOf(lastRegistered(world))).toMatchObject({
      environment: [
        { name: 'MODE', value: 'fast' },
        { name: 'QUERY', value: 'a=b#c' },
        { name: 'EMPTY', value: '' },
      ],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/web/token' }],
    });
  });

  it.concurrent('that changes nothing is not rolled out, whatever ECS makes of it', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const write = (more: object): void =>
      writeFileSync(
        join(world.workspace, 'td.json'),
        JSON.stringify({
          ...taskDefinition,
          $schema: 'https://example.org/task.json',
          'x-env': [{ name: 'A', value: '1' }],
          ...more,
          containerDefinitions: [
            { ...app, 'x-note': 'ours', mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] },
          ],
          volumes: [
            {
              name: 'data',
              efsVolumeConfiguration: {
                fileSystemId: 'fs-1',
                transitEncryption: 'ENABLED',
                authorizationConfig: { accessPointId: 'fsap-1' },
              },
            },
          ],
        }),
      );
    const inputs = { image: 'v2', 'task-definition': 'td.json' };
    write({});
    expect((await world.deploy(inputs)).outputs).toMatchObject({ result: 'deployed' });
    const again = await world.deploy(inputs);
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'task-definition-arn': arnOf(2) });
    expect((await world.deploy({ ...inputs, operation: 'plan' })).outputs).toMatchObject({
      changes: 'false',
    });
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(2);
    // This could be newer than the bundle: whether ECS keeps it is known when it is registered.
    write({ warmStart: { mode: 'on' } });
    const unknown = await world.deploy(inputs);
    expect(unknown.outputs).toMatchObject({ result: 'unchanged', 'task-definition-arn': arnOf(2) });
    expect(unknown.printed).toMatch(
      /^::notice.*web:3 says the same as web:2, which web runs, since ECS does not keep warmStart: it is not rolled out\.$/m,
    );
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(1);
    const forced = await world.deploy({ ...inputs, 'force-new-deployment': 'true' });
    expect(forced.outputs).toMatchObject({ result: 'deployed' });
  });

  it.concurrent('comes from a file', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const document = { ...taskDefinition, cpu: '512', memory: '1024' };
    writeFileSync(join(world.workspace, 'td.json'), JSON.stringify(document));
    const run = await world.deploy({ image: 'v2', 'task-definition': 'td.json' });
    expect({ log: run.log, result: run.outputs.result }).toEqual({ log: run.log, result: 'deployed' });
    expect(lastRegistered(world)).toMatchObject({ cpu: '512', memory: '1024' });
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('of a revision without changes is deployed as it is: a rollback by hand', async () => {
    await using world = await startWorld();
    await world.deploy({ image: 'v2' });
    const run = await world.deploy({ 'task-definition': 'web:1', build: 'false' });
    expect(run.outputs).toMatchObject({
      result: 'deployed',
      'task-definition-arn': expect.stringMatching(/web:1$/),
    });
    expect(world.fargate.calls.of('RegisterTaskDefinition')).toHaveLength(2);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('that ECS refuses ends the run with its words', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    writeFileSync(join(world.workspace, 'td.json'), JSON.stringify({ ...taskDefinition, cpu: '257' }));
    const inputs = { image: 'v2', 'task-definition': 'td.json', 'skip-checks': 'fargate-size' };
    const run = await world.deploy(inputs);
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'aws-refused' });
    expect(run.log).toMatch(/ClientException/);
    expect(run.log).not.toMatch(/defect of fargate-deploy/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('that can not work is refused at once, with every reason', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const document = {
      ...taskDefinition,
      cpu: '512',
      memory: '8192',
      containerDefinitions: [{ ...app, privileged: true, enviroment: [] }],
    };
    writeFileSync(join(world.workspace, 'td.json'), JSON.stringify(document));
    const run = await world.deploy({ image: 'v2', 'task-definition': 'td.json' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
    expect(run.log).toMatch(/Use cpu 512 with memory 4096, or cpu 1024 with memory 8192\. \[fargate-size\]/);
    expect(run.log).toMatch(/containerDefinitions\[app\]\.privileged: .* \[not-on-fargate\]/);
    expect(run.log).toMatch(
      /containerDefinitions\[app\]\.enviroment: .* Write environment\. \[misspelt-key\]/,
    );
    expect(world.fargate.calls.count('RegisterTaskDefinition')).toBe(
      world.callsBefore(['RegisterTaskDefinition']),
    );
  });
});

describe('health-check-url', () => {
  const answering = async (status: number) => {
    const server = createServer((_, reply) => void reply.writeHead(status).end());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: async () => void server.close() };
  };

  it.concurrent('that answers as wanted lets a completed deployment be green', async () => {
    await using world = await startWorld();
    await using server = await answering(204);
    const run = await world.deploy({
      image: 'v2',
      'health-check-url': server.url,
      'health-check-status': '204',
    });
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
  });

  it.concurrent('that does not has the completed deployment rolled back', async () => {
    await using world = await startWorld();
    await using server = await answering(503);
    const run = await world.deploy({ image: 'v2', 'health-check-url': server.url });
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'health-check-url' });
    expect(run.outputs.message).toContain(
      `but ${server.url} failed the health check 6 times: it answered with status 503 instead of 200. Rolled back:`,
    );
    expect(run.log).toMatch(/^What to do: Request the URL yourself, .*health-check-status\.$/m);
    expect(await world.settled()).toBe('v1');
  });
});
