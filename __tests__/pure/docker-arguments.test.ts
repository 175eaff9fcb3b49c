import { containersOf } from '../../local/runtime/container.ts';
import { containerArguments, pauseArguments, volumesOf } from '../../local/runtime/docker/arguments.ts';
import type { TaskToRun } from '../../local/runtime/runtime.ts';
import type { Document } from '../../local/server/operation.ts';

const surroundings = { processors: 2, labels: ['run=1'], nameSuffix: 'abc' };

function taskOf(containers: readonly Document[], more: Partial<TaskToRun> = {}, definition: Document = {}) {
  return {
    taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/default/t1',
    taskId: 't1',
    taskDefinition: { cpu: '512', memory: '1024', ...definition, containerDefinitions: [...containers] },
    serviceName: 'web',
    startedBy: undefined,
    overrides: undefined,
    imageDigests: {},
    ...more,
  };
}

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** The arguments that a member of a container adds to those of a container without it. */
function added(members: Document, more: Partial<TaskToRun> = {}, definition: Document = {}) {
  const argumentsOf = (container: Document): readonly string[] => {
    const task = taskOf([{ name: 'web', image: 'app:1', ...container }], more, definition);
    const [first] = containersOf(task);
    if (first === undefined) throw new Error('no container');
    const made = { pauseId: 'p1', image: 'app@sha256:1', secrets: {} };
    return containerArguments(task, first, made, surroundings).args;
  };
  const plain = argumentsOf({});
  const all = argumentsOf(members);
  const start = all.findIndex((argument, index) => argument !== plain[index]);
  const end = all.toReversed().findIndex((argument, index) => argument !== plain.at(-1 - index));
  return start < 0 ? [] : all.slice(start, Math.max(start, all.length - end));
}

