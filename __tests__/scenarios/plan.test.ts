import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import type { Plan } from '../../src/plan/show/plan.ts';
import { isJsonObject } from '../../src/text/json.ts';
import { cluster, startWorld, type World } from './world.ts';

/** Calls that change something, since the world was made. */
const changing =
  /^(Register|Deregister|Create|Update|Delete|Put|Stop|Run|Start|Tag|Untag|Initiate|Upload|Complete)/;

function changesIn(world: World): readonly string[] {
  const made = world.fargate.calls
    .all()
    .flatMap(({ operation }) => (changing.test(operation) ? operation : []));
  return made.slice(world.callsBefore(made));
}

function planIn(outputs: Readonly<Record<string, string>>): Plan {
  return JSON.parse(outputs['plan'] ?? '') as Plan;
}

describe('operation: plan', () => {
  it('shows what a deploy would do, and changes nothing', async () => {
    await using world = await startWorld();
    const inputs = {
      image: 'v2',
      'environment-variables': 'MODE=s3cr3t\nNEW=s3cr3t',
      'desired-count': '3',
      'circuit-breaker': 'rollback',
    };
    const run = await world.deploy({ ...inputs, operation: 'plan' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({
      result: 'planned',
      reason: 'planned',
      changes: 'true',
      problems: 'false',
    });
    expect(changesIn(world)).toEqual([]);
    const plan = planIn(run.outputs);
    expect(plan).toMatchObject({
      version: 1,
      changes: true,
      problems: false,
      image: { action: 'use', digest: expect.stringMatching(/^sha256:/) },
      services: [
        { service: 'web', action: 'update', deploys: true, taskDefinition: { action: 'register', to: null } },
      ],
    });
    const [service] = plan.services;
    expect(service?.taskDefinition.changes.map(({ name, kind, hidden }) => [name, kind, hidden])).toEqual([
      ['containerDefinitions[app].environment[MODE].value', 'changed', true],
      ['containerDefinitions[app].environment[NEW]', 'added', true],
      ['containerDefinitions[app].image', 'changed', false],
    ]);
    expect(service?.settings.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['desired-count', 2, 3],
      ['circuit-breaker', { enable: false, rollback: false }, { enable: true, rollback: true }],
    ]);
    expect(run.log).toMatch(/~ containerDefinitions\[app\]\.image: web @sha256:\w{12} -> @sha256:\w{12}/);
    expect(run.log).toMatch(/\+ containerDefinitions\[app\]\.environment\[NEW\] \(not shown\)/);
    expect(run.summary).toMatch(/web would be updated/);
    expect(JSON.stringify([run.printed, run.summary, run.outputs])).not.toMatch(/s3cr3t/);

    // What it showed is what a deploy does.
    const deployed = await world.deploy(inputs);
    expect(deployed.outputs).toMatchObject({ result: 'deployed', image: plan.image.uri });
    const after = await world.deploy({ ...inputs, operation: 'plan' });
    expect(after.outputs).toMatchObject({ result: 'planned', changes: 'false', problems: 'false' });
    expect(after.log).toMatch(/Plan: nothing would change\./);
  });

  it('tells of each of several services what would become of it', async () => {
    await using world = await startWorld({ services: ['worker'] });
    await world.deploy({ image: 'v2' });
    const run = await world.deploy({ operation: 'plan', service: 'web\nworker', image: 'v2' });
    expect(run.outputs).toMatchObject({
      result: 'planned',
      changes: 'true',
      message: expect.stringContaining('worker'),
    });
    expect(
      planIn(run.outputs).services.map(({ service, action, deploys }) => [service, action, deploys]),
    ).toEqual([
      ['web', 'none', false],
      ['worker', 'update', true],
    ]);
    expect(run.log).toMatch(/web: nothing to do; it already runs web:2 with these inputs\./);
    expect(run.log).toMatch(/Plan: worker would be updated\. Nothing was changed\./);
  });

  it('is red when a deploy would be refused', async () => {
    await using world = await startWorld();
    const run = await world.deploy({ operation: 'plan', image: 'v2', cpu: '512', memory: '8192' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({
      result: 'failed',
      reason: 'change-refused',
      problems: 'true',
      changes: 'true',
    });
    expect(planIn(run.outputs).services[0]?.findings).toEqual([
      expect.objectContaining({ rule: 'fargate-size', severity: 'problem', place: 'memory' }),
    ]);
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/Use cpu 512 with memory 4096/) }),
    );
    expect(changesIn(world)).toEqual([]);
    const skipped = await world.deploy({
      operation: 'plan',
      image: 'v2',
      cpu: '512',
      memory: '8192',
      'skip-checks': 'fargate-size',
    });
    expect(skipped.exitCode).toBe(0);
  });

  it('takes the repository of what runs where a file has a placeholder for the image', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const document = { ...taskDefinition, containerDefinitions: [{ ...app, image: '<IMAGE>' }] };
    writeFileSync(join(world.workspace, 'td.json'), JSON.stringify(document));
    const run = await world.deploy({ operation: 'plan', 'task-definition': 'td.json', image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'planned' });
    expect(planIn(run.outputs)).toMatchObject({
      image: { action: 'use', uri: expect.stringMatching(/\/web@sha256:/) },
      services: [{ taskDefinition: { changes: [{ name: 'containerDefinitions[app].image' }] } }],
    });
  });

  it('says which revision is used when the family has a newer one', async () => {
    await using world = await startWorld();
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const document: unknown = JSON.parse(JSON.stringify(taskDefinition));
    await registerTaskDefinition(world.ecs, isJsonObject(document) ? { ...document, memory: '1024' } : {});
    const running = await world.deploy({ operation: 'plan', image: 'v2' });
    expect(running.log).toMatch(
      /web runs web:1, which is used. Its family has the newer web:2 \(registered by local\)/,
    );
    const newest = await world.deploy({ operation: 'plan', image: 'v2', 'task-definition': 'web' });
    expect(newest.log).toMatch(/web:2 \(registered by local\) is newer and is used/);
    expect(planIn(newest.outputs).services[0]?.taskDefinition.changes.map(({ name }) => name)).toContain(
      'memory',
    );
  });
});

