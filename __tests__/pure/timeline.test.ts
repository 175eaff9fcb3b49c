import * as fc from 'fast-check';
import type { StageSpan } from '../../src/deployment/observe/stage-span.ts';
import { type Settings, shorten } from '../../src/deployment/timeline/shorten.ts';
import {
  type Bar,
  type DeploymentTimes,
  durationsOf,
  type TaskTimeline,
  timelineOf,
} from '../../src/deployment/timeline/timeline.ts';
import { timelinePicture, timesSection } from '../../src/report/timeline-section.ts';
import { readable } from './rendered-summary.ts';

/** Seconds after noon, as a time. */
const at = (seconds: number): number => Date.UTC(2026, 0, 1, 12) + seconds * 1000;

function task(
  id: string,
  times: Partial<Record<keyof TaskTimeline, number>>,
  { exitCodes = [], hasFailed = false }: Partial<Pick<TaskTimeline, 'exitCodes' | 'hasFailed'>> = {},
): TaskTimeline {
  const time = (name: keyof TaskTimeline) => (times[name] === undefined ? undefined : at(times[name]));
  return {
    id,
    created: time('created'),
    pullStarted: time('pullStarted'),
    pullStopped: time('pullStopped'),
    started: time('started'),
    stopping: time('stopping'),
    stopped: time('stopped'),
    hasFailed,
    exitCodes,
  };
}

const noRollback = { begun: undefined, finished: undefined };
const times: DeploymentTimes = {
  begun: at(100),
  finished: at(420),
  rollback: noRollback,
  newTasks: [task('aaaa1111bbbb', { created: 101, pullStarted: 115, pullStopped: 135, started: 140 })],
  oldTasks: [task('old', { created: -900, stopping: 170, stopped: 415 }, { exitCodes: [0] })],
  stages: [],
};
const run: readonly Bar[] = [
  { name: 'build and push', from: 5_000, to: 65_000 },
  { name: 'register', from: 65_000, to: 65_400 },
];
const none: Settings = {
  deregistrationDelaySeconds: undefined,
  targetCheck: { kind: 'unknown' },
  containerCheckSeconds: undefined,
  maximumPercent: undefined,
  waits: undefined,
  imageBytes: undefined,
};

