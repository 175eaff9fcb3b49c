import * as fc from 'fast-check';
import { plan } from '../../local/ecs/scheduler/plan.ts';
import { bounds, type Plan } from '../../local/ecs/scheduler/tally.ts';
import type { TaskView, View } from '../../local/ecs/scheduler/view.ts';

/** `n3` three healthy new tasks; `o` old, `s` starting, `u` unhealthy, `e` ending: `n2 ns1 o4 oe1`. */
function tasksOf(text: string): TaskView[] {
  return text.split(' ').flatMap((group, place) => {
    const [, of = '', how = '', count = '0'] = /^([no])([sue]?)(\d+)$/.exec(group) ?? [];
    return Array.from({ length: Number(count) }, (_, index): TaskView => {
      const health = how === 's' ? 'starting' : how === 'u' ? 'unhealthy' : 'healthy';
      return {
        id: `${of}${how}-${index}`,
        deploymentId: of === 'n' ? 'new' : 'old',
        state: how === 'e' ? 'ending' : 'alive',
        health,
        createdAt: place * 100 + index,
      };
    });
  });
}

function view(tasks: string, changes: Partial<View> = {}): View {
  const old = tasksOf(tasks).filter((task) => task.deploymentId === 'old' && task.state === 'alive').length;
  return {
    now: 0,
    desiredCount: 4,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    isStaged: false,
    oldTasksStop: 'down-to-minimum',
    primary: {
      id: 'new',
      desiredCount: 4,
      state: 'rolling-out',
      mayStartAt: 0,
      startsAlone: false,
      earlySuccess: undefined,
      bakeSeconds: 0,
      bakeStartedAt: undefined,
    },
    sources: tasks.includes('o') ? [{ id: 'old', desiredCount: old, mayStartAt: 0 }] : [],
    tasks: tasksOf(tasks),
    ...changes,
  };
}

/** `stop o 2; start new 2; complete` */
function summary({ steps }: Plan): string {
  const stops = new Map<string, number>();
  for (const step of steps) {
    if (step.kind !== 'stop') continue;
    const group = step.taskId.split('-')[0] ?? '';
    stops.set(group, (stops.get(group) ?? 0) + 1);
  }
  const others = steps.flatMap((step) => {
    if (step.kind === 'start') return [`start ${step.deploymentId} ${step.count}`];
    return step.kind === 'stop' || step.kind === 'hold' ? [] : [step.kind];
  });
  return [...[...stops].map(([group, count]) => `stop ${group} ${count}`), ...others].join('; ');
}

const primary = view('').primary;

describe('the plan while traffic is shifted', () => {
  it.each([
    { name: 'starts all at once, beside the old', tasks: 'o4', fresh: 4, old: 4, does: 'start new 4' },
    { name: 'starts nothing before its time', tasks: 'o4', fresh: 0, old: 4, does: '' },
    { name: 'stops no old task when all new ones are healthy', tasks: 'n4 o4', fresh: 4, old: 4, does: '' },
    { name: 'stops the old ones at the end', tasks: 'n4 o4', fresh: 4, old: 0, does: 'stop o 4' },
    { name: 'replaces old tasks that die', tasks: 'n4 o3', fresh: 4, old: 4, does: 'start old 1' },
    { name: 'replaces unhealthy ones first', tasks: 'n3 nu1 o4', fresh: 4, old: 4, does: 'start new 1' },
    { name: 'starts nothing of a failed source', tasks: 'n4 o3', fresh: 4, old: 4, isHalted: true, does: '' },
  ])('$name', ({ tasks, fresh, old, isHalted = false, does }) => {
    const mayStartAt = isHalted ? Number.POSITIVE_INFINITY : 0;
    const sources = [{ id: 'old', desiredCount: old, mayStartAt }];
    const isStaged = true;
    const staged = view(tasks, { isStaged, primary: { ...primary, desiredCount: fresh }, sources });
    expect(summary(plan(staged))).toBe(does);
  });
});

