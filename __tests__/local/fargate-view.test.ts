import { manualClock } from '../../local/base/clock.ts';
import type { DeploymentShown, ServiceShown, Snapshot, TaskShown } from '../../local/ecs/snapshot.ts';
import { changes } from '../../local/view/changes.ts';
import { showLive } from '../../local/view/live.ts';
import { serviceTable } from '../../local/view/table.ts';

const deployment: DeploymentShown = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinition: 'web:1',
  rolloutState: 'IN_PROGRESS',
  desired: 2,
  pending: 1,
  running: 1,
  failed: 0,
  targetGroupArns: [],
};
const service: ServiceShown = {
  cluster: 'local',
  name: 'web',
  status: 'ACTIVE',
  desiredCount: 2,
  deployments: [deployment],
  inFlight: undefined,
  events: [{ at: 1, message: '(service web) has started 2 tasks.' }],
};
const task: TaskShown = {
  taskId: '0123456789abcdef',
  cluster: 'local',
  group: 'service:web',
  startedBy: 'ecs-svc/1',
  taskDefinition: 'web:1',
  lastStatus: 'PENDING',
  health: 'starting',
  stoppedReason: undefined,
};
const nothing: Snapshot = { services: [], tasks: [] };
const before: Snapshot = { services: [service], tasks: [task] };

const withService = (change: Partial<ServiceShown>): Snapshot => ({
  ...before,
  services: [{ ...service, ...change }],
});
const withTask = (change: Partial<TaskShown>): Snapshot => ({ ...before, tasks: [{ ...task, ...change }] });

describe('the lines of the live view', () => {
  it.each<[string, Snapshot, Snapshot, string[]]>([
    ['nothing new', before, before, []],
    [
      'a new service and task',
      nothing,
      before,
      [
        'service local/web ACTIVE, 2 tasks desired',
        'deployment ecs-svc/1 of web: web:1 PRIMARY IN_PROGRESS',
        '(service web) has started 2 tasks.',
        'task 01234567 of web:1 PENDING',
      ],
    ],
    [
      'a deployment that ended',
      before,
      withService({ deployments: [{ ...deployment, rolloutState: 'COMPLETED' }] }),
      ['deployment ecs-svc/1 of web: web:1 PRIMARY COMPLETED'],
    ],
    ['counts alone', before, withService({ deployments: [{ ...deployment, running: 2 }] }), []],
    [
      'events that are new, oldest first',
      before,
      withService({
        events: [{ at: 3, message: 'third' }, { at: 2, message: 'second' }, ...service.events],
      }),
      ['second', 'third'],
    ],
    [
      'health of a task that runs',
      withTask({ lastStatus: 'RUNNING' }),
      withTask({ lastStatus: 'RUNNING', health: 'healthy' }),
      ['task 01234567 of web:1 RUNNING, healthy'],
    ],
    ['health of a task that does not run yet', before, withTask({ health: 'healthy' }), []],
    [
      'why a task stopped, on one line without control characters',
      before,
      withTask({ lastStatus: 'STOPPED', stoppedReason: 'no\n\u001B[2Jspace' }),
      ['task 01234567 of web:1 STOPPED: no [2Jspace'],
    ],
  ])('tell %s', (_what, from, to, expected) => {
    expect(changes(from, to)).toEqual(expected);
  });
});

describe('the table of the live view', () => {
  it('shows services, tasks and the newest events, no wider than the terminal', () => {
    const events = ['a', 'b'.repeat(200)].map((message, at) => ({ at, message }));
    expect(serviceTable({ ...before, services: [{ ...service, events }] }, 110)).toEqual([
      'SERVICE    TASK DEFINITION  DEPLOYMENT  STATUS   ROLLOUT      RUNNING  PENDING  FAILED',
      'local/web  web:1            ecs-svc/1   PRIMARY  IN_PROGRESS  1/2      1        0',
      '',
      'TASK      OF     STATUS   HEALTH    WHY STOPPED',
      '01234567  web:1  PENDING  starting',
      '',
      'b'.repeat(110),
      'a',
    ]);
  });

  it('leaves out the oldest stopped tasks, never one that runs', () => {
    const stopped = Array.from({ length: 20 }, (_, index) => ({
      ...task,
      taskId: `stopped${index}`,
      lastStatus: 'STOPPED',
    }));
    const lines = serviceTable({ services: [], tasks: [...stopped, task] }, 80).filter((line) =>
      line.includes('web:1'),
    );
    expect(lines).toHaveLength(12);
    expect(lines[0]).toContain('01234567');
  });
});

describe('the live view', () => {
  async function written(isTTY: boolean): Promise<string[]> {
    let now = nothing;
    let changed = (): void => undefined;
    const texts: string[] = [];
    const ecs = {
      snapshot: () => now,
      onChange: (listener: () => void) => {
        changed = listener;
        return () => undefined;
      },
    };
    const screen = { isTTY, columns: 80, write: (text: string) => texts.push(text) };
    const stop = showLive(ecs, manualClock(), screen);
    now = before;
    changed();
    changed();
    await new Promise(setImmediate);
    stop();
    return texts;
  }

  it('writes a line for each change where there is no terminal', async () => {
    const lines = await written(false);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('00:00:00  service local/web ACTIVE, 2 tasks desired\n');
  });

  it('draws the table over the old one on a terminal, once for several changes', async () => {
    const [first, second, ...others] = await written(true);
    expect(first).toBe('No service yet.\n');
    expect(second?.startsWith('\u001B[1A\u001B[JSERVICE')).toBe(true);
    expect(others).toEqual([]);
  });
});