describe('a timeline', () => {
  it('has the run, the tasks and what all waited for', () => {
    expect(timelineOf(times, run)).toEqual({
      begun: at(100),
      // On AWS's clock, so that it ends when the deployment begins; what took no second is left out.
      run: [{ name: 'build and push', from: at(100) - 60_400, to: at(100) - 400 }],
      tasks: [
        {
          id: 'aaaa1111bbbb',
          bars: [
            { name: 'provision', from: at(101), to: at(115) },
            { name: 'pull', from: at(115), to: at(135) },
            { name: 'start', from: at(135), to: at(140) },
          ],
        },
      ],
      marks: [],
      service: [
        { name: 'health checks', from: at(140), to: at(170) },
        { name: 'old tasks drain', from: at(170), to: at(415) },
      ],
      hiddenTasks: 0,
    });
  });

  it('without old tasks waits for health until the end', () => {
    expect(timelineOf({ ...times, oldTasks: [] }, []).service).toEqual([
      { name: 'health checks', from: at(140), to: at(420) },
    ]);
  });

  it('shows a task that failed, and no health checks of it', () => {
    const stops = {
      created: 101,
      pullStarted: 110,
      pullStopped: 111,
      started: 112,
      stopping: 120,
      stopped: 130,
    };
    const failed = task('bad', stops, { hasFailed: true });
    const timeline = timelineOf({ ...times, newTasks: [failed], oldTasks: [], finished: undefined }, []);
    expect(timeline.tasks[0]?.bars.at(-1)).toEqual({
      name: 'ran until it failed',
      from: at(112),
      to: at(130),
      hasFailed: true,
    });
    expect(timeline.service).toEqual([]);
  });

  it('marks the first failure, and shows from when to when the deployment was rolled back', () => {
    const first = task('a', { created: 101, started: 112, stopping: 120, stopped: 130 }, { hasFailed: true });
    const second = task('b', { created: 131, started: 140, stopped: 150 }, { hasFailed: true });
    const stopped = task('c', { created: 101, started: 105, stopping: 110, stopped: 118 });
    const timeline = timelineOf(
      {
        ...times,
        newTasks: [second, first, stopped],
        oldTasks: [],
        rollback: { begun: at(160), finished: at(230) },
      },
      [],
    );
    expect(timeline.marks).toEqual([{ name: 'first failure', at: at(120) }]);
    expect(timeline.service).toEqual([{ name: 'rollback', from: at(160), to: at(230) }]);
    expect(timeline.tasks.flatMap(({ bars }) => bars.slice(-1).map(({ name }) => name))).toEqual([
      'ran until it failed',
      'ran until it was stopped',
      'ran until it failed',
    ]);
  });

  it('marks a rollback that took no time', () => {
    const rollback = { begun: at(160), finished: at(160.5) };
    const timeline = timelineOf({ ...times, newTasks: [], oldTasks: [], rollback }, []);
    expect([timeline.marks, timeline.service]).toEqual([[{ name: 'rollback', at: at(160) }], []]);
  });

  it('ends a rollback of an unknown end with the deployment', () => {
    const rollback = { begun: at(160), finished: undefined };
    expect(timelineOf({ ...times, newTasks: [], oldTasks: [], rollback }, []).service).toEqual([
      { name: 'rollback', from: at(160), to: at(420) },
    ]);
  });

  it('has the steps in the order in which they began', () => {
    const newTasks = [
      task('a', { created: 101, pullStopped: 110, started: 112 }),
      task('b', { created: 101, pullStarted: 105, pullStopped: 112, started: 115 }),
    ];
    expect([...durationsOf(timelineOf({ ...times, newTasks }, run)).keys()]).toEqual([
      'build and push',
      'provision',
      'pull',
      'start',
      'health checks',
      'old tasks drain',
    ]);
  });

  it('draws the slowest tasks', () => {
    const newTasks = [10, 90, 20, 80, 30, 70].map((seconds) =>
      task(String(seconds), { created: 0, pullStarted: 1, pullStopped: 2, started: seconds }),
    );
    const timeline = timelineOf({ ...times, newTasks }, []);
    expect([timeline.tasks.map(({ id }) => id).toSorted(), timeline.hiddenTasks]).toEqual([
      ['30', '70', '80', '90'],
      2,
    ]);
  });

  it('never has a stretch that ends before it begins', () => {
    const time = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined });
    const anyTask = fc.record({
      created: time,
      pullStarted: time,
      pullStopped: time,
      started: time,
      stopping: time,
      stopped: time,
    });
    fc.assert(
      fc.property(fc.array(anyTask), fc.array(anyTask), time, time, (newTimes, oldTimes, begun, finished) => {
        const tasks = (list: typeof newTimes) =>
          list.map((one) =>
            task('t', Object.fromEntries(Object.entries(one).filter(([, when]) => when !== undefined))),
          );
        const timeline = timelineOf(
          {
            begun,
            finished,
            rollback: { begun, finished },
            newTasks: tasks(newTimes),
            oldTasks: tasks(oldTimes),
            stages: [
              { stage: 'SCALE_UP', production: 0, from: begun ?? 0, to: finished, isWhole: true },
              { stage: 'BAKE_TIME', production: 100, from: finished ?? 0, to: undefined, isWhole: true },
            ],
          },
          run,
        );
        const bars = [...timeline.run, ...timeline.tasks.flatMap((one) => one.bars), ...timeline.service];
        expect(bars.filter(({ from, to }) => !(to > from))).toEqual([]);
      }),
    );
  });
});