describe('the plan of a rollout', () => {
  it.each<{ when: string; tasks: string; changes?: Partial<View>; does: string }>([
    { when: 'nothing runs yet', tasks: '', does: 'start new 4' },
    { when: 'the old tasks run', tasks: 'o4', does: 'start new 4' },
    { when: 'the new ones start', tasks: 'o4 ns4', does: '' },
    { when: 'some new ones are healthy', tasks: 'o4 n1 ns3', does: 'stop o 1' },
    { when: 'all new ones are healthy', tasks: 'o4 n4', does: 'stop o 4' },
    { when: 'old ones still drain', tasks: 'oe4 n4', does: '' },
    { when: 'all is done', tasks: 'n4', does: 'complete' },
    {
      when: 'a new one is unhealthy and there is no room',
      tasks: 'o4 ns3 nu1',
      does: 'stop nu 1; start new 1',
    },
    { when: 'a new one is unhealthy and there is room', tasks: 'n3 nu1', does: 'start new 1' },
    { when: 'its replacement is healthy', tasks: 'n4 nu1', does: 'stop nu 1; complete' },
    { when: 'an old one is unhealthy and needed', tasks: 'o3 ou1 ns4', does: 'stop ou 1; start old 1' },
    { when: 'an old one is unhealthy and not needed', tasks: 'o3 ou1 n1 ns3', does: 'stop ou 1' },
    {
      when: 'an old one has died and is needed',
      tasks: 'o3 ns4',
      changes: { sources: [{ id: 'old', desiredCount: 4, mayStartAt: 0 }] },
      does: 'start old 1',
    },
    {
      when: 'old ones that never got healthy take the room',
      tasks: 'n1 os7',
      does: 'stop os 3; start new 3',
    },
    {
      when: 'half may be missing and none may be more',
      tasks: 'o4',
      changes: { minimumHealthyPercent: 50, maximumPercent: 100 },
      does: 'stop o 2; start new 2',
    },
    {
      when: 'half may be missing, but old ones go only for room',
      tasks: 'o4',
      changes: { minimumHealthyPercent: 50, oldTasksStop: 'only-for-room' },
      does: 'start new 4',
    },
    {
      when: 'three of four must be healthy: rounded up',
      tasks: 'o2',
      changes: { desiredCount: 2, minimumHealthyPercent: 75, maximumPercent: 100 },
      does: 'stuck',
    },
    {
      when: 'a quarter more than three: rounded down',
      tasks: 'o3',
      changes: { desiredCount: 3, maximumPercent: 125 },
      does: 'stuck',
    },
    {
      when: 'the back-off holds',
      tasks: 'o4',
      changes: { primary: { ...primary, mayStartAt: 5 } },
      does: '',
    },
    {
      when: 'the first task resolves the digests',
      tasks: 'o4',
      changes: { primary: { ...primary, startsAlone: true } },
      does: 'start new 1',
    },
    {
      when: 'the deployment has failed',
      tasks: 'o4 ns2 nu1',
      changes: { primary: { ...primary, state: 'failed' } },
      does: 'stop ns 2; stop nu 1',
    },
    {
      when: 'there is a bake time',
      tasks: 'n4',
      changes: { primary: { ...primary, bakeSeconds: 60 } },
      does: 'bake',
    },
    {
      when: 'the bake time runs',
      tasks: 'n4',
      changes: { primary: { ...primary, bakeSeconds: 60, bakeStartedAt: -1000 } },
      does: '',
    },
    { when: 'fewer tasks are wanted', tasks: 'n4', changes: { desiredCount: 1 }, does: 'stop n 3; complete' },
    {
      when: 'a task of a complete deployment has died',
      tasks: 'n3',
      changes: { primary: { ...primary, state: 'complete' } },
      does: 'start new 1',
    },
  ])('when $when: $does', ({ tasks, changes, does }) => {
    expect(summary(plan(view(tasks, changes)))).toBe(does);
  });

  const settings = fc
    .record({
      desiredCount: fc.integer({ min: 0, max: 9 }),
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 250 }),
      oldTasksStop: fc.constantFrom<View['oldTasksStop']>('down-to-minimum', 'only-for-room'),
    })
    .map((given) => ({ ...given, ...bounds(given) }));
  const fates = fc.array(fc.constantFrom('healthy', 'unhealthy', 'dies', 'recovers'), { maxLength: 60 });

  it('never starts above the maximum, and never stops below the minimum', () => {
    fc.assert(
      fc.property(settings, fates, ({ lower, upper, ...given }, fate) => {
        run(given, fate, (before, after) => {
          const alive = (tasks: readonly TaskView[]): number =>
            tasks.filter(({ state }) => state === 'alive').length;
          const healthy = (tasks: readonly TaskView[]): number =>
            tasks.filter(({ state, health }) => state === 'alive' && health === 'healthy').length;
          const started = after.length > before.length;
          const stopped = healthy(after) < healthy(before);
          const isWithin = (!started || alive(after) <= upper) && (!stopped || healthy(after) >= lower);
          expect(isWithin).toBe(true);
        });
      }),
    );
  });

  it('ends when everything becomes healthy in the end, unless the percents forbid it', () => {
    fc.assert(
      fc.property(settings, fates, ({ lower, upper, ...given }, fate) => {
        fc.pre(upper > lower || given.desiredCount === 0);
        const last = run(given, fate, () => undefined);
        expect(summary(last)).toMatch(/complete$/);
      }),
    );
  });
});