describe('the docker command of a container', () => {
  it('holds what every container gets', () => {
    const task = taskOf([{ name: 'web', image: 'app:1' }]);
    const [container] = containersOf(task);
    if (container === undefined) throw new Error('no container');
    const made = { pauseId: 'p1', image: 'app@sha256:1', secrets: { PASSWORD: 'hunter2' } };
    expect(containerArguments(task, container, made, surroundings)).toEqual({
      args: words(
        'create --name fargate-t1-web-abc --network container:p1',
        '--platform linux/amd64 --no-healthcheck --log-driver json-file',
        '--label run=1 --label fargate-deploy.task=t1',
        '--label fargate-deploy.container=web',
        '--env AWS_EXECUTION_ENV=AWS_ECS_FARGATE',
        '--env AWS_REGION=eu-west-1 --env AWS_DEFAULT_REGION=eu-west-1',
        '--env PASSWORD',
        '--memory 1024m --memory-swap 1024m --cpus 0.5',
        'app@sha256:1',
      ),
      environment: { PASSWORD: 'hunter2' },
    });
  });

  it.each<[string, Document, readonly string[]]>([
    ['nothing', {}, []],
    ['a command', { command: ['sh', '-c', ''] }, ['sh', '-c', '']],
    [
      'an entry point with arguments',
      { entryPoint: ['sh', '-c'] },
      ['--entrypoint', 'sh', 'app@sha256:1', '-c'],
    ],
    ['an empty entry point', { entryPoint: [''] }, ['--entrypoint', '']],
    ['variables', { environment: [{ name: 'A', value: 'b=c d' }] }, ['--env', 'A=b=c d']],
    ['a user', { user: '1000:1000' }, ['--user', '1000:1000']],
    ['a working directory', { workingDirectory: '/srv' }, ['--workdir', '/srv']],
    ['a read-only file system', { readonlyRootFilesystem: true }, ['--read-only']],
    ['an init process', { linuxParameters: { initProcessEnabled: true } }, ['--init']],
    [
      'capabilities',
      { linuxParameters: { capabilities: { drop: ['ALL'], add: ['SYS_PTRACE'] } } },
      ['--cap-drop', 'ALL', '--cap-add', 'SYS_PTRACE'],
    ],
    [
      'a tmpfs',
      { linuxParameters: { tmpfs: [{ containerPath: '/run', size: 64, mountOptions: ['noexec'] }] } },
      ['--tmpfs', '/run:size=64m,noexec'],
    ],
    ['limits', { ulimits: [{ name: 'nofile', softLimit: 10, hardLimit: 20 }] }, ['--ulimit', 'nofile=10:20']],
    ['labels', { dockerLabels: { team: 'web' } }, ['--label', 'team=web']],
    ['a share of the processor', { cpu: 256 }, ['--cpu-shares', '256']],
    ['an image with a check of its own', { healthCheck: { command: ['NONE'] } }, []],
  ])('is extended by %s', (_, members, expected) => {
    expect(added(members)).toEqual(expected);
  });

  it('takes the memory of the container before that of the task', () => {
    const limits = added({ memory: 256, memoryReservation: 128 }).join(' ');
    expect(limits).toBe('256m --memory-swap 256m --memory-reservation 128m');
  });

  it('never asks for more processors than there are', () => {
    const task = taskOf([{ name: 'web', image: 'app:1' }], {}, { cpu: '4096' });
    const [container] = containersOf(task);
    if (container === undefined) throw new Error('no container');
    const made = { pauseId: 'p1', image: 'app:1', secrets: {} };
    expect(containerArguments(task, container, made, surroundings).args.join(' ')).toContain('--cpus 2 ');
  });

  it('follows the overrides of RunTask', () => {
    const containerOverrides = [
      { name: 'web', command: ['migrate'], environment: [{ name: 'A', value: '2' }], memory: 64 },
      { name: 'other', command: ['never'] },
    ];
    const [container] = containersOf(
      taskOf(
        [{ name: 'web', image: 'app:1', command: ['serve'], environment: [{ name: 'A', value: '1' }] }],
        { overrides: { containerOverrides } },
      ),
    );
    const { command, environment, memoryMiB } = container ?? {};
    expect({ command, environment, memoryMiB }).toEqual({
      command: ['migrate'],
      environment: { A: '2' },
      memoryMiB: 64,
    });
  });

  it('shares volumes and processes within the task', () => {
    const definition = { pidMode: 'task', volumes: [{ name: 'data' }] };
    const task = taskOf(
      [
        {
          name: 'web',
          image: 'app:1',
          mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }],
          volumesFrom: [{ sourceContainer: 'files' }],
        },
      ],
      {},
      definition,
    );
    expect(volumesOf(task, surroundings)).toEqual({ data: 'fargate-t1-data-abc' });
    const [container] = containersOf(task);
    if (container === undefined) throw new Error('no container');
    const made = { pauseId: 'p1', image: 'app:1', secrets: {} };
    expect(containerArguments(task, container, made, surroundings).args.slice(-7)).toEqual(
      words(
        '--pid container:p1 --volume fargate-t1-data-abc:/data:ro',
        '--volumes-from fargate-t1-files-abc app:1',
      ),
    );
  });
});

describe("the docker command of a task's network", () => {
  it('publishes every TCP port once, on loopback', () => {
    const task = taskOf([
      {
        name: 'web',
        image: 'a',
        portMappings: [{ containerPort: 80 }, { containerPort: 53, protocol: 'udp' }],
      },
      { name: 'side', image: 'b', portMappings: [{ containerPort: 80 }, { containerPort: 9000 }] },
    ]);
    expect(pauseArguments(task, 'pause:1', surroundings)).toEqual(
      words(
        'run --detach --name fargate-t1-network-abc',
        '--label run=1 --label fargate-deploy.task=t1',
        '--publish 127.0.0.1::80 --publish 127.0.0.1::9000',
        'pause:1 /pause',
      ),
    );
  });
});