describe('the timeline of a deployment that shifts traffic', () => {
  const span = (stage: string, production: number, from: number, to?: number): StageSpan => ({
    stage,
    production,
    from: at(from),
    to: to === undefined ? undefined : at(to),
    isWhole: true,
  });
  const shifted: DeploymentTimes = {
    ...times,
    finished: at(1000),
    oldTasks: [task('old', { created: -900, stopping: 900, stopped: 1000 }, { exitCodes: [0] })],
    stages: [
      span('PRE_SCALE_UP', 0, 100, 100.5),
      span('SCALE_UP', 0, 100.5, 180),
      span('PRODUCTION_TRAFFIC_SHIFT', 33.3, 200, 400),
      span('PRODUCTION_TRAFFIC_SHIFT', 66.6, 400, 580),
      span('PRODUCTION_TRAFFIC_SHIFT', 100, 580, 600),
      span('BAKE_TIME', 100, 600, 900),
      span('CLEAN_UP', 100, 900),
    ],
  };
  const waits = {
    bakeMinutes: 5,
    stepMinutes: 3,
    stepCount: 2,
    stepSetting: 'stepBakeTimeInMinutes',
  };

  it('has a bar for each stage and step, and health checks until the new tasks are up', () => {
    expect(
      timelineOf(shifted, []).service.map(({ name, from, to }) => [
        name,
        (from - at(0)) / 1000,
        (to - at(0)) / 1000,
      ]),
    ).toEqual([
      ['SCALE_UP', 100.5, 180],
      ['health checks', 140, 180],
      ['PRODUCTION_TRAFFIC_SHIFT to 33.3 percent', 200, 400],
      ['PRODUCTION_TRAFFIC_SHIFT to 66.6 percent', 400, 580],
      ['PRODUCTION_TRAFFIC_SHIFT to 100 percent', 580, 600],
      ['BAKE_TIME', 600, 900],
      ['old tasks drain', 900, 1000],
      ['CLEAN_UP', 900, 1000],
    ]);
  });

  it('leaves out health checks that passed before the step joined', () => {
    const joined = { ...shifted, stages: shifted.stages.slice(2) };
    expect(timelineOf(joined, []).service.map(({ name }) => name)).not.toContain('health checks');
    expect(timelineOf({ ...shifted, stages: [] }, []).service.map(({ name }) => name)).toContain(
      'health checks',
    );
  });

  it('counts the steps of one stage together, and says what shorter waits save', () => {
    const durations = durationsOf(timelineOf(shifted, []));
    expect([durations.get('PRODUCTION_TRAFFIC_SHIFT'), durations.get('BAKE_TIME')]).toEqual([400, 300]);
    expect(shorten(durations, { ...none, waits }, shifted).filter(({ step }) => /^[A-Z]/.test(step))).toEqual(
      [
        {
          step: 'PRODUCTION_TRAFFIC_SHIFT',
          savesSeconds: 180,
          says: "The service's stepBakeTimeInMinutes is 3, and ECS waits 2 times. Half of it is enough if your alarms fire in that time.",
        },
        {
          step: 'BAKE_TIME',
          savesSeconds: 150,
          says: "The service's bakeTimeInMinutes is 5. Half of it is enough if your alarms fire in that time; ECS then stops the old tasks earlier.",
        },
      ],
    );
    expect(shorten(durations, none, shifted).filter(({ step }) => /^[A-Z]/.test(step))).toEqual([]);
  });

  it('names a stage of AWS so that Mermaid reads nothing in it', () => {
    const stages = [span('NEW: 10 %% #x', 10, 0, 10)];
    expect(timelineOf({ ...times, stages }, []).service.map(({ name }) => name)).toContain('NEW  10     x');
  });
});