/** Plays a rollout over four old tasks: after each plan one thing befalls a task; when nothing is left all get healthy. */
function run(
  given: Pick<View, 'desiredCount' | 'minimumHealthyPercent' | 'maximumPercent' | 'oldTasksStop'>,
  fates: readonly string[],
  check: (before: readonly TaskView[], after: readonly TaskView[]) => void,
): Plan {
  let tasks: TaskView[] = tasksOf(`o${given.desiredCount}`);
  let held = given.desiredCount;
  let made = 0;
  for (let round = 0; ; round++) {
    const sources = held > 0 || tasks.some(({ deploymentId }) => deploymentId === 'old');
    const planned = plan({
      ...view('', given),
      tasks,
      sources: sources ? [{ id: 'old', desiredCount: held, mayStartAt: 0 }] : [],
    });
    const before = tasks;
    for (const step of planned.steps) {
      if (step.kind === 'complete') return planned;
      if (step.kind === 'hold') held = step.desiredCount;
      if (step.kind === 'stop') {
        tasks = tasks.map((task) => (task.id === step.taskId ? { ...task, state: 'ending' } : task));
      }
      if (step.kind !== 'start') continue;
      const started = Array.from({ length: step.count }, (): TaskView => {
        made++;
        const { deploymentId } = step;
        return { id: `t-${made}`, deploymentId, state: 'alive', health: 'starting', createdAt: 1000 + made };
      });
      tasks = [...tasks, ...started];
    }
    check(before, tasks);
    if (round > 300) return planned;
    tasks = befall(tasks, fates[round], round);
  }
}

function befall(tasks: readonly TaskView[], fate: string | undefined, round: number): TaskView[] {
  const left = tasks.filter(({ state }) => state === 'alive' || round % 2 === 0);
  if (fate === undefined) {
    return left
      .filter(({ state }) => state === 'alive')
      .map((task) => (task.health === 'starting' ? { ...task, health: 'healthy' } : task));
  }
  const struck = left[(round * 7) % Math.max(1, left.length)];
  if (fate === 'dies') return left.filter((task) => task !== struck);
  const health = fate === 'unhealthy' ? 'unhealthy' : 'healthy';
  return left.map((task) => (task === struck && task.state === 'alive' ? { ...task, health } : task));
}