describe('what has to be there', () => {
  const region = 'eu-west-1';
  const account = '123456789012';
  const secret = (name: string): string =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
  const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
  const inputs = {
    image: 'v2',
    'task-role-arn': role('task'),
    secrets: `A=${secret('a')}\nB=${secret('b')}:user::\nC=/web/c`,
    'env-files': 'arn:aws:s3:::config/web/prod.env',
  };

  /** Without what this job may do. */
  const things = (outputs: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
    planIn(outputs).checks.flatMap(({ check, what, state }) =>
      check === 'permissions' ? [] : [[what, state]],
    );

  it('is asked of AWS, and shown', async () => {
    await using world = await startWorld({ loadBalancer: true });
    world.fargate.accountServices.secretStrings.set(secret('b'), '{"user":"s3cr3t"}');
    world.fargate.accountServices.parameters.add('/web/c');
    const run = await world.deploy({ ...inputs, operation: 'plan' });
    expect(run.outputs).toMatchObject({ result: 'planned', problems: 'false' });
    expect(things(run.outputs)).toEqual([
      ['execution role', 'ok'],
      ['task role', 'ok'],
      ['secret A of app', 'ok'],
      ['secret B of app', 'ok'],
      ['secret C of app', 'ok'],
      ['environment file of app', 'ok'],
      ['log group of app', 'ok'],
      ['target group of web', 'ok'],
    ]);
    expect(run.log).toMatch(
      /^13 checks passed, 1 with a note:\n  ok +target group of web: .* \(No load balancer uses it yet\.\)$/m,
    );
    expect(run.printed + run.summary).not.toMatch(/s3cr3t/);
  });

  it('and is not, is a problem for a plan and for a deploy', async () => {
    await using world = await startWorld();
    const { missing, trustPolicies, secretStrings } = world.fargate.accountServices;
    for (const name of ['execution', secret('a'), 'config/web/prod.env']) missing.add(name);
    trustPolicies.set('task', {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    secretStrings.set(secret('b'), '{"password":"s3cr3t"}');
    // Any word could be a parameter's name: as long as none is called so, it may be the secret itself.
    const secrets = inputs.secrets.replace('/web/c', 'hunter2');
    const more = { ...inputs, secrets, 'log-configuration-options': 'awslogs-group=/ecs/other' };
    const run = await world.deploy({ ...more, operation: 'plan' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused', problems: 'true' });
    expect(things(run.outputs)).toEqual([
      ['execution role', 'missing'],
      ['task role', 'wrong'],
      ['secret A of app', 'missing'],
      ['secret B of app', 'wrong'],
      ['secret C of app', 'missing'],
      ['environment file of app', 'missing'],
      ['log group of app', 'missing'],
    ]);
    const deployed = await world.deploy(more);
    expect(deployed.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
    // The role is that of the running revision.
    expect(deployed.log).toMatch(/execution role: There is no arn:aws:iam::\d+:role\/execution\. \[roles\]/);
    expect(deployed.log).toMatch(/for 6 reasons/);
    expect(
      planIn(run.outputs)
        .checks.filter(({ inUse }) => inUse)
        .map(({ what }) => what),
    ).toEqual(['execution role']);
    expect(deployed.log).toMatch(/Its JSON has no key user\./);
    expect(deployed.log).toMatch(/secret C of app: There is no such secret or parameter\./);
    expect(JSON.stringify([run, deployed])).not.toMatch(/s3cr3t|hunter2/);
    expect(changesIn(world)).toEqual([]);
    const skipped = await world.deploy({
      ...more,
      operation: 'plan',
      'skip-checks': 'roles\nsecrets\nlog-group\nenvironment-file',
    });
    expect(skipped.outputs).toMatchObject({ result: 'planned', problems: 'false' });
    expect(things(skipped.outputs).map(([what]) => what)).toEqual([]);
  });

  it.each([`ghp_${'a1'.repeat(18)}`, `sk_live_${'a1'.repeat(12)}`, `AKIA${'A1'.repeat(8)}`])(
    'is no token that passes for a name of a parameter, and none is shown: %s',
    async (token) => {
      await using world = await startWorld();
      // Even one that were there.
      world.fargate.accountServices.parameters.add(token);
      for (const operation of ['plan', 'deploy']) {
        const asked = await world.deploy({ operation, image: 'v2', secrets: `TOKEN=${token}` });
        expect(asked.outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
        const { taskDefinition } = await world.describeTaskDefinition('web:1');
        const [app] = taskDefinition?.containerDefinitions ?? [];
        const secrets = [{ name: 'TOKEN', valueFrom: token }];
        writeFileSync(
          join(world.workspace, 'td.json'),
          JSON.stringify({ ...taskDefinition, containerDefinitions: [{ ...app, secrets }] }),
        );
        const file = await world.deploy({ operation, image: 'v2', 'task-definition': 'td.json' });
        expect(file.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
        expect(file.log).toMatch(/\[secret-value\]/);
        expect(JSON.stringify([asked, file])).not.toContain(token);
      }
      expect(changesIn(world)).toEqual([]);
    },
  );

  it('and is not, refuses nothing when it is what runs', async () => {
    await using world = await startWorld();
    world.fargate.accountServices.missing.add('execution');
    const run = await world.deploy({ image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'deployed' });
    expect(run.printed).toMatch(
      /^::warning.*execution role: There is no arn:aws:iam::\d+:role\/execution\./m,
    );
    const other = await world.deploy({ image: 'v3', 'execution-role-arn': role('other') });
    expect(other.outputs).toMatchObject({ result: 'deployed' });
    world.fargate.accountServices.missing.add('gone');
    const gone = await world.deploy({ image: 'v2', 'execution-role-arn': role('gone') });
    expect(gone.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
  });

  it('is the image of every container, for the platform of the task', async () => {
    await using world = await startWorld();
    const arm = world.fargate.images.put('web', { tags: ['arm'], platform: 'linux/arm64' });
    const uri = `${world.fargate.registryHost}/web`;
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const side = (name: string, image: string) => ({
      ...app,
      name,
      image,
      essential: false,
      portMappings: [],
    });
    const containerDefinitions = [
      app,
      side('gone', `${uri}:gone`),
      side('arm', `${uri}@${arm}`),
      side('hub', 'nginx:1'),
    ];
    writeFileSync(
      join(world.workspace, 'td.json'),
      JSON.stringify({ ...taskDefinition, containerDefinitions }),
    );
    const run = await world.deploy({ operation: 'plan', 'task-definition': 'td.json', image: 'v2' });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused' });
    expect(things(run.outputs).filter(([what]) => what.startsWith('image'))).toEqual([
      ['image of gone', 'missing'],
      ['image of arm', 'wrong'],
      ['image of hub', 'unknown'],
    ]);
    // Where rules of a pull-through cache may not be read, one may bring the image.
    world.fargate.faults.add({
      operation: 'DescribePullThroughCacheRules',
      fault: { kind: 'denied' },
      times: 'always',
    });
    const denied = await world.deploy({ operation: 'plan', 'task-definition': 'td.json', image: 'v2' });
    expect(things(denied.outputs)).toContainEqual(['image of gone', 'unknown']);
    expect(run.log).toMatch(/ is for linux\/arm64, and the task definition runs on linux\/amd64/);
  });

  it.each([
    ['missing', 'gone', 'image-missing'],
    ['wrong', 'arm', 'image-platform'],
  ])('is the image that is named; %s, it stands beside the other problems', async (state, image, reason) => {
    await using world = await startWorld();
    world.fargate.images.put('web', { tags: ['arm'], platform: 'linux/arm64' });
    const options = { image, cpu: '512', memory: '8192' };
    const run = await world.deploy({ operation: 'plan', ...options });
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'change-refused', changes: 'true' });
    expect(things(run.outputs)).toContainEqual(['image of app', state]);
    expect(planIn(run.outputs).services[0]?.findings).toEqual([
      expect.objectContaining({ rule: 'fargate-size', severity: 'problem' }),
    ]);
    expect((await world.deploy(options)).outputs).toMatchObject({ result: 'failed', reason });
  });

  it('and may not be known, stops nothing', async () => {
    await using world = await startWorld();
    for (const operation of ['GetRole', 'DescribeSecret', 'GetParameters', 'DescribeLogGroups']) {
      world.fargate.faults.add({ operation, fault: { kind: 'denied' }, times: 'always' });
    }
    const run = await world.deploy({ ...inputs, operation: 'plan' });
    expect(run.outputs).toMatchObject({ result: 'planned', problems: 'false' });
    expect(things(run.outputs)).toEqual([
      ['execution role', 'unknown'],
      ['task role', 'unknown'],
      ['secret A of app', 'unknown'],
      ['secret B of app', 'unknown'],
      ['secret C of app', 'unknown'],
      ['environment file of app', 'ok'],
      ['log group of app', 'unknown'],
    ]);
    expect(run.log).toMatch(/unknown secret C of app: \(not shown\)/);
    expect(run.log).toMatch(/unknown task role: \S+ \(iam:GetRole is not permitted to this job\.\)/);
  });

  it.each([['web\narm'], ['arm\nweb']])(
    'is judged for the platforms of all services: %j share an image that only one can run',
    async (service) => {
      await using world = await startWorld({ services: ['arm'] });
      const { taskDefinition } = await world.describeTaskDefinition('web:1');
      const document: unknown = JSON.parse(JSON.stringify(taskDefinition));
      await registerTaskDefinition(world.ecs, {
        ...(document as object),
        family: 'arm',
        runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      });
      await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'arm', taskDefinition: 'arm' }));
      const run = await world.deploy({
        operation: 'plan',
        service,
        build: 'false',
        'environment-variables': 'A=1',
      });
      expect(
        things(run.outputs)
          .flatMap(([what, state]) => (what === 'image of app' ? state : []))
          .toSorted(),
      ).toEqual(['ok', 'wrong']);
      expect(run.log).toMatch(/is for linux\/amd64, and the task definition runs on linux\/arm64/);
    },
  );

  it('is told right for the other kinds of secrets and groups, by a plan', async () => {
    await using world = await startWorld();
    const { missing, secretStates, trustPolicies } = world.fargate.accountServices;
    secretStates.set(secret('empty'), { versions: {} });
    secretStates.set(secret('deleted'), { isDeleted: true });
    const foreign = `arn:aws:ssm:${region}:444455556666:parameter/web/c`;
    missing.add(secret('login'));
    trustPolicies.set('task', {
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:assume*' }],
    });
    const { taskDefinition } = await world.describeTaskDefinition('web:1');
    const document: unknown = JSON.parse(JSON.stringify(taskDefinition));
    const [app] = taskDefinition?.containerDefinitions ?? [];
    const container = { ...app, repositoryCredentials: { credentialsParameter: secret('login') } };
    writeFileSync(
      join(world.workspace, 'td.json'),
      JSON.stringify({ ...(document as object), containerDefinitions: [container] }),
    );
    const run = await world.deploy({
      operation: 'plan',
      image: 'v2',
      'task-definition': 'td.json',
      'task-role-arn': role('task'),
      secrets: `A=${secret('empty')}\nB=${secret('deleted')}:user::\nC=${foreign}`,
      'log-configuration-options': 'awslogs-group=/ecs/web\nawslogs-region=us-east-1',
    });
    expect(things(run.outputs)).toEqual([
      ['execution role', 'ok'],
      ['task role', 'ok'],
      ['registry credentials of app', 'missing'],
      ['secret A of app', 'wrong'],
      ['secret B of app', 'wrong'],
      ['secret C of app', 'unknown'],
      ['log group of app in us-east-1', 'missing'],
    ]);
    expect(run.log).toMatch(/It has no value yet\./);
    expect(run.log).toMatch(/It is scheduled for deletion\./);
  });

  it('is the permission for a deploy, too: simulated, shown, and not believed', async () => {
    await using world = await startWorld();
    world.fargate.accountServices.denied.add('iam:PassRole');
    const permissions = async (more: Readonly<Record<string, string>> = {}) => {
      const run = await world.deploy({ image: 'v2', operation: 'plan', ...more });
      expect(run.outputs).toMatchObject({ result: 'planned', problems: 'false' });
      return planIn(run.outputs).checks.flatMap(({ check, name, state }) =>
        check === 'permissions' ? [[name, state]] : [],
      );
    };
    expect(await permissions()).toEqual([
      ['ecs:UpdateService', 'ok'],
      ['ecs:DescribeServiceDeployments', 'ok'],
      ['ecs:StopServiceDeployment', 'ok'],
      ['ecs:RegisterTaskDefinition', 'ok'],
      ['iam:PassRole', 'wrong'],
    ]);
    // On what the README's policy names.
    const simulated = world.fargate.calls.of('SimulatePrincipalPolicy').map(({ input }) => input);
    expect(simulated).toContainEqual(
      expect.objectContaining({
        ActionNames: ['ecs:RegisterTaskDefinition'],
        ResourceArns: [`arn:aws:ecs:${region}:${account}:task-definition/web:*`],
      }),
    );
    expect(simulated).toContainEqual(
      expect.objectContaining({
        ActionNames: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
        ResourceArns: [
          `arn:aws:ecs:${region}:${account}:service/staging/web`,
          `arn:aws:ecs:${region}:${account}:service-deployment/staging/web/*`,
        ],
      }),
    );
    expect(await permissions({ 'skip-checks': 'permissions' })).toEqual([]);
    world.fargate.faults.add({ operation: 'GetCallerIdentity', fault: { kind: 'denied' }, times: 'always' });
    expect((await permissions()).map(([, state]) => state)).toEqual(Array(5).fill('unknown'));
  });
});