describe('what would shorten it', () => {
  const durations = durationsOf(timelineOf(times, run));
  it.each<[string, Partial<Settings>, Partial<DeploymentTimes>, readonly [string, number][]]>([
    ['nothing where nothing is known but the pull', {}, {}, [['pull', 10]]],
    [
      'the deregistration delay',
      { deregistrationDelaySeconds: 200 },
      {},
      [
        ['old tasks drain', 185],
        ['pull', 10],
      ],
    ],
    ['not a delay that was not waited for', { deregistrationDelaySeconds: 300 }, {}, [['pull', 10]]],
    [
      'the health check of the load balancer, of which a new task needs one',
      { targetCheck: { kind: 'every', seconds: 20 } },
      {},
      [
        ['health checks', 15],
        ['pull', 10],
      ],
    ],
    ['not checks that are quick already', { targetCheck: { kind: 'every', seconds: 5 } }, {}, [['pull', 10]]],
    [
      'checks that are slow, but no more than they took',
      { targetCheck: { kind: 'every', seconds: 300 } },
      {},
      [
        ['health checks', 25],
        ['pull', 10],
      ],
    ],
    [
      'the 40 seconds that ECS waits without any check',
      { targetCheck: { kind: 'none' } },
      {},
      [
        ['health checks', 25],
        ['pull', 10],
      ],
    ],
    [
      "the container's health check",
      { containerCheckSeconds: 30 },
      {},
      [
        ['health checks', 25],
        ['pull', 10],
      ],
    ],
    [
      'tasks that do not end by SIGTERM',
      { deregistrationDelaySeconds: 200 },
      { oldTasks: [task('old', { stopping: 170, stopped: 415 }, { exitCodes: [137] })] },
      [
        ['old tasks drain', 185],
        ['old tasks drain', 30],
        ['pull', 10],
      ],
    ],
    [
      'waves',
      { maximumPercent: 150 },
      { newTasks: [task('a', { created: 100 }), task('b', { created: 100 }), task('c', { created: 160 })] },
      [
        ['provision', 60],
        ['pull', 10],
      ],
    ],
    [
      'not waves that a maximum of 200 does not end',
      { maximumPercent: 200 },
      { newTasks: [task('a', { created: 100 }), task('c', { created: 160 })] },
      [['pull', 10]],
    ],
  ])('%s', (_, settings, part, wanted) => {
    const ways = shorten(durations, { ...none, ...settings }, { ...times, ...part });
    expect(ways.map(({ step, savesSeconds }) => [step, savesSeconds])).toEqual(wanted);
  });

  it('is told with numbers', () => {
    const ways = shorten(
      durations,
      { ...none, deregistrationDelaySeconds: 240, imageBytes: 812_000_000 },
      times,
    );
    const timeline = timelineOf(times, run);
    expect(readable(timesSection(timeline, ways).join('\n'))).toMatchInlineSnapshot(`
"| Step | Took | Could save | How |
| --- | ---: | ---: | --- |
| build and push | 60 s |  |  |
| provision | 14 s |  |  |
| pull | 20 s | 10 s | Fargate pulls the whole image (812 MB) for every task. A smaller base image or fewer layers help: half the size takes about half the time. |
| start | 5 s |  |  |
| health checks | 30 s |  |  |
| old tasks drain | 4 min 5 s | 3 min 45 s | The target group's deregistration delay is 4 min. If requests are short, 15 s is enough (deregistration_delay.timeout_seconds). |
"
`);
  });
});

it('is drawn by Mermaid', () => {
  expect(readable(timelinePicture(timelineOf(times, run)).join('\n'))).toBe(`**Timeline**

\`\`\`mermaid
gantt
  dateFormat x
  axisFormat %H:%M:%S
  todayMarker off
  section This run
    build and push 60 s :${at(100) - 60_400}, ${at(100) - 400}
  section Task aaaa1111
    provision 14 s :${at(101)}, ${at(115)}
    pull 20 s :${at(115)}, ${at(135)}
    start 5 s :${at(135)}, ${at(140)}
  section Service
    health checks 30 s :${at(140)}, ${at(170)}
    old tasks drain 4 min 5 s :${at(170)}, ${at(415)}
\`\`\`

<sub>The axis is in your time zone. The deployment began at 2026-01-01 12:01:40 UTC.</sub>
`);
});

it('is drawn with the first failure as a milestone, failures in red, and the rollback', () => {
  const failed = task('a', { created: 101, started: 112, stopped: 130 }, { hasFailed: true });
  const more = [1, 2, 3, 4].map((n) => task(`b${n}`, { created: 101 + n }));
  const rollback = { begun: at(160), finished: at(230) };
  const timeline = timelineOf({ ...times, newTasks: [failed, ...more], oldTasks: [], rollback }, []);
  expect(readable(timelinePicture(timeline).join('\n'))).toBe(`**Timeline**

\`\`\`mermaid
gantt
  dateFormat x
  axisFormat %H:%M:%S
  todayMarker off
  section Task a
    ran until it failed 18 s :crit, ${at(112)}, ${at(130)}
  section Service
    first failure :milestone, ${at(130)}, ${at(130)}
    rollback 70 s :${at(160)}, ${at(230)}
\`\`\`

<sub>1 more task is not shown. The axis is in your time zone. The deployment began at 2026-01-01 12:01:40 UTC.</sub>
`);
});

it('is not drawn where no time is known', () => {
  const empty = timelineOf(
    { begun: undefined, finished: undefined, rollback: noRollback, newTasks: [], oldTasks: [], stages: [] },
    [],
  );
  expect([timelinePicture(empty), timesSection(empty, [])]).toEqual([[], []]);
});
