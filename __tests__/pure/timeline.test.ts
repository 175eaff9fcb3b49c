import * as fc from 'fast-check';
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
  exitCodes: readonly number[] = [],
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
    exitCodes,
  };
}

const times: DeploymentTimes = {
  begun: at(100),
  finished: at(420),
  newTasks: [task('aaaa1111bbbb', { created: 101, pullStarted: 115, pullStopped: 135, started: 140 })],
  oldTasks: [task('old', { created: -900, stopping: 170, stopped: 415 }, [0])],
};
const run: readonly Bar[] = [
  { name: 'build and push', from: 5_000, to: 65_000 },
  { name: 'register', from: 65_000, to: 65_400 },
];
const none: Settings = {
  deregistrationDelaySeconds: undefined,
  targetCheck: undefined,
  containerCheckSeconds: undefined,
  maximumPercent: undefined,
  imageBytes: undefined,
};

describe('a timeline', () => {
  it('has the run, the tasks and what all waited for', () => {
    expect(timelineOf(times, run)).toEqual({
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
      waits: [
        { name: 'health checks', from: at(140), to: at(170) },
        { name: 'old tasks drain', from: at(170), to: at(415) },
      ],
      hiddenTasks: 0,
    });
  });

  it('without old tasks waits for health until the end', () => {
    expect(timelineOf({ ...times, oldTasks: [] }, []).waits).toEqual([
      { name: 'health checks', from: at(140), to: at(420) },
    ]);
  });

  it('shows a task that failed, and no health checks of it', () => {
    const failed = task('bad', {
      created: 101,
      pullStarted: 110,
      pullStopped: 111,
      started: 112,
      stopping: 120,
      stopped: 130,
    });
    const timeline = timelineOf({ ...times, newTasks: [failed], oldTasks: [], finished: undefined }, []);
    expect(timeline.tasks[0]?.bars.at(-1)).toEqual({
      name: 'ran until it stopped',
      from: at(112),
      to: at(130),
    });
    expect(timeline.waits).toEqual([]);
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
          { begun, finished, newTasks: tasks(newTimes), oldTasks: tasks(oldTimes) },
          run,
        );
        const bars = [...timeline.run, ...timeline.tasks.flatMap((one) => one.bars), ...timeline.waits];
        expect(bars.filter(({ from, to }) => !(to > from))).toEqual([]);
      }),
    );
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
      'the health checks of the load balancer, but no more than they took',
      { targetCheck: { intervalSeconds: 30, threshold: 5 } },
      {},
      [
        ['health checks', 30],
        ['pull', 10],
      ],
    ],
    [
      'not checks that are quick already',
      { targetCheck: { intervalSeconds: 5, threshold: 2 } },
      {},
      [['pull', 10]],
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
      { oldTasks: [task('old', { stopping: 170, stopped: 415 }, [137])] },
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
| pull | 20 s | 10 s | The image has 812 MB; it is pulled anew by every task: half of it, by a smaller base or fewer layers, takes half as long. |
| start | 5 s |  |  |
| health checks | 30 s |  |  |
| old tasks drain | 4 min 5 s | 3 min 45 s | The deregistration delay of the target group is 4 min; where requests are short, 15 s do (deregistration_delay.timeout_seconds). |
"
`);
  });
});

it('is drawn by Mermaid', () => {
  expect(timelinePicture(timelineOf(times, run)).join('\n')).toBe(`**Timeline**

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
`);
});

it('is not drawn where no time is known', () => {
  const empty = timelineOf({ begun: undefined, finished: undefined, newTasks: [], oldTasks: [] }, []);
  expect([timelinePicture(empty), timesSection(empty, [])]).toEqual([[], []]);
});
